/** What a person may do to a run while it computes. */
export class RunControl {
  readonly #aborter = new AbortController();
  #waiting: (() => void) | null = null;
  #isPaused = false;
  #isStopped = false;
  #isContinuable = false;

  /** Aborted by `cancel`. */
  get signal(): AbortSignal {
    return this.#aborter.signal;
  }
  /** True once the run should end and keep what it learned. */
  get stopped(): boolean {
    return this.#isStopped;
  }
  /** Whether a run that was stopped is to be kept beside its model, to be continued. */
  get continuable(): boolean {
    return this.#isContinuable;
  }
  get paused(): boolean {
    return this.#isPaused;
  }

  pause(): void {
    this.#isPaused = true;
  }
  resume(): void {
    this.#isPaused = false;
    this.#wake();
  }
  /** @param continuable what was learned can also be continued later: its checkpoint stays beside the model */
  stop(continuable = false): void {
    this.#isStopped = true;
    this.#isContinuable = continuable;
    this.resume();
  }
  cancel(): void {
    this.#aborter.abort();
    this.resume();
  }

  /** Resolves when `resume`, `stop` or `cancel` is called. */
  async untilResumed(): Promise<void> {
    if (this.#isPaused) await new Promise<void>((resolve) => (this.#waiting = resolve));
  }

  #wake(): void {
    this.#waiting?.();
    this.#waiting = null;
  }
}
