/** An open model: encode, decode, and what people see of it. */
import { type ImageBatch, type ModelCard, UserError } from '../../contract';
import type { FaceFinder } from '../images/alignment/align';
import { toImageBatch } from '../images/batch';
import type { Encoder } from './encoder';
import type { DescribedDecoder } from './foreign';
import { toPlanar } from './tensor-layout';
import type { Source } from './source';

export class Model {
  readonly #decoder: DescribedDecoder;
  readonly #encoder: Encoder | null;

  /** @param source the model folder behind it; null for a foreign decoder */
  constructor(
    readonly card: ModelCard,
    /** Codes of the training images, `[count, latentSize]`; null when the model brings none. */
    readonly codes: Float32Array | null,
    /** Log-variances of the posteriors whose means are `codes`, as large; null for a model that brings none. */
    readonly logVar: Float32Array | null,
    /** Finds the face in an image as it was found in those trained on; null for a model of unaligned images. */
    readonly faces: FaceFinder | null,
    readonly source: Source | null,
    decoder: DescribedDecoder,
    encoder: Encoder | null,
  ) {
    this.#decoder = decoder;
    this.#encoder = encoder;
  }

  get latentSize(): number {
    return this.card.latentSize;
  }

  /**
   * @param codes `[n, latentSize]`
   * @returns `[n, channels, height, width]`, 0 black and 1 white; a decoder may stray a little outside
   * @throws UserError `bad-settings` when the codes are of another size, `bad-model` when the decoder fails
   */
  async decode(codes: Float32Array): Promise<Float32Array> {
    const { network, output, layout } = this.#decoder;
    const count = this.#rowsOf(codes);
    if (count === 0) return new Float32Array(0);
    const [{ data }] = await network.run(codes, count, [output]);
    return toPlanar(data, layout);
  }

  /** As `decode`, as pixels for screens and files. */
  async decodePixels(codes: Float32Array): Promise<ImageBatch> {
    const { width, height, channels } = this.card.layout;
    return toImageBatch(await this.decode(codes), { count: this.#rowsOf(codes), channels, height, width });
  }

  /**
   * @param images `[n, channels, height, width]`, 0..1
   * @returns the posterior's mean (an AE's code) and log-variance (null for a model without), `[n, latentSize]` each
   * @throws UserError `bad-model` when the model has no encoder or it fails
   */
  async encode(images: Float32Array): Promise<{ mu: Float32Array; logVar: Float32Array | null }> {
    if (!this.#encoder) {
      throw new UserError('bad-model.only-decoder', { path: this.card.path });
    }
    const { width, height, channels } = this.card.layout;
    const count = images.length / (channels * height * width);
    if (count === 0) return { mu: new Float32Array(0), logVar: null };
    const [mu, logVar] = await this.#encoder.network.run(images, count, this.#encoder.outputs);
    return { mu: mu.data, logVar: logVar?.data ?? null };
  }

  /** Frees the networks. The model cannot be used afterwards. */
  async release(): Promise<void> {
    await this.#decoder.network.release();
    await this.#encoder?.network.release();
  }

  #rowsOf(codes: Float32Array): number {
    const count = codes.length / this.card.latentSize;
    if (Number.isInteger(count)) return count;
    throw new UserError('bad-settings.codes-length', {
      numbers: codes.length,
      path: this.card.path,
      latentSize: this.card.latentSize,
    });
  }
}
