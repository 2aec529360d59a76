/** Encoder and decoder of a network in training, with its weights as inputs: no file is written to look at it. */
import * as ort from '../onnxruntime';
import type { Images } from './feeds/batches';
import { linearFeedsOf, LINEAR_KEY, SHARE } from './linear-start';
import { areaOf } from '../maths/rectangle';
import { toUnitRange } from '../maths/unit-range';
import { imageShape, imageValues, levels } from './networks';
import type { ImageLayout } from './ops/convolution';
import { fastestConvolutions } from './ops/fastest';
import { plain } from './ops/plain';
import { createSession } from './runtime';
import { decoderGraph, encoderGraph, type Layout, type StepConfig } from './step';

/** Images per run: more would only need more memory. In a layout of its own the runtime takes no fewer. */
const [IMAGES_A_RUN, IMAGES_A_BATCH] = [64, 16];

interface Networks {
  encoder: ort.InferenceSession;
  decoder: ort.InferenceSession;
  /** Of their parameters and inputs; the latter without the batch. */
  shapes: Map<string, readonly number[]>;
}

type Config = Pick<StepConfig, 'network' | 'objective'>;

/** Undefined where the standard one is as good. */
async function fastestLayout({ network }: Config): Promise<Layout | undefined> {
  if (network.architecture === 'perceptron') return undefined;
  const ops = await fastestConvolutions(levels(network));
  return ops.name === 'plain' ? undefined : { ops, batch: IMAGES_A_BATCH };
}

async function openNetworks(config: Config, begun: boolean, layout?: Layout): Promise<Networks> {
  const [encoder, decoder] = [encoderGraph(config, begun, layout), decoderGraph(config, begun, layout)];
  const parameters = [...encoder.parameters, ...decoder.parameters];
  const shapes = new Map(parameters.map((p) => [p.name, p.shape]));
  shapes.set('image', encoder.shapeOfInput('image').slice(1)).set('z', [config.network.latentSize]);
  return {
    encoder: await createSession(encoder.encode()),
    decoder: await createSession(decoder.encode()),
    shapes,
  };
}

export class Evaluator {
  readonly #config: Config;
  /** Of the graphs; absent: standard ONNX, any number of images at once. */
  readonly #layout: Layout | undefined;
  readonly #alone: Networks;
  /** With a linear part, for weights that have one; see `linear-start.ts`. */
  readonly #begun: Networks | null;
  readonly #images: ImageLayout;
  /** Linear parts as the graphs lay images out, by what they encode with. */
  readonly #linear = new WeakMap<Float32Array, Record<string, Float32Array>>();

  private constructor(config: Config, layout: Layout | undefined, alone: Networks, begun: Networks | null) {
    const [channels, height, width] = imageShape(config.network);
    this.#config = config;
    this.#layout = layout;
    this.#alone = alone;
    this.#begun = begun;
    this.#images = (layout?.ops ?? plain).imageLayout(channels, width, height);
  }

  /** @param begun whether weights may come with a linear part */
  static async create(config: Config, begun = false): Promise<Evaluator> {
    const layout = await fastestLayout(config);
    const open = (linear: boolean) => openNetworks(config, linear, layout);
    return new Evaluator(config, layout, await open(false), begun ? await open(true) : null);
  }

  /** Codes of planar images `[n, c, s, s]` in 0..1; an AE's code is `mu`. Arrays are `[n, d]`. */
  async encode(
    weights: ReadonlyMap<string, Float32Array>,
    images: Float32Array,
  ): Promise<{ mu: Float32Array; logVar: Float32Array | null }> {
    const { mu, log_var } = await this.#run('encoder', weights, 'image', images);
    return { mu, logVar: log_var ?? null };
  }

  /** Images `[n, c, s, s]` in 0..1 for codes `[n, d]`. */
  async decode(weights: ReadonlyMap<string, Float32Array>, codes: Float32Array): Promise<Float32Array> {
    return (await this.#run('decoder', weights, 'z', codes)).image;
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
      const codes = await this.encode(weights, toUnitRange(chunk.pixels));
      mu.set(codes.mu, start * latentSize);
      if (logVar && codes.logVar) logVar.set(codes.logVar, start * latentSize);
    }
    return { mu, logVar };
  }

  /** Mean squared error per value (0..1) of decode(mu(x)) over all `images`. */
  async reconstructionError(weights: ReadonlyMap<string, Float32Array>, images: Images): Promise<number> {
    let total = 0;
    for (const { chunk } of chunks(images)) {
      const x = toUnitRange(chunk.pixels);
      const reconstruction = await this.decode(weights, (await this.encode(weights, x)).mu);
      for (let i = 0; i < x.length; i++) total += (x[i] - reconstruction[i]) ** 2;
    }
    return total / images.pixels.length;
  }

  /** @param data rows of `input`, as many as there are; images planar, as those that come back */
  async #run(
    which: 'encoder' | 'decoder',
    weights: ReadonlyMap<string, Float32Array>,
    input: 'image' | 'z',
    data: Float32Array,
  ): Promise<Record<string, Float32Array>> {
    const { [which]: session, shapes } = weights.has(SHARE) ? this.#begun! : this.#alone;
    const linear = this.#linearFeeds(weights);
    const feeds: Record<string, ort.Tensor> = {};
    for (const name of session.inputNames.filter((name) => name !== input))
      feeds[name] = new ort.Tensor('float32', linear[name] ?? weights.get(name)!, [...shapes.get(name)!]);
    const count = data.length / this.#rowLength(input);
    const names = session.outputNames;
    const results = Object.fromEntries(names.map((name) => [name, new Float32Array(count * this.#rowLength(name))]));
    const most = this.#layout?.batch ?? IMAGES_A_RUN;
    for (let start = 0; start < count; start += most) {
      const n = Math.min(most, count - start);
      const batch = this.#layout?.batch ?? n; // a fixed one is filled up with zeros
      const rows = data.subarray(start * this.#rowLength(input), (start + n) * this.#rowLength(input));
      feeds[input] = new ort.Tensor('float32', this.#laid(input, rows, batch), [batch, ...shapes.get(input)!]);
      const answer = await session.run(feeds);
      for (const name of names) {
        const length = this.#rowLength(name);
        const into = results[name].subarray(start * length, (start + n) * length);
        this.#read(name, answer[name].data as Float32Array, into);
      }
    }
    return results;
  }

  #linearFeeds(weights: ReadonlyMap<string, Float32Array>): Record<string, Float32Array> {
    const key = weights.has(SHARE) && !this.#images.inOrder ? weights.get(LINEAR_KEY) : undefined;
    if (!key) return {};
    const known = this.#linear.get(key) ?? linearFeedsOf(weights, this.#images);
    this.#linear.set(key, known);
    return known;
  }

  /** Numbers of a row of what goes in or comes out, outside the graph. */
  #rowLength(name: string): number {
    const { network } = this.#config;
    return name === 'image' ? imageValues(network) : network.latentSize;
  }

  /** `batch` rows as the graph takes them. */
  #laid(name: string, rows: Float32Array, batch: number): Float32Array {
    const { length, offsets, inOrder } = this.#images;
    if (name !== 'image' || inOrder) {
      if (rows.length === batch * this.#rowLength(name)) return rows;
      const all = new Float32Array(batch * this.#rowLength(name));
      all.set(rows);
      return all;
    }
    const all = new Float32Array(batch * length);
    for (let i = 0, start = 0; i < rows.length; start += length)
      for (const offset of offsets) all[start + offset] = rows[i++];
    return all;
  }

  /** Fills `into` with the rows that it has room for. */
  #read(name: string, answer: Float32Array, into: Float32Array): void {
    const { length, offsets, inOrder } = this.#images;
    if (name !== 'image' || inOrder) return into.set(answer.subarray(0, into.length));
    for (let i = 0, start = 0; i < into.length; start += length)
      for (const offset of offsets) into[i++] = answer[start + offset];
  }

  async release(): Promise<void> {
    for (const networks of [this.#alone, this.#begun]) {
      await networks?.encoder.release();
      await networks?.decoder.release();
    }
  }
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
