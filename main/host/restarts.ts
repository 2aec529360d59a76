/** Decides whether a process that died is started again: one that keeps dying is not. */
export class Restarts {
  #last = -Infinity;

  /**
   * True at most once a minute.
   * @param now milliseconds on a clock that never goes back
   */
  allow(now: number = performance.now()): boolean {
    if (now - this.#last < 60_000) return false;
    this.#last = now;
    return true;
  }
}
