/**
 * Decodes for a camera that flies. A decoder that takes too long for each frame of the display to have its face gets a coarse
 * one beside it, which is made while one flies on with the whole one.
 */
import type { LiveImage } from '../../contract';
import { toImageBatch } from '../images';
import { type CoarseDecoder, type Model, prepareCoarse } from '../models';

/** Milliseconds that a decode may take: the rest of the 16 of a frame goes to the way there and back. */
const FLUENT_MS = 10;
/** Of it, what the features of a coarse decoder may take. */
const FEATURES_MS = 6;
/** The quickest of so many decodes is how long the decoder takes, whatever else the processor had to do. */
const TIMED = 8;

export class LiveDecoder {
  readonly #model: Model;
  readonly #closing: AbortSignal;
  readonly #prepare: typeof prepareCoarse;
  /** Of the first decodes, milliseconds. */
  readonly #times: number[] = [];
  #coarse: ((code: Float32Array) => Promise<LiveImage>) | null = null;
  /** Frees the coarse one. */
  #release = async (): Promise<void> => {};

  /** @param closing aborted when the model is closed */
  constructor(model: Model, closing: AbortSignal, prepare = prepareCoarse) {
    this.#model = model;
    this.#closing = closing;
    this.#prepare = prepare;
  }

  /** @param code of one face @throws UserError as `Model.decode` */
  async decode(code: Float32Array): Promise<LiveImage> {
    if (this.#coarse) return this.#coarse(code);
    const began = performance.now();
    const image = await this.#model.decodePixels(code);
    this.#took(performance.now() - began);
    return { ...image, coarse: false };
  }

  release(): Promise<void> {
    return this.#release();
  }

  #took(milliseconds: number): void {
    if (this.#times.length === TIMED) return;
    this.#times.push(milliseconds);
    if (this.#times.length < TIMED) return;
    const least = Math.min(...this.#times);
    if (least > FLUENT_MS) void this.#begin(FEATURES_MS / least);
  }

  async #begin(most: number): Promise<void> {
    const coarse = await this.#prepare(this.#model, most, this.#closing);
    if (!coarse || this.#closing.aborted) return;
    try {
      await this.#use(coarse);
    } catch (error) {
      console.warn(`A coarse decoder cannot be used: ${(error as Error).message}`);
    }
  }

  async #use({ onnx, output, width, height }: CoarseDecoder): Promise<void> {
    const network = await this.#model.beside(onnx);
    const { channels } = this.#model.card.layout;
    const decode = async (code: Float32Array): Promise<LiveImage> => {
      const [{ data }] = await network.run(code, 1, [output]);
      return { ...toImageBatch(data, { count: 1, channels, height, width }), coarse: true };
    };
    this.#release = () => network.release();
    this.#coarse = decode;
    if (this.#closing.aborted) await network.release();
  }
}
