/** How long work that counts its pieces goes on, told from how fast it has been since it began to count. */

/** Seconds of counting before which a guess is worth little. */
const FIRST_GUESS = 2;

export class Remaining {
  #stage = '';
  #from = { done: 0, at: 0 };

  /** Seconds until `total`; null while that is unknown. @param stage another one is counted anew */
  seconds(done: number, total: number, stage: string, now = performance.now()): number | null {
    if (stage !== this.#stage) {
      this.#stage = stage;
      this.#from = { done, at: now };
    }
    const seconds = (now - this.#from.at) / 1000;
    const pieces = done - this.#from.done;
    return seconds < FIRST_GUESS || pieces === 0 ? null : ((total - done) * seconds) / pieces;
  }
}
