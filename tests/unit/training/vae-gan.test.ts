/** The VAE-GAN: its gradients against PyTorch and central differences, its two phases, and that both go on exactly. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { normals, random } from '../../../main/engine/maths/random';
import { DISCRIMINATOR } from '../../../main/engine/training/discriminator';
import { elements, Graph } from '../../../main/engine/training/graph';
import { drawLook } from '../../../main/engine/training/feeds/looks';
import { imageShape, imageValues } from '../../../main/engine/training/networks';
import { PENALTY_NOISE } from '../../../main/engine/training/objectives/vae-gan';
import type { Convolutions } from '../../../main/engine/training/ops/convolution';
import { plain } from '../../../main/engine/training/ops/plain';
import { adversarial, type StepConfig } from '../../../main/engine/training/step';
import { adversarialFrom, Trainer, type TrainerConfig, type TrainerState } from '../../../main/engine/training/trainer';
import { BLOCK, discs, dot, draw, fixture, formulations, norm, run, type Values } from './support';

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
function laidOut(ops: Convolutions, { network, batchSize }: StepConfig, planar: ArrayLike<number>): Float32Array {
  const [channels, height, width] = imageShape(network);
  const { offsets, length } = ops.imageLayout(channels, width, height);
  const result = new Float32Array(batchSize * length);
  for (let image = 0, at = 0; image < batchSize; image++)
    for (const offset of offsets) result[image * length + offset] = planar[at++];
  return result;
}

/** What a step is fed and where it starts. */
interface Case {
  config: StepConfig;
  beta: number;
  /** What a discriminator's initial weights are multiplied by. */
  sharpened: number;
}
const own: Case = { config, beta: 0.5, sharpened: 1 };

function feedsOf(ops: Convolutions, { config: c, beta }: Case): Values {
  const { seed, batchSize, network } = c;
  const [channels, height, width] = imageShape(network);
  const count = batchSize * imageValues(network);
  const planar: Record<string, Float32Array> = {
    image: Float32Array.from(discs(batchSize, channels as 1 | 3, width, seed, height).pixels, (byte) => byte / 255),
    gain: draw('gain', [count], 0.1, 1),
    offset: draw('offset', [count], 0.05),
    'gain of draws': draw('gain of draws', [count], 0.1, 1),
    'offset of draws': draw('offset of draws', [count], 0.05),
    noise: draw('noise', [count], PENALTY_NOISE),
  };
  const feeds = Object.fromEntries(Object.entries(planar).map(([name, x]) => [name, laidOut(ops, c, x)]));
  const codes = batchSize * network.latentSize;
  return {
    ...feeds,
    epsilon: normals(codes, random(seed, 'epsilon', 0)),
    draws: draw('draws', [codes]),
    beta: Float32Array.of(beta),
  };
}

/** Losses, terms and gradients of both sides, at the seeded weights moved along `moved`. */
async function pass(ops: Convolutions, of: Case = own, moved: Values = {}) {
  const g = new Graph();
  const { generator, discriminator, terms } = adversarial(g, ops, of.config);
  const sides = { generator, discriminator };
  const all = { ...terms, ...generator.terms, ...discriminator.terms };
  for (const [name, side] of Object.entries(sides)) {
    const gradients = g.backward(side.loss, side.parameters);
    gradients.forEach((x, i) => g.output(`gradient:${side.parameters[i].name}`, g.node('Identity', [x], x.shape)));
    g.output(`${name} loss`, g.node('Identity', [side.loss], []));
  }
  for (const [name, value] of Object.entries(all)) g.output(`term:${name}`, g.node('Identity', [value], []));
  const feeds = feedsOf(ops, of);
  for (const { name, shape, initial } of g.parameters) {
    const drawn = Float32Array.from({ length: elements(shape) }, initial);
    const start = name.startsWith(DISCRIMINATOR) ? drawn.map((x) => of.sharpened * x) : drawn;
    feeds[name] = moved[name] ? start.map((x, i) => x + moved[name][i]) : start;
  }
  const results = await run(g, feeds);
  return { results, terms: Object.keys(all), mine: generator.parameters, theirs: discriminator.parameters };
}

/** Cases in PyTorch, double precision: scripts/torch/fixtures.py. */
const { seed, batch, cases } = fixture<{
  seed: number;
  batch: number;
  cases: Record<
    string,
    {
      network: { image_size: number; image_height: number | null; channels: 1 | 3 };
      beta: number;
      sharpened: number;
      losses: Record<'generator' | 'discriminator', number>;
      terms: Record<string, number>;
      gradients: Record<string, { norm: number; projections: number[] }>;
    }
  >;
}>('vae-gan');
/** Float32 against double; see torch.test.ts. A penalty is of differences between numbers that are about the same. */
const LOSS_TOLERANCE = 1e-5;
const PENALTY_TOLERANCE = 1e-4;
const GRADIENT_TOLERANCE = 5e-3;

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
      const along = parameters.map(({ name }) => [name, results[`gradient:${name}`]] as const);
      const length = Math.sqrt(along.reduce((sum, [, x]) => sum + dot(x, x), 0));
      const step = 2e-3 / length;
      const at = async (sign: number) => {
        const moved = along.map(([name, x]) => [name, x.map((v) => sign * step * v)]);
        return (await pass(ops, own, Object.fromEntries(moved))).results[loss][0];
      };
      const slope = ((await at(1)) - (await at(-1))) / (2 * step);
      expect(relative(slope, length ** 2), loss).toBeLessThan(0.03);
    }
  });

  it.each(Object.entries(cases))('has the losses and gradients of PyTorch: %s', async (_, expected) => {
    const { image_size: imageSize, image_height: imageHeight, channels } = expected.network;
    const shape = { imageSize, imageHeight: imageHeight ?? undefined, channels };
    const like = { ...config, network: { ...network, ...shape }, seed, batchSize: batch };
    const { results, terms } = await pass(ops, { ...expected, config: like });
    const close = (name: string, value: number) =>
      expect(relative(results[name][0], value), name).toBeLessThan(
        name === 'term:penalty' ? PENALTY_TOLERANCE : LOSS_TOLERANCE,
      );
    for (const [side, loss] of Object.entries(expected.losses)) close(`${side} loss`, loss);
    expect(terms.sort()).toEqual(Object.keys(expected.terms).sort());
    for (const [term, value] of Object.entries(expected.terms)) close(`term:${term}`, value);

    const names = Object.keys(results).filter((name) => name.startsWith('gradient:'));
    expect(names.sort()).toEqual(
      Object.keys(expected.gradients)
        .map((name) => `gradient:${name}`)
        .sort(),
    );
    const longest = Math.max(...names.map((name) => results[name].length));
    const count = Object.values(expected.gradients)[0].projections.length;
    const directions = Array.from({ length: count }, (_, p) => normals(longest, random(seed, 'direction', p)));
    for (const [name, { norm: size, projections }] of Object.entries(expected.gradients)) {
      const gradient = results[`gradient:${name}`];
      expect(Math.abs(norm(gradient) - size), name).toBeLessThan(GRADIENT_TOLERANCE * size);
      projections.forEach((projection, p) => {
        const difference = Math.abs(dot(gradient, directions[p]) - projection);
        expect(difference, `${name}, projection ${p}`).toBeLessThan(GRADIENT_TOLERANCE * size);
      });
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
