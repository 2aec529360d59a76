import os from 'node:os';
import { UserError } from '../contract';
import type { Output } from './output';

/**
 * Work that Ctrl-C ends.
 * @param left what there is afterwards
 * @returns the exit code: 0, or 128 and the signal's number
 */
export async function cancellable(
  output: Output,
  work: (signal: AbortSignal) => Promise<void>,
  left = () => 'nothing was kept',
): Promise<number> {
  const aborter = new AbortController();
  const state = { received: null as 'SIGINT' | 'SIGTERM' | null };
  const onSignal = (signal: 'SIGINT' | 'SIGTERM') => {
    state.received = signal;
    aborter.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    await work(aborter.signal);
    return 0;
  } catch (error) {
    if (state.received === null || !(error instanceof UserError && error.code === 'cancelled')) throw error;
    output.failed({ code: 'cancelled', message: `Cancelled: ${left()}.` });
    return 128 + os.constants.signals[state.received];
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}
