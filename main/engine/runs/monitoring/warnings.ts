/** What goes wrong in a run without ending it: said while it trains, once each time it begins. */
import type { TrainingWarning } from '../../../contract';

/** Reconstructions that differ by less than this share of what their originals differ by are all alike. */
const ALIKE = 0.02;
/** A run is too young to be judged before this share of it and so many steps. */
const YOUNG = { share: 0.1, steps: 100 };

/** The error has stalled when its best is this many measurements old, or they have lowered it by less than this share. */
const STALLED = { measurements: 15, gain: 0.01 };
/** While the learning rate is falling towards its end, a loss that no longer falls is as it should be. */
const ENDING = 0.8;

/** Of the discriminator's loss, −log of the probability that it gives to the truth; log 4 when it knows nothing. */
const [WINS, LOSES] = [0.1, Math.log(4) - 0.01];
/** Images of which fewer than this share are different ones are mostly copies. */
const COPIES = 0.5;
/** Steps of the means that it is judged by, at least. */
const FEWEST = 20;

/**
 * What a discriminator's loss, mean over `count` steps, says: it tells everything apart (`wins`), nothing (`loses`), or
 * both sides still learn from one another. Null: there is none, or too few steps to say.
 */
export function balanceOf(loss: number | undefined, count: number): 'wins' | 'loses' | 'in balance' | null {
  if (loss === undefined || count < FEWEST) return null;
  if (loss < WINS) return 'wins';
  return loss > LOSES ? 'loses' : 'in balance';
}

export type WarningKind = TrainingWarning['what'];

/** Sum over values of the variance over images `[count, values]`. */
function variance(images: Float32Array, count: number): number {
  const values = images.length / count;
  let total = 0;
  for (let i = 0; i < values; i++) {
    let [sum, squares] = [0, 0];
    for (let n = 0; n < count; n++) {
      const x = images[n * values + i];
      sum += x;
      squares += x * x;
    }
    total += squares / count - (sum / count) ** 2;
  }
  return total;
}

/** Whether all of `count` images, decoded from codes of different ones, are about the same. */
export function areAlike(originals: Float32Array, reconstructions: Float32Array, count: number): boolean {
  return count > 1 && variance(reconstructions, count) < ALIKE * variance(originals, count);
}

/** Whether held-out errors, one a measurement, no longer fall. */
export function hasStalled(errors: readonly number[]): boolean {
  const before = errors.slice(0, -STALLED.measurements);
  if (before.length < STALLED.measurements) return false;
  return Math.min(...errors) > (1 - STALLED.gain) * Math.min(...before);
}

/** Reports what has begun, not what continues. */
export class Warnings {
  readonly #steps: number;
  readonly #adversarialFrom: number;
  readonly #on = new Set<WarningKind>();

  /** @param adversarialFrom step from which on a discriminator asks for details, which raises the error */
  constructor(steps: number, adversarialFrom = Infinity) {
    this.#steps = steps;
    this.#adversarialFrom = adversarialFrom;
  }

  /** Of `count` images, `different` are not copies of another. */
  images(count: number, different: number): WarningKind | null {
    return this.#note('copies', different < COPIES * count);
  }

  /** Pictures of `count` held-out images and their reconstructions. Null where there is nothing new to say. */
  pictures(step: number, originals: Float32Array, reconstructions: Float32Array, count: number): WarningKind | null {
    if (step < YOUNG.steps || step < YOUNG.share * this.#steps) return null;
    return this.#note('alike', areAlike(originals, reconstructions, count));
  }

  /** All measurements so far. */
  measured(step: number, errors: readonly number[]): WarningKind | null {
    const learning = step < Math.min(ENDING * this.#steps, this.#adversarialFrom);
    return this.#note('stalled', learning && hasStalled(errors));
  }

  discriminator(balance: ReturnType<typeof balanceOf>): WarningKind | null {
    if (!balance) return null;
    return (
      this.#note('discriminator wins', balance === 'wins') ?? this.#note('discriminator loses', balance === 'loses')
    );
  }

  #note(kind: WarningKind, is: boolean): WarningKind | null {
    if (!is) this.#on.delete(kind);
    if (!is || this.#on.has(kind)) return null;
    this.#on.add(kind);
    return kind;
  }
}
