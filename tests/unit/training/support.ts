/** Shared by the tests of the training engine: run graphs, draw values, list formulations. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as ort from '../../../main/engine/onnxruntime';
import { BatchStream, NO_AUGMENTATION, type Images } from '../../../main/engine/training/feeds/batches';
import { elements, type Graph } from '../../../main/engine/training/graph';
import { blocked } from '../../../main/engine/training/ops/blocked';
import type { Convolutions } from '../../../main/engine/training/ops/convolution';
import { plain } from '../../../main/engine/training/ops/plain';
import { type LinearAutoencoder, linearFeeds, SHARE } from '../../../main/engine/training/linear-start';
import { normals, random } from '../../../main/engine/maths/random';
import { blockSize, createSession } from '../../../main/engine/training/runtime';
import { gradientStep, samplesPerImage, type StepConfig } from '../../../main/engine/training/step';

export type Values = Record<string, Float32Array>;

export const BLOCK = await blockSize();
/** Appended to the names of tests that are skipped without blocked kernels. */
export const NO_BLOCKS = BLOCK ? '' : ' (skipped: this build of onnxruntime has no blocked kernels)';

/** Every formulation of the convolutions that this machine has. */
export const formulations: Convolutions[] = BLOCK ? [plain, blocked(BLOCK)] : [plain];

/** Runs a graph once, parameters and inputs fed by name. */
export async function run(graph: Graph, feeds: Values): Promise<Values> {
  const session = await createSession(graph.encode());
  const shapes = new Map(graph.parameters.map((p) => [p.name, p.shape]));
  const tensors = Object.fromEntries(
    session.inputNames.map((name) => [
      name,
      new ort.Tensor('float32', feeds[name], [...(shapes.get(name) ?? graph.shapeOfInput(name))]),
    ]),
  );
  const results = await session.run(tensors);
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]));
}

/** Seeded normal numbers. */
export function draw(label: string, shape: readonly number[], deviation = 1, mean = 0): Float32Array<ArrayBuffer> {
  return normals(elements(shape), random(1, label)).map((x) => mean + deviation * x);
}

/** Pictures of one disc each, shaded; scripts/torch/fixtures.py draws the same. */
export function discs(count: number, channels: 1 | 3, size: number, seed: number, height = size): Images {
  const pixels = new Uint8Array(count * channels * size * height);
  for (let image = 0, at = 0; image < count; image++) {
    const { integer } = random(seed, 'disc', image);
    const [cx, cy, radius] = [integer(size), integer(size), 2 + integer(size >> 1)];
    for (let c = 0; c < channels; c++) {
      const [ground, colour, right, down] = [integer(256), integer(256), integer(32), integer(32)];
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < size; x++) {
          const inside = (x - cx) ** 2 + (y - cy) ** 2 <= radius ** 2;
          pixels[at++] = Math.min(255, (inside ? colour : ground) + ((x * right + y * down) >> 3));
        }
      }
    }
  }
  return { count, channels, size, height, pixels };
}

export interface Pass {
  loss: number;
  terms: Record<string, number>;
  gradients: Values;
}

/**
 * Loss and gradients of a network at its seeded initial weights, on the first `batchSize` images in their order.
 * @param linear a linear part beside it, and its share
 */
export async function pass(
  ops: Convolutions,
  config: StepConfig,
  images: Images,
  { beta = 1, linear }: { beta?: number; linear?: { part: LinearAutoencoder; share: number } } = {},
): Promise<Pass> {
  const { graph, terms } = gradientStep(ops, config, linear !== undefined);
  const { channels, imageSize, latentSize } = config.network;
  const feeds: Values = Object.fromEntries(
    graph.parameters.map((p) => [p.name, Float32Array.from({ length: elements(p.shape) }, p.initial)]),
  );
  feeds.image = inLayout(ops, images, config.batchSize);
  if (config.objective.kind === 'vae') {
    const rows = config.batchSize * samplesPerImage(config);
    feeds.epsilon = normals(rows * latentSize, random(config.seed, 'epsilon', 0));
    if (samplesPerImage(config) === 1) feeds.beta = Float32Array.of(beta);
  }
  if (linear) {
    const layout = ops.imageLayout(channels, images.size, images.height);
    Object.assign(feeds, linearFeeds(linear.part, layout), { [SHARE]: Float32Array.of(linear.share) });
  }
  if (images.channels !== channels || images.size !== imageSize) throw new Error('images do not fit the network');
  const results = await run(graph, feeds);
  return {
    loss: results.loss[0],
    terms: Object.fromEntries(terms.map((term) => [term, results[`term:${term}`][0]])),
    gradients: Object.fromEntries(graph.parameters.map((p) => [p.name, results[`gradient:${p.name}`]])),
  };
}

/** The first `batch` images as the graph's input wants them. */
export function inLayout(ops: Convolutions, { channels, size, height, pixels }: Images, batch: number): Float32Array {
  const { offsets, length } = ops.imageLayout(channels, size, height);
  const result = new Float32Array(batch * length);
  for (let image = 0, at = 0; image < batch; image++) {
    for (const offset of offsets) result[image * length + offset] = pixels[at++] / 255;
  }
  return result;
}

/** The stream of a trainer without augmentation. */
export const plainStream = (images: Images, batchSize: number, seed: number, ops: Convolutions = plain) =>
  new BatchStream(images, batchSize, ops.imageLayout(images.channels, images.size), NO_AUGMENTATION, seed);

/** ‖a − b‖₂ / ‖b‖₂ */
export function relativeDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    size += b[i] ** 2;
  }
  return Math.sqrt(difference / size);
}

export const norm = (values: ArrayLike<number>): number => Math.sqrt(dot(values, values));

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** A file that scripts/torch/fixtures.py wrote. */
export function fixture<T>(name: string): T {
  const file = path.join(import.meta.dirname, '../../data/training', `${name}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
