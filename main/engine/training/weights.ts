/** The trainable tensors of a network, with their initial values. */
import type { Graph, Val } from './graph';
import type { Random } from '../maths/random';

/** Declares parameters with seeded initial values; what is asked for twice is one parameter, shared. */
export class Weights {
  readonly #g: Graph;
  readonly #rng: Random;
  readonly #declared = new Map<string, Val>();

  constructor(g: Graph, rng: Random) {
    this.#g = g;
    this.#rng = rng;
  }

  /**
   * Normal with variance `gain / fanIn`. A third is PyTorch's default; He et al. (2015) take 2. Muon's steps have a fixed
   * length, so small weights are turned sooner: an AE of portraits is better after 300 steps than with 2 after 450.
   */
  weight(name: string, shape: readonly number[], fanIn: number, gain = 1 / 3): Val {
    return this.#declare(name, shape, this.#normal(gain / fanIn));
  }

  /** The same for weights that read or draw the image. */
  outer(name: string, shape: readonly number[], fanIn: number, gain = 1 / 3): Val {
    return this.#declare(name, shape, this.#normal(gain / fanIn), true);
  }

  #normal(variance: number): () => number {
    const deviation = Math.sqrt(variance);
    return () => deviation * this.#rng.normal();
  }

  /** `[inputs, outputs]`, uniform with variance `2 / (inputs + outputs)` (Glorot & Bengio 2010, equation 16). */
  glorot(name: string, inputs: number, outputs: number, outer = false): Val {
    const most = Math.sqrt(6 / (inputs + outputs));
    return this.#declare(name, [inputs, outputs], () => most * (2 * this.#rng.uniform() - 1), outer);
  }

  bias(name: string, length: number): Val {
    return this.#declare(name, [length], () => 0);
  }

  #declare(name: string, shape: readonly number[], initial: () => number, outer = false): Val {
    const known = this.#declared.get(name);
    if (known) return known;
    const parameter = this.#g.parameter(name, shape, initial, outer);
    this.#declared.set(name, parameter);
    return parameter;
  }
}
