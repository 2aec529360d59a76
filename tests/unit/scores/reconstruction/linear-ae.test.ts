import * as ort from '../../../../main/engine/onnxruntime';
import { expect, it } from 'vitest';
import { fitPca } from '../../../../main/engine/scores/reconstruction/pca';
import type { Images } from '../../../../main/engine/images';
import { Graph } from '../../../../main/engine/training/graph';
import { linear } from '../../../../main/engine/training/ops/dense';
import { scale, subtract, sumSquares } from '../../../../main/engine/training/ops/elementwise';
import { random } from '../../../../main/engine/maths/random';
import { createSession } from '../../../../main/engine/training/runtime';
import type { Values } from '../../training/support';
import { reference } from '../support';

const { size, channels, training, pixels } = reference<{
  size: number;
  channels: 3;
  training: number;
  pixels: number[];
}>('pca');
const values = channels * size * size;
const latent = 3;
const images: Images = { count: training, channels, size, pixels: Uint8Array.from(pixels.slice(0, training * values)) };

/** x ↦ (x·E + e)·D + b, trained by Adam with the gradients of the training library until it improves no more. */
async function trainLinear(x: Float32Array): Promise<{ loss: number; decoder: Float32Array }> {
  const g = new Graph();
  const rng = random(1, 'linear');
  const start = () => 0.1 * rng.normal();
  const image = g.input('image', [training, values]);
  const z = linear(
    g,
    image,
    g.parameter('E', [values, latent], start),
    g.parameter('e', [latent], () => 0),
  );
  const out = linear(
    g,
    z,
    g.parameter('D', [latent, values], start),
    g.parameter('b', [values], () => 0.5),
  );
  const loss = scale(g, sumSquares(g, subtract(g, out, image)), 1 / training);
  g.backward(loss).forEach((gradient, i) => g.output(`d${g.parameters[i].name}`, gradient));
  g.output('loss', loss);

  const weights: Values = Object.fromEntries(
    g.parameters.map((p) => [p.name, Float32Array.from({ length: p.shape.reduce((a, b) => a * b, 1) }, p.initial)]),
  );
  const moments = Object.fromEntries(
    g.parameters.map((p) => [
      p.name,
      { m: new Float64Array(weights[p.name].length), v: new Float64Array(weights[p.name].length) },
    ]),
  );
  const session = await compile(g);
  const steps = 1500;
  let last = Infinity;
  for (let t = 1; t <= steps; t++) {
    const result = await session({ image: x, ...weights });
    last = result.loss[0];
    const rate = 0.02 * (1 - t / (steps + 1)) ** 2;
    for (const { name } of g.parameters) {
      const { m, v } = moments[name];
      const gradient = result[`d${name}`];
      for (let i = 0; i < m.length; i++) {
        m[i] = 0.9 * m[i] + 0.1 * gradient[i];
        v[i] = 0.999 * v[i] + 0.001 * gradient[i] ** 2;
        weights[name][i] -= (rate * (m[i] / (1 - 0.9 ** t))) / (Math.sqrt(v[i] / (1 - 0.999 ** t)) + 1e-8);
      }
    }
  }
  return { loss: last, decoder: weights.D };
}

/** Compiles once and runs often. */
async function compile(g: Graph): Promise<(feeds: Values) => Promise<Values>> {
  const session = await createSession(g.encode());
  const shapes = new Map(g.parameters.map((p) => [p.name, p.shape]));
  return async (feeds) => {
    const tensors = Object.entries(feeds).map(
      ([name, data]) =>
        [name, new ort.Tensor('float32', data, [...(shapes.get(name) ?? g.shapeOfInput(name))])] as const,
    );
    const results = await session.run(Object.fromEntries(tensors));
    return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]));
  };
}

/** Directions `[count, values]` made orthonormal. */
function orthonormal(rows: Float32Array, count: number): Float64Array[] {
  const basis: Float64Array[] = [];
  for (let k = 0; k < count; k++) {
    const row = Float64Array.from(rows.subarray(k * values, (k + 1) * values));
    for (const other of basis) {
      const along = row.reduce((sum, value, i) => sum + value * other[i], 0);
      row.forEach((_, i) => (row[i] -= along * other[i]));
    }
    const length = Math.hypot(...row);
    basis.push(row.map((value) => value / length));
  }
  return basis;
}

it('finds the subspace that a linear autoencoder trained to convergence spans (Baldi & Hornik 1989)', async () => {
  const x = Float32Array.from(images.pixels, (byte) => byte / 255);
  const { loss, decoder } = await trainLinear(x);
  const pca = await fitPca(images, latent);

  const back = pca.reconstruct(x);
  const least = x.reduce((sum, value, i) => sum + (value - back[i]) ** 2, 0) / training;
  expect(loss / least).toBeGreaterThan(0.9999); // nothing linear does better than PCA
  expect(loss / least).toBeLessThan(1.01);

  const basis = orthonormal(decoder, latent);
  for (let k = 0; k < latent; k++) {
    const component = pca.components.subarray(k * values, (k + 1) * values);
    const shadow = basis.reduce(
      (sum, direction) => sum + direction.reduce((along, value, i) => along + value * component[i], 0) ** 2,
      0,
    );
    expect(shadow).toBeGreaterThan(0.99);
  }
});
