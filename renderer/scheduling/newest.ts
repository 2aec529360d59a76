/** Work on what is wanted now, of which only the newest matters. */

/**
 * Counts turns: a newer one overtakes an earlier one, whose answer is then ignored.
 *
 * ```ts
 * const current = this.#openings.begin();
 * const model = await open();
 * if (current()) this.model = model;
 * ```
 */
export class Turns {
  #last = 0;

  /** Begins a turn and overtakes any other; returns whether it is still the newest. */
  begin(): () => boolean {
    const turn = ++this.#last;
    return () => turn === this.#last;
  }

  /** Overtakes every turn so far. */
  end(): void {
    this.#last++;
  }
}

/** What is done with each item, and with the answer. */
export interface Work<T, R> {
  /** Called with one item at a time. */
  ask(item: T): Promise<R>;
  /** @param newest nothing newer is wanted by now */
  done(answer: R, item: T, newest: boolean): void;
  /** The next item is asked for all the same. */
  failed?(error: unknown, item: T): void;
}

/** One in flight, newest wins: what is wanted meanwhile waits, and of it only the newest is asked for. */
export class Newest<T, R> {
  #wanted: { item: T } | null = null;
  #busy = false;
  readonly #turns = new Turns();
  readonly #waiting: (() => void)[] = [];
  readonly #work: Work<T, R>;
  readonly #pause: number;

  /** @param pause milliseconds before each question: now and then is often enough */
  constructor(work: Work<T, R>, { pause = 0 } = {}) {
    this.#work = work;
    this.#pause = pause;
  }

  /** Asks for an item. It is kept as it is: hand over one that does not change. */
  want(item: T): void {
    this.#wanted = { item };
    if (!this.#busy) void this.#run();
  }

  /** Nothing is wanted any more; answers that still come are ignored. */
  drop(): void {
    this.#turns.end();
    this.#wanted = null;
    this.#rest();
  }

  /** Resolves when nothing is in flight, at the latest after `most` milliseconds: for work that may wait. */
  idle(most: number): Promise<void> {
    if (!this.#busy) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, most);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async #run(): Promise<void> {
    const current = this.#turns.begin();
    this.#busy = true;
    while (this.#wanted) {
      if (this.#pause > 0) await new Promise((resolve) => setTimeout(resolve, this.#pause));
      if (!current()) return;
      const { item } = this.#wanted;
      this.#wanted = null;
      try {
        const answer = await this.#work.ask(item);
        if (!current()) return;
        this.#work.done(answer, item, this.#wanted === null);
      } catch (error) {
        if (!current()) return;
        this.#work.failed?.(error, item);
      }
    }
    this.#rest();
  }

  #rest(): void {
    this.#busy = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
