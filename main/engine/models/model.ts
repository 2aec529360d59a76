/** An open model: encode, decode, and what people see of it. */
import { type ImageBatch, type ModelCard, UserError } from '../../contract';
import type { FaceFinder } from '../images/alignment/align';
import { toImageBatch } from '../images/batch';
import type { Encoded, Encoder } from './encoder';
import type { DescribedDecoder } from './foreign';
import { toPlanar } from './tensor-layout';
import { type Mapping, priorCodes } from './mapping';
import { Network } from './network';
import { type Rectangle } from '../maths/rectangle';
import type { LoadSession } from './session';
import type { Source } from './source';

export interface Networks {
  decoder: DescribedDecoder;
  /** The decoder's file, its weights included. */
  decoderFile(): Promise<Uint8Array>;
  /** Where they run. */
  load: LoadSession;
  encoder: Encoder | null;
  mapping?: Mapping | null;
  /** See `Model.standIns`. */
  standIns?: Float32Array | null;
}

/** The pixels of the images that it decodes. */
export const rectangleOf = ({ card: { layout } }: Pick<Model, 'card'>): Rectangle => ({
  size: layout.width,
  height: layout.height,
});

export class Model {
  readonly #networks: Networks;

  /** @param source the model folder behind it; null for a foreign decoder */
  constructor(
    readonly card: ModelCard,
    /** Codes of the training images, `[count, latentSize]`; null when the model has none. */
    readonly codes: Float32Array | null,
    /** Log-variances of the posteriors whose means are `codes`, as large; null for a model that has none. */
    readonly logVar: Float32Array | null,
    /** Finds the face in an image as it was found in those trained on; null for a model of unaligned images. */
    readonly faces: FaceFinder | null,
    readonly source: Source | null,
    networks: Networks,
  ) {
    this.#networks = networks;
  }

  /**
   * Codes used for a model that has none of its own, `[count, latentSize]`: styles for a decoder of them, codes
   * of drawn faces for an autoencoder. Null where N(0, I) is as good.
   */
  get standIns(): Float32Array | null {
    return this.#networks.standIns ?? null;
  }

  /** `count` codes from the prior: N(0, I), or what a mapping network makes of it. */
  async draw(count: number, seed: number): Promise<Float32Array> {
    const { mapping } = this.#networks;
    return mapping ? mapping.draw(count, seed) : priorCodes(this.latentSize, count, seed);
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
    const { network, output, layout } = this.#networks.decoder;
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
  async encode(images: Float32Array): Promise<Encoded> {
    const { encoder } = this.#networks;
    if (!encoder) {
      throw new UserError('bad-model.only-decoder', { path: this.card.path });
    }
    const { width, height, channels } = this.card.layout;
    const count = images.length / (channels * height * width);
    if (count === 0) return { mu: new Float32Array(0), logVar: null };
    return encoder.encode(images, count);
  }

  /** The decoder's file, its weights included. Rejects with what reading rejects with. */
  decoderFile(): Promise<Uint8Array> {
    return this.#networks.decoderFile();
  }

  /**
   * Loads a network that takes of what the decoder takes, where that one runs. Whoever asks for it releases it.
   * @throws UserError as `LoadSession`
   */
  async beside(onnx: Uint8Array): Promise<Network> {
    const { decoder, load } = this.#networks;
    const session = await load(onnx, this.card.path);
    const taken = new Set(session.inputMetadata.map(({ name }) => name));
    const { feeding } = decoder.network;
    const extras = feeding.extras.filter(({ name }) => taken.has(name));
    return new Network(session, { ...feeding, extras }, this.card.path);
  }

  /** Frees the networks. The model cannot be used afterwards. */
  async release(): Promise<void> {
    await this.#networks.decoder.network.release();
    await this.#networks.encoder?.release();
    await this.#networks.mapping?.release();
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
