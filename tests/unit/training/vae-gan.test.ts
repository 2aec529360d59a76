/** The VAE-GAN: its gradients against PyTorch and central differences, its two phases, and that both go on exactly. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { normals, random } from '../../../main/engine/maths/random';
import { DISCRIMINATOR } from '../../../main/engine/training/discriminator';
import { elements, Graph } from '../../../main/engine/training/graph';
import { drawLook } from '../../../main/engine/training/feeds/looks';
import type { Convolutions } from '../../../main/engine/training/ops/convolution';
import { plain } from '../../../main/engine/training/ops/plain';
import { adversarial, type StepConfig } from '../../../main/engine/training/step';
import { adversarialFrom, Trainer, type TrainerConfig, type TrainerState } from '../../../main/engine/training/trainer';
import { BLOCK, discs, dot, draw, formulations, norm, run, type Values } from './support';

const network = {
  architecture: 'convolutional',
  imageSize: 32,
  channels: 3,
  latentSize: 8,
  width: 'small',
  residualBlocks: 0,
} as const;
const objective = {
  kind: 'vae',
  likelihood: 'gaussian',
  beta: 0.5,
  warmUp: 0,
  freeBits: 0,
  importanceSamples: 1,
} as const;
const config: StepConfig = {
  network,
  objective,
  optimiser: { kind: 'muon', weightDecay: 0, clipNorm: 0, averageDecay: 0.9, epsilon: 1e-8 },
  batchSize: 16,
  seed: 3,
};
const values = network.channels * network.imageSize ** 2;

/** Planar values of a batch in the layout of a formulation. */
function laidOut(ops: Convolutions, planar: ArrayLike<number>): Float32Array {
  const { offsets, length } = ops.imageLayout(network.channels, network.imageSize);
  const result = new Float32Array(config.batchSize * length);
  for (let image = 0, at = 0; image < config.batchSize; image++)
    for (const offset of offsets) result[image * length + offset] = planar[at++];
  return result;
}

const looks = { gain: draw('gain', [16 * values], 0.1, 1), offset: draw('offset', [16 * values], 0.05) };
const inputs: Record<string, ArrayLike<number>> = {
  image: discs(16, 3, 32, 3).pixels.map((x) => x),
  gain: looks.gain,
  offset: looks.offset,
  'gain of draws': draw('gain of draws', [16 * values], 0.1, 1),
  'offset of draws': draw('offset of draws', [16 * values], 0.05),
  noise: draw('noise', [16 * values], 0.03),
};

/** Losses, terms and gradients of both sides, at the seeded weights moved along `moved`. */
async function pass(ops: Convolutions, moved: Values = {}) {
  const g = new Graph();
  const { generator, discriminator, terms } = adversarial(g, ops, config);
  const sides = { generator, discriminator };
  const all = { ...terms, ...generator.terms, ...discriminator.terms };
  for (const [name, side] of Object.entries(sides)) {
    const gradients = g.backward(side.loss, side.parameters);
    gradients.forEach((x, i) => g.output(`gradient:${side.parameters[i].name}`, g.node('Identity', [x], x.shape)));
    g.output(`${name} loss`, g.node('Identity', [side.loss], []));
  }
  for (const [name, value] of Object.entries(all)) g.output(`term:${name}`, g.node('Identity', [value], []));
  const feeds: Values = {
    epsilon: normals(16 * 8, random(3, 'epsilon', 0)),
    draws: normals(16 * 8, random(3, 'draws', 0)),
    beta: Float32Array.of(0.5),
  };
  for (const [name, planar] of Object.entries(inputs))
    feeds[name] = laidOut(ops, name === 'image' ? Float32Array.from(planar, (x) => x / 255) : planar);
  for (const { name, shape, initial } of g.parameters) {
    const start = Float32Array.from({ length: elements(shape) }, initial);
    feeds[name] = moved[name] ? start.map((x, i) => x + moved[name][i]) : start;
  }
  const results = await run(g, feeds);
  return { results, mine: generator.parameters, theirs: discriminator.parameters };
}

const relative = (x: number, y: number) => Math.abs(x - y) / Math.abs(y);

describe.each(formulations)('$name VAE-GAN', (ops) => {
  it('has the gradients that central differences give, each side in its own parameters alone', async () => {
    const { results, mine, theirs } = await pass(ops);
    expect(mine.some(({ name }) => name.startsWith(DISCRIMINATOR))).toBe(false);
    expect(theirs.every(({ name }) => name.startsWith(DISCRIMINATOR))).toBe(true);
    for (const [loss, parameters] of [
      ['generator loss', mine],
      ['discriminator loss', theirs],
    ] as const) {
      // along the gradient itself the loss changes most, and rounding matters least
      const own = parameters.map(({ name }) => [name, results[`gradient:${name}`]] as const);
      const length = Math.sqrt(own.reduce((sum, [, x]) => sum + dot(x, x), 0));
      const step = 2e-3 / length;
      const along = async (sign: number) =>
        (await pass(ops, Object.fromEntries(own.map(([name, x]) => [name, x.map((v) => sign * step * v)])))).results[
          loss
        ][0];
      const slope = ((await along(1)) - (await along(-1))) / (2 * step);
      expect(relative(slope, length ** 2), loss).toBeLessThan(0.03);
    }
  });

  it.skipIf(ops.name === 'plain')('computes what the plain formulation computes', async () => {
    const [blocked, plain] = [(await pass(ops)).results, (await pass(formulations[0])).results];
    expect(Object.keys(blocked).sort()).toEqual(Object.keys(plain).sort());
    expect(Object.keys(plain)).not.toEqual([]);
    for (const [name, expected] of Object.entries(plain)) {
      const difference = norm(blocked[name].map((x, i) => x - expected[i]));
      expect(difference, name).toBeLessThan(5e-3 * norm(expected) + 1e-7);
    }
  });
});

describe('looks', () => {
  it('are a gain and an offset inside bounds, and now and then a square is missing', () => {
    const layout = plain.imageLayout(3, 32, 32);
    let cut = 0;
    for (let i = 0; i < 40; i++) {
      const [gain, offset] = [new Float32Array(values), new Float32Array(values)];
      drawLook(random(1, 'look', i), { layout, width: 32, height: 32, channels: 3 }, 0, gain, offset);
      const inside = gain.filter((x) => x > 0);
      if (inside.length < values) cut++;
      expect(Math.min(...inside)).toBeGreaterThanOrEqual(0.7 - 1e-6);
      expect(Math.max(...inside)).toBeLessThanOrEqual(1.3 + 1e-6);
      expect(inside.length).toBeGreaterThan(0.8 * values);
      expect(gain.every((x, at) => x > 0 || offset[at] === 0)).toBe(true);
    }
    expect(cut).toBeGreaterThan(10);
    expect(cut).toBeLessThan(30);
  });
});

const images = discs(40, 3, 32, 1);
const whole: TrainerConfig = {
  ...config,
  objective: { ...objective, adversarial: 0.5 },
  augmentation: { mirror: true, shift: 1, crop: 0, colour: 0, binarise: false },
  steps: 12,
  learningRate: 1e-3,
  schedule: 'cosine',
};

function digest({ step, tensors }: TrainerState): string {
  const hash = createHash('sha256').update(String(step));
  for (const [name, data] of Object.entries(tensors)) hash.update(name).update(data);
  return hash.digest('hex');
}

async function trained(c: TrainerConfig, steps: number, start?: TrainerState) {
  const trainer = await Trainer.create(c, images, { state: start });
  try {
    const results = [];
    for (let i = 0; i < steps; i++) results.push(await trainer.next());
    const { step, tensors } = await trainer.state();
    const copies = Object.fromEntries(Object.entries(tensors).map(([name, data]) => [name, data.slice()]));
    return { results, state: { step, tensors: copies }, kept: [...(await trainer.weights()).keys()] };
  } finally {
    await trainer.release();
  }
}

describe('a run with a discriminator', () => {
  it('begins as a VAE, and then has the terms of both sides', async () => {
    expect(adversarialFrom(whole)).toBe(6);
    const { results, kept } = await trained(whole, 12);
    expect(Object.keys(results[5].terms)).toEqual(['reconstruction', 'kl']);
    expect(Object.keys(results[6].terms).sort()).toEqual(
      ['adversarial', 'discriminator', 'features', 'kl', 'penalty', 'reconstruction'].sort(),
    );
    for (const { loss, terms } of results) expect([loss, ...Object.values(terms)].every(Number.isFinite)).toBe(true);
    // A discriminator that knows nothing is surprised by log 2 on each side.
    expect(results[6].terms.adversarial).toBeGreaterThan(0.2);
    expect(kept.some((name) => name.startsWith(DISCRIMINATOR))).toBe(false);
  });

  it.each([3, 6, 7, 9])('continues bit for bit from step %i', async (cut) => {
    const straight = await trained(whole, 12);
    const first = await trained(whole, cut);
    const second = await trained(whole, 12 - cut, first.state);
    expect(digest(second.state)).toBe(digest(straight.state));
    expect([...first.results, ...second.results].map(({ loss }) => loss)).toEqual(
      straight.results.map(({ loss }) => loss),
    );
  });

  it.skipIf(!BLOCK)('is the same in both formulations to rounding', async () => {
    const all = { ...whole, objective: { ...whole.objective, adversarial: 1 } as const };
    const [a, b] = [
      await trained({ ...all, formulation: 'plain' }, 2),
      await trained({ ...all, formulation: 'blocked' }, 2),
    ];
    expect(Object.keys(a.results[1].terms)).not.toEqual([]);
    for (const [name, value] of Object.entries(a.results[1].terms))
      expect(Math.abs(b.results[1].terms[name] - value), name).toBeLessThan(0.01 * Math.abs(value) + 1e-6);
  });
});
