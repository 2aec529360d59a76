import os from 'node:os';
import { UserError } from '../contract';
import type { Output } from './output';

/**
 * Work that Ctrl-C ends, keeping nothing.
 * @returns the exit code: 0, or 128 and the signal's number
 */
export async function cancellable(output: Output, work: (signal: AbortSignal) => Promise<void>): Promise<number> {
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
    output.failed({ code: 'cancelled', message: 'Cancelled: nothing was kept.' });
    return 128 + os.constants.signals[state.received];
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}
