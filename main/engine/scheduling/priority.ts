/** Work the user waits for goes before background work, where both need the engine's one thread. */
import { setImmediate, setTimeout } from 'node:timers/promises';

/** Milliseconds without urgent work after which a flight counts as over: longer than between two frames of a camera. */
const QUIET_MS = 60;
/** Milliseconds that background work waits at most before its next piece: a flight that never ends must not stop it. */
const LONGEST_WAIT_MS = 250;

export class Priority {
  #running = 0;
  #last = -Infinity;

  /** Does urgent work, at once. */
  async urgent<T>(work: () => Promise<T>): Promise<T> {
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
      this.#last = performance.now();
    }
  }

  /**
   * Resolves once nothing urgent has happened for a moment, at the latest after a quarter of a second. Await it
   * before each small piece (some milliseconds) of background work.
   */
  async turn(): Promise<void> {
    // requests that arrived while the last piece blocked the thread are read now
    await setImmediate();
    const latest = performance.now() + LONGEST_WAIT_MS;
    for (;;) {
      const now = performance.now();
      const quiet = this.#running > 0 ? now + QUIET_MS : this.#last + QUIET_MS;
      const left = Math.min(quiet, latest) - now;
      if (left <= 0) return;
      await setTimeout(left);
    }
  }
}
