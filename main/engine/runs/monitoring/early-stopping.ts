/**
 * Early stopping (Prechelt 1998): the weights of the best measurement, and when to give up waiting for a better one.
 * Against a discriminator the error rises on purpose: the best one is then the last at which both sides still learned.
 */

/** A set of weights by parameter. */
type Weights = ReadonlyMap<string, Float32Array>;

const PREFIX = 'best:';
/** Measurements in a row at which a discriminator tells everything apart, or nothing, after which the run ends. */
const OUT_OF_BALANCE = 5;

export class EarlyStopping {
  readonly #patience: number;
  #weights: Map<string, Float32Array> | null = null;
  #best: { step: number; validationMse: number } | null = null;
  #waited = 0;

  /**
   * @param patience measurements without a better one after which the run ends; 0 waits for ever and keeps nothing, as
   *   long as there is no discriminator
   */
  constructor(patience: number) {
    this.#patience = patience;
  }

  /**
   * Takes note of a measurement. Returns whether the run should end.
   * @param inBalance whether both sides still learn, where there is a discriminator
   */
  measured(step: number, validationMse: number, weights: Weights, inBalance: boolean | null = null): boolean {
    if (inBalance === null) {
      if (!this.#patience) return false;
      if (this.#best && validationMse >= this.#best.validationMse) return ++this.#waited >= this.#patience;
    } else if (!inBalance) {
      return ++this.#waited >= OUT_OF_BALANCE && this.#weights !== null;
    }
    this.#keep({ step, validationMse }, weights);
    return false;
  }

  #keep(best: { step: number; validationMse: number }, weights: Weights): void {
    this.#best = best;
    this.#waited = 0;
    this.#weights ??= new Map([...weights].map(([name, { length }]) => [name, new Float32Array(length)]));
    for (const [name, values] of weights) this.#weights.get(name)!.set(values);
  }

  /** The weights to keep at the end: the best ones measured, else `last`. */
  kept(last: Weights): Weights {
    return this.#weights ?? last;
  }

  /** The step of those. */
  keptStep(last: number): number {
    return this.#best?.step ?? last;
  }

  /** The best measurement so far, for a checkpoint. */
  get state(): { step: number; validationMse: number } | null {
    return this.#best;
  }

  /** The weights of the best measurement, as a checkpoint names its tensors. */
  tensors(): Record<string, Float32Array> {
    return Object.fromEntries([...(this.#weights ?? [])].map(([name, values]) => [PREFIX + name, values]));
  }

  /** Goes on as the run that saved these: `steps` are those of its measurements, in order. */
  restore(best: EarlyStopping['state'], tensors: Record<string, Float32Array>, steps: readonly number[]): void {
    if (!best) return;
    this.#best = best;
    this.#waited = steps.filter((step) => step > best.step).length;
    const mine = Object.entries(tensors).filter(([name]) => name.startsWith(PREFIX));
    this.#weights = new Map(mine.map(([name, values]) => [name.slice(PREFIX.length), values]));
  }
}
