/** The trainable tensors of a network, with their initial values. */
import type { Graph, Val } from './graph';
import type { Random } from './random';

/** Declares parameters with seeded initial values: normal with variance `gain / fanIn` (He et al. 2015, gain 2). */
export class Weights {
  constructor(
    private readonly g: Graph,
    private readonly rng: Random,
  ) {}

  weight(name: string, shape: readonly number[], fanIn: number, gain = 2): Val {
    const deviation = Math.sqrt(gain / fanIn);
    return this.g.parameter(name, shape, () => deviation * this.rng.normal());
  }

  bias(name: string, length: number): Val {
    return this.g.parameter(name, [length], () => 0);
  }
}
