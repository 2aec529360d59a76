/**
 * The feature space in which sets of images are compared: a convolutional network with fixed random weights.
 *
 * The usual one, an Inception network trained on photographs of a thousand classes, is no part of this app, and says
 * little about drawn or tiny faces. Random networks are the published alternative (Naeem et al. 2020, section 3.3:
 * "random embeddings" of 64 numbers tell distributions apart without the bias of a training set). Numbers measured here
 * compare with each other only, never with published FIDs.
 */
import * as ort from '../../onnxruntime';
import { inPieces, type Watch } from '../../scheduling/watch';
import { Graph } from '../../training/graph';
import { random, type Random } from '../../maths/random';
import { heightOf, type Rectangle } from '../../maths/rectangle';
import { createSession } from '../../training/runtime';

/** Numbers a random network describes an image with. */
export const FEATURE_SIZE = 64;
/** Channels of each convolution. */
const CHANNELS = [32, 64, 128];
/** Each convolution's responses are averaged over a grid of so many cells a side. */
const GRID = 4;
/** Images described at a time. */
const IMAGES_A_PIECE = 64;

/** What the numbers were measured in. */
export const FEATURE_SPACE =
  'a three-layer convolutional network with fixed random weights (seed 0); each number scaled to variance 1 over the real images';

export class FeatureNetwork {
  readonly #shape: number[];
  readonly #session: ort.InferenceSession;

  private constructor(shape: number[], session: ort.InferenceSession) {
    this.#shape = shape;
    this.#session = session;
  }

  /** @param rectangle of at least 8 pixels a side */
  static async create(channels: number, rectangle: Rectangle): Promise<FeatureNetwork> {
    const g = new Graph({ dynamicBatch: true });
    const rng = random(0, 'features');
    const weights = new Map<string, Float32Array>();
    const parameter = (name: string, shape: number[], values: Float32Array) => {
      weights.set(name, values);
      return g.parameter(name, shape, () => 0);
    };
    const shape = [channels, heightOf(rectangle), rectangle.size];
    let x = g.input('image', [1, ...shape]);
    let sides = shape.slice(1);
    let from = channels;
    const pooled: { name: string; shape: readonly number[] }[] = [];
    for (const [i, to] of CHANNELS.entries()) {
      const kernel = parameter(`kernel.${i}`, [to, from, 4, 4], kernels(to, from, rng));
      sides = sides.map((side) => Math.floor(side / 2));
      const convolution = { kernel_shape: [4, 4], strides: [2, 2], pads: [1, 1, 1, 1] };
      x = g.unary('Relu', g.node('Conv', [x, kernel], [1, to, ...sides], convolution));
      const cell = sides.map((side) => Math.max(1, Math.floor(side / GRID)));
      const cells = sides.map((side, axis) => Math.floor((side - cell[axis]) / cell[axis]) + 1);
      const means = g.node('AveragePool', [x], [1, to, ...cells], {
        kernel_shape: cell,
        strides: cell,
      });
      pooled.push(g.reshape(means, [1, to * cells[0] * cells[1]]));
      from = to;
    }
    const length = pooled.reduce((sum, { shape }) => sum + shape[1], 0);
    const all = g.node('Concat', pooled, [1, length], { axis: 1 });
    const projection = Float32Array.from({ length: length * FEATURE_SIZE }, () => rng.normal() / Math.sqrt(length));
    g.output('features', g.matmul(all, parameter('projection', [length, FEATURE_SIZE], projection)));
    return new FeatureNetwork(shape, await createSession(g.freeze(weights)));
  }

  /** @param images `[n, channels, height, width]`, 0..1 @returns `[n, 64]` */
  async features(images: Float32Array, watch: Watch = {}): Promise<Float32Array> {
    const values = this.#shape.reduce((a, b) => a * b, 1);
    const count = images.length / values;
    const result = new Float32Array(count * FEATURE_SIZE);
    for await (const { start, end } of inPieces(count, IMAGES_A_PIECE, watch)) {
      const piece = images.slice(start * values, end * values);
      const tensor = new ort.Tensor('float32', piece, [end - start, ...this.#shape]);
      const { features } = await this.#session.run({ image: tensor });
      result.set(features.data as Float32Array, start * FEATURE_SIZE);
    }
    return result;
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

/** Random kernels (He et al. 2015) without a mean: they answer to edges and textures, not to brightness. */
function kernels(to: number, from: number, rng: Random): Float32Array {
  const length = from * 16;
  const values = Float32Array.from({ length: to * length }, () => rng.normal() * Math.sqrt(2 / length));
  for (let o = 0; o < to; o++) {
    const kernel = values.subarray(o * length, (o + 1) * length);
    const mean = kernel.reduce((a, b) => a + b, 0) / length;
    for (let i = 0; i < length; i++) kernel[i] -= mean;
  }
  return values;
}
