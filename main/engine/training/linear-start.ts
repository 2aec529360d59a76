/**
 * A run that begins as PCA and hands over to its networks. Codes and logits are mixtures of what a linear autoencoder
 * makes of an image and of what the networks make of it, and the share of the linear one falls from 1 to 0: faces are
 * there from the first step, and what is left in the end is a plain network. The linear part does not learn.
 */
import { elements, type Graph, type Val } from './graph';
import type { ImageLayout } from './ops/convolution';
import { linear, reshape } from './ops/dense';
import { add, multiply, subtract } from './ops/elementwise';

/** A linear autoencoder whose codes have mean 0 and variance 1 in each direction. Images are planar, values 0..1. */
export interface LinearAutoencoder {
  /** code = image · encode + origin: `[values, latentSize]` and `[latentSize]` */
  encode: Float32Array;
  origin: Float32Array<ArrayBuffer>;
  /** logits = code · decode + mean: `[latentSize, values]` and `[values]` */
  decode: Float32Array;
  mean: Float32Array;
}

/** Of the posteriors that a VAE begins with: log σ², narrow enough for the decoder to see which image it is. */
const LOG_VARIANCE = -2;

const NAMES = { encode: 'linear.encode', origin: 'linear.origin', decode: 'linear.decode', mean: 'linear.mean' };
/** What tells one linear part from another. */
export const LINEAR_KEY = NAMES.encode;
/** The share of the linear part, `[1]`. */
export const SHARE = 'linear.share';

/** Declares a tensor of the graph: an input of a training step, a constant of a model that is written. */
type Declare = (name: string, shape: readonly number[]) => Val;

/** The linear part of a graph. */
export class LinearPart {
  readonly #g: Graph;
  readonly #declare: Declare;
  readonly #share: Val;
  readonly #rest: Val;
  readonly #latentSize: number;
  /** Floats that an image takes in the graph. */
  readonly #length: number;

  constructor(g: Graph, declare: Declare, length: number, latentSize: number) {
    this.#g = g;
    this.#declare = declare;
    this.#latentSize = latentSize;
    this.#length = length;
    this.#share = declare(SHARE, [1]);
    this.#rest = subtract(g, g.constant([1]), this.#share);
  }

  /** @param network the code that the encoder finds, `[n, latentSize]` */
  code(network: Val, image: Val): Val {
    const flat = reshape(this.#g, image, [image.shape[0], this.#length]);
    const encode = this.#declare(NAMES.encode, [this.#length, this.#latentSize]);
    return this.#mixed(linear(this.#g, flat, encode, this.#declare(NAMES.origin, [this.#latentSize])), network);
  }

  /** @param network log σ² that the encoder finds */
  logVariance(network: Val): Val {
    return this.#mixed(this.#g.constant([LOG_VARIANCE]), network);
  }

  /** @param network the decoder's logits, as the graph lays images out */
  logits(network: Val, z: Val): Val {
    const decode = this.#declare(NAMES.decode, [this.#latentSize, this.#length]);
    const drawn = linear(this.#g, z, decode, this.#declare(NAMES.mean, [this.#length]));
    return this.#mixed(reshape(this.#g, drawn, network.shape), network);
  }

  #mixed(begun: Val, network: Val): Val {
    return add(this.#g, multiply(this.#g, network, this.#rest), multiply(this.#g, begun, this.#share));
  }
}

/** What the graph is fed for it, as it lays images out. */
export function linearFeeds(
  { encode, origin, decode, mean }: LinearAutoencoder,
  { offsets, length }: ImageLayout,
): Record<string, Float32Array<ArrayBuffer>> {
  const latentSize = origin.length;
  const values = mean.length;
  const laid = { encode: new Float32Array(length * latentSize), decode: new Float32Array(latentSize * length) };
  const laidMean = new Float32Array(length);
  for (let i = 0; i < values; i++) {
    const at = offsets[i];
    laidMean[at] = mean[i];
    for (let k = 0; k < latentSize; k++) {
      laid.encode[at * latentSize + k] = encode[i * latentSize + k];
      laid.decode[k * length + at] = decode[k * values + i];
    }
  }
  return { [NAMES.encode]: laid.encode, [NAMES.origin]: origin, [NAMES.decode]: laid.decode, [NAMES.mean]: laidMean };
}

/** The same for a graph that takes planar images, with the share there is. */
export const linearWeights = (begun: LinearAutoencoder, share: number): [string, Float32Array][] => [
  ...(Object.entries(NAMES) as [keyof LinearAutoencoder, string][]).map(([key, name]): [string, Float32Array] => [
    name,
    begun[key],
  ]),
  [SHARE, Float32Array.of(share)],
];

/** The linear part among `linearWeights`, fed to a graph of another layout; its share is among the weights. */
export function linearFeedsOf(
  weights: ReadonlyMap<string, Float32Array>,
  layout: ImageLayout,
): Record<string, Float32Array<ArrayBuffer>> {
  const of = (key: keyof LinearAutoencoder) => weights.get(NAMES[key]) as Float32Array<ArrayBuffer>;
  return linearFeeds({ encode: of('encode'), origin: of('origin'), decode: of('decode'), mean: of('mean') }, layout);
}

/** Share of the linear part when `step` of the `until` steps are done over which it falls. */
export const linearShare = (step: number, until: number): number => Math.max(0, 1 - step / until);

/** Numbers that it takes, beside those that a run learns. */
export const linearNumbers = (values: number, latentSize: number): number =>
  elements([2, values, latentSize]) + values + latentSize;
