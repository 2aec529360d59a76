/** What a step is fed that its seed and its number alone decide: images, noise, looks. */
import { imageShape, type NetworkConfig } from '../networks';
import type { ImageLayout } from '../ops/convolution';
import { PENALTY_NOISE } from '../objectives/vae-gan';
import { random } from '../../maths/random';
import { type Augmentation, BatchStream, type Images } from './batches';
import { drawLook } from './looks';

export interface FeedsConfig {
  network: NetworkConfig;
  batchSize: number;
  seed: number;
  augmentation: Augmentation;
}

/** Arrays to fill, by name of the graph's input. */
export type Arrays = Readonly<Record<string, Float32Array>>;

/** A VAE-GAN's step has looks of its images and of its draws. */
const WHOSE_LOOKS = ['', ' of draws'];
/** All that a step may be fed from here, by name of the graph's input. */
export const FED = ['image', 'epsilon', 'draws', 'noise', ...WHOSE_LOOKS.flatMap((w) => [`gain${w}`, `offset${w}`])];

export class Feeds {
  readonly #config: FeedsConfig;
  readonly #layout: ImageLayout;
  readonly #batches: BatchStream;

  constructor(images: Images, layout: ImageLayout, config: FeedsConfig) {
    this.#config = config;
    this.#layout = layout;
    this.#batches = new BatchStream(images, config.batchSize, layout, config.augmentation, config.seed);
  }

  /** Fills those of `FED` that are there. The image layout's places beside the pixels must be, and stay, 0. */
  fill(step: number, arrays: Arrays): void {
    this.#batches.fill(step, arrays.image);
    this.#drawNormals(step, 'epsilon', arrays);
    this.#drawNormals(step, 'draws', arrays);
    for (const whose of WHOSE_LOOKS) this.#drawLooks(step, whose, arrays);
    this.#drawNoise(step, arrays);
  }

  #drawNormals(step: number, name: string, { [name]: target }: Arrays): void {
    if (!target) return;
    const rng = random(this.#config.seed, name, step);
    for (let i = 0; i < target.length; i++) target[i] = rng.normal();
  }

  #drawLooks(step: number, whose: string, { [`gain${whose}`]: gain, [`offset${whose}`]: offset }: Arrays): void {
    if (!gain) return;
    const { batchSize, seed, network } = this.#config;
    const [channels, height, width] = imageShape(network);
    const rng = random(seed, `look${whose}`, step);
    for (let slot = 0; slot < batchSize; slot++)
      drawLook(rng, { layout: this.#layout, width, height, channels }, slot, gain, offset);
  }

  #drawNoise(step: number, { noise }: Arrays): void {
    if (!noise) return;
    const { batchSize, seed } = this.#config;
    const rng = random(seed, 'noise', step);
    const most = PENALTY_NOISE * Math.sqrt(3); // uniform, of the same deviation
    for (let slot = 0; slot < batchSize; slot++)
      for (const offset of this.#layout.offsets)
        noise[slot * this.#layout.length + offset] = most * (2 * rng.uniform() - 1);
  }
}
