/** Running numbers of a run. */
import type { StepResult } from '../../training/trainer';

/** Sums of a loss and its terms, as a checkpoint keeps them. */
export interface MeansState {
  count: number;
  loss: number;
  terms: Record<string, number>;
}

/** Means of the loss and its terms since they were last taken. */
export class RunningMeans {
  #sums: MeansState;
  #last: { loss: number; terms: Record<string, number> } = { loss: 0, terms: {} };

  constructor(sums: MeansState = { count: 0, loss: 0, terms: {} }) {
    this.#sums = sums;
  }

  get state(): MeansState {
    return this.#sums;
  }

  add({ loss, terms }: StepResult): void {
    // A discriminator has joined: means of its terms are of the steps that had them.
    if (this.#sums.count && Object.keys(terms).length !== Object.keys(this.#sums.terms).length) this.take();
    const sums = this.#sums;
    sums.count++;
    sums.loss += loss;
    for (const [name, value] of Object.entries(terms)) sums.terms[name] = (sums.terms[name] ?? 0) + value;
  }

  /** The means; those taken last when nothing has been added since. */
  take(): { loss: number; terms: Record<string, number> } {
    const { count, loss, terms } = this.#sums;
    if (count) {
      const means = Object.entries(terms).map(([name, sum]): [string, number] => [name, sum / count]);
      this.#last = { loss: loss / count, terms: Object.fromEntries<number>(means) };
      this.#sums = { count: 0, loss: 0, terms: {} };
    }
    return this.#last;
  }
}

/** Images per second over about the last ten steps. */
export class Speed {
  readonly #batchSize: number;
  #milliseconds = 0;

  constructor(batchSize: number) {
    this.#batchSize = batchSize;
  }

  add(milliseconds: number): void {
    this.#milliseconds = this.#milliseconds ? 0.9 * this.#milliseconds + 0.1 * milliseconds : milliseconds;
  }

  get imagesPerSecond(): number {
    return (1000 * this.#batchSize) / this.#milliseconds;
  }
}

/**
 * `work` at most once in `interval` milliseconds, and when it returns a promise, so seldom that it takes no more than
 * `share` of the time; `now` does it regardless.
 */
export function throttled<A extends unknown[], R>(interval: number, work: (...args: A) => R, share = 1) {
  let next = -Infinity;
  const now = (...args: A): R => {
    const from = performance.now();
    next = from + interval;
    const result = work(...args);
    const done = () => (next = Math.max(next, from + (performance.now() - from) / share));
    if (result instanceof Promise) void result.then(done, done);
    return result;
  };
  const sometimes = (...args: A): R | undefined => (performance.now() < next ? undefined : now(...args));
  return Object.assign(sometimes, { now });
}
