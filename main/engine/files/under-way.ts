/** What is being written, so that a process that ends of its own accord finishes it first. */
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';

const works = new Set<Promise<unknown>>();

/** Notes that `work`, which ends with something being kept, is under way. @returns it */
export function underWay<T>(work: Promise<T>): Promise<T> {
  works.add(work);
  const over = () => void works.delete(work);
  work.then(over, over);
  return work;
}

/** Resolves when nothing is being written any more, and after `patience` milliseconds in any case. */
export async function allWritten(patience: number): Promise<void> {
  let waiting = true;
  const end = sleep(patience, undefined, { ref: false }).then(() => (waiting = false));
  while (waiting && works.size > 0) {
    await Promise.race([end, Promise.allSettled(works)]);
    await setImmediate(); // what comes after it begins here: a list after the picture that it names
  }
}
