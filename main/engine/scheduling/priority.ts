/** Work that a person waits for goes before work on the side, where both need the engine's one thread. */
import { setImmediate, setTimeout } from 'node:timers/promises';

/** Milliseconds without urgent work after which a flight counts as over: longer than between two frames of a camera. */
const QUIET = 60;

export class Priority {
  private running = 0;
  private last = -Infinity;

  /** Does urgent work, at once. */
  async urgent<T>(work: () => Promise<T>): Promise<T> {
    this.running++;
    try {
      return await work();
    } finally {
      this.running--;
      this.last = performance.now();
    }
  }

  /**
   * Resolves once nothing urgent has been going on for a moment. To be awaited before each small piece (some
   * milliseconds) of work on the side.
   */
  async turn(): Promise<void> {
    // requests that have arrived while the last piece blocked the thread are read now
    await setImmediate();
    for (;;) {
      const left = this.running > 0 ? QUIET : this.last + QUIET - performance.now();
      if (left <= 0) return;
      await setTimeout(left);
    }
  }
}
