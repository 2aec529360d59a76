/** Long work is done in pieces: between two of them it can be watched, ended and held back. */
import { setImmediate } from 'node:timers/promises';
import { UserError } from '../../contract';

/** What the caller of long work hands over. `Report`: what progress says besides how much is done. */
export interface Watch<Report extends unknown[] = []> {
  onProgress?(done: number, total: number, ...report: Report): void;
  /** Once aborted, the work ends with a UserError `cancelled`. */
  signal?: AbortSignal;
  /** Awaited before each piece, see `Priority.turn`; absent where nothing else needs this thread. */
  turn?(): Promise<void>;
}

/** @throws UserError `cancelled` once `signal` is aborted */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new UserError('cancelled.request');
}

/**
 * To be awaited between two pieces of work that block the thread: requests that have arrived meanwhile are read, more
 * urgent work goes first.
 * @throws UserError `cancelled`
 */
export async function betweenPieces({ signal, turn }: Pick<Watch, 'signal' | 'turn'>): Promise<void> {
  await (turn ? turn() : setImmediate());
  throwIfCancelled(signal);
}

/**
 * The numbers 0 to `count` in pieces of at most `size`. A piece is reported as done once the next is asked for.
 * @throws UserError `cancelled`
 */
export async function* inPieces(
  count: number,
  size: number,
  watch: Watch,
): AsyncGenerator<{ start: number; end: number }> {
  for (let start = 0; start < count; start += size) {
    await betweenPieces(watch);
    const end = Math.min(start + size, count);
    yield { start, end };
    watch.onProgress?.(end, count);
  }
}
