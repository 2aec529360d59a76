/** Encoder and decoder of a network in training, with its weights as inputs: no file is written to look at it. */
import * as ort from '../onnxruntime';
import type { Images } from './batches';
import { SHARE } from './linear-start';
import { areaOf } from '../maths/rectangle';
import { imageShape, imageValues } from './networks';
import { createSession } from './runtime';
import { decoderGraph, encoderGraph, type StepConfig } from './step';

/** Images per run: more would only need more memory. */
const IMAGES_A_RUN = 64;

interface Networks {
  encoder: ort.InferenceSession;
  decoder: ort.InferenceSession;
  /** Of their parameters. */
  shapes: Map<string, readonly number[]>;
}

type Config = Pick<StepConfig, 'network' | 'objective'>;

async function openNetworks(config: Config, begun: boolean): Promise<Networks> {
  const [encoder, decoder] = [encoderGraph(config, begun), decoderGraph(config, begun)];
  const shapes = new Map([...encoder.parameters, ...decoder.parameters].map((p) => [p.name, p.shape]));
  return {
    encoder: await createSession(encoder.encode()),
    decoder: await createSession(decoder.encode()),
    shapes,
  };
}

export class Evaluator {
  readonly #config: Config;
  readonly #alone: Networks;
  /** With a linear part, for weights that have one; see `linear-start.ts`. */
  readonly #begun: Networks | null;

  private constructor(config: Config, alone: Networks, begun: Networks | null) {
    this.#config = config;
    this.#alone = alone;
    this.#begun = begun;
  }

  /** @param begun whether weights may come with a linear part */
  static async create(config: Config, begun = false): Promise<Evaluator> {
    return new Evaluator(config, await openNetworks(config, false), begun ? await openNetworks(config, true) : null);
  }

  #networks(weights: ReadonlyMap<string, Float32Array>): Networks {
    return weights.has(SHARE) ? this.#begun! : this.#alone;
  }

  /** Codes of planar images `[n, c, s, s]` in 0..1; an AE's code is `mu`. Arrays are `[n, d]`. */
  async encode(
    weights: ReadonlyMap<string, Float32Array>,
    images: Float32Array,
  ): Promise<{ mu: Float32Array; logVar: Float32Array | null }> {
    const { latentSize } = this.#config.network;
    const shape = imageShape(this.#config.network);
    const out = await this.#run('encoder', weights, 'image', images, shape, {
      mu: latentSize,
      log_var: latentSize,
    });
    return { mu: out.mu, logVar: out.log_var ?? null };
  }

  /** Images `[n, c, s, s]` in 0..1 for codes `[n, d]`. */
  async decode(weights: ReadonlyMap<string, Float32Array>, codes: Float32Array): Promise<Float32Array> {
    const { latentSize } = this.#config.network;
    const out = await this.#run('decoder', weights, 'z', codes, [latentSize], {
      image: imageValues(this.#config.network),
    });
    return out.image;
  }

  /** Codes of all `images`, as `encode`. */
  async codes(
    weights: ReadonlyMap<string, Float32Array>,
    images: Images,
  ): Promise<{ mu: Float32Array; logVar: Float32Array | null }> {
    const { latentSize } = this.#config.network;
    const mu = new Float32Array(images.count * latentSize);
    const logVar = this.#config.objective.kind === 'vae' ? new Float32Array(mu.length) : null;
    for (const { start, chunk } of chunks(images)) {
      const codes = await this.encode(weights, toFloats(chunk));
      mu.set(codes.mu, start * latentSize);
      if (logVar && codes.logVar) logVar.set(codes.logVar, start * latentSize);
    }
    return { mu, logVar };
  }

  /** Mean squared error per value (0..1) of decode(mu(x)) over all `images`. */
  async reconstructionError(weights: ReadonlyMap<string, Float32Array>, images: Images): Promise<number> {
    let total = 0;
    for (const { chunk } of chunks(images)) {
      const x = toFloats(chunk);
      const reconstruction = await this.decode(weights, (await this.encode(weights, x)).mu);
      for (let i = 0; i < x.length; i++) total += (x[i] - reconstruction[i]) ** 2;
    }
    return total / images.pixels.length;
  }

  async #run(
    which: 'encoder' | 'decoder',
    weights: ReadonlyMap<string, Float32Array>,
    input: string,
    data: Float32Array,
    shape: readonly number[],
    outputs: Record<string, number>,
  ): Promise<Record<string, Float32Array>> {
    const { [which]: session, shapes } = this.#networks(weights);
    const row = shape.reduce((a, b) => a * b, 1);
    const count = data.length / row;
    const feeds: Record<string, ort.Tensor> = {};
    for (const name of session.inputNames) {
      if (name !== input) feeds[name] = new ort.Tensor('float32', weights.get(name)!, [...shapes.get(name)!]);
    }
    const names = session.outputNames;
    const results = Object.fromEntries(names.map((name) => [name, new Float32Array(count * outputs[name])]));
    for (let start = 0; start < count; start += IMAGES_A_RUN) {
      const n = Math.min(IMAGES_A_RUN, count - start);
      feeds[input] = new ort.Tensor('float32', data.subarray(start * row, (start + n) * row), [n, ...shape]);
      const answer = await session.run(feeds);
      for (const name of names) results[name].set(answer[name].data as Float32Array, start * outputs[name]);
    }
    return results;
  }

  async release(): Promise<void> {
    for (const networks of [this.#alone, this.#begun]) {
      await networks?.encoder.release();
      await networks?.decoder.release();
    }
  }
}

/** Bytes to 0..1, planar. */
export function toFloats(images: Images): Float32Array {
  return Float32Array.from(images.pixels, (v) => v / 255);
}

/** The images a few at a time: all of them as floats would take four times the memory of the data set. */
function* chunks(images: Images): Generator<{ start: number; chunk: Images }> {
  const values = images.channels * areaOf(images);
  for (let start = 0; start < images.count; start += IMAGES_A_RUN) {
    const count = Math.min(IMAGES_A_RUN, images.count - start);
    const pixels = images.pixels.subarray(start * values, (start + count) * values);
    yield { start, chunk: { ...images, count, pixels } };
  }
}
