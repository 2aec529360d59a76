import { describe, expect, it } from 'vitest';
import { random } from '../../../main/engine/maths/random';
import { fitLinearStart } from '../../../main/engine/runs/linear-start/fit';
import { Evaluator } from '../../../main/engine/training/evaluator';
import type { LinearAutoencoder } from '../../../main/engine/training/linear-start';
import { Trainer, type TrainerConfig } from '../../../main/engine/training/trainer';
import { discs, dot, draw, fixture, norm } from './support';

/** In units of a tensor's length: single precision, and six passes instead of all. */
const FIT_TOLERANCE = 1e-3;

/** Grey images of 32 pixels that vary in three ways. */
function threeWays(count: number) {
  const size = 32;
  const rng = random(1, 'images');
  const patterns = [0, 1, 2].map(() => Float32Array.from({ length: 3 * size * size }, () => 0.1 * rng.normal()));
  const pixels = new Uint8Array(count * 3 * size * size);
  for (let n = 0; n < count; n++) {
    const amounts = patterns.map(() => rng.normal());
    for (let i = 0; i < 3 * size * size; i++) {
      const value = 0.5 + patterns.reduce((sum, pattern, k) => sum + amounts[k] * pattern[i], 0);
      pixels[n * 3 * size * size + i] = 255 * Math.min(0.95, Math.max(0.05, value));
    }
  }
  return { count, channels: 3 as const, size, pixels };
}

const config = (formulation: 'plain' | 'blocked', kind: 'ae' | 'vae'): TrainerConfig => ({
  network: {
    architecture: 'convolutional',
    imageSize: 32,
    channels: 3,
    latentSize: 4,
    width: 'small',
    residualBlocks: 0,
  },
  objective:
    kind === 'ae' ? { kind } : { kind, likelihood: 'gaussian', beta: 1, warmUp: 0, freeBits: 0, importanceSamples: 1 },
  optimiser: { kind: 'muon', weightDecay: 0, clipNorm: 0, averageDecay: 0.9, epsilon: 1e-8 },
  batchSize: 16,
  seed: 1,
  learningRate: 1e-3,
  schedule: 'cosine',
  steps: 12,
  linearStart: 0.5,
  formulation,
});

describe('a run that begins as PCA', () => {
  const images = threeWays(32);

  it('draws its images from the first step, and is a plain network when PCA has handed over', async () => {
    const linear = await fitLinearStart(images, 4);
    const c = config('plain', 'vae');
    const trainer = await Trainer.create(c, images, { linear });
    const evaluator = await Evaluator.create(c, true);
    const variance = await evaluator.reconstructionError(await trainer.weights(), {
      ...images,
      pixels: new Uint8Array(images.pixels.length).fill(128),
    });
    expect(variance).toBeLessThan(0.01); // an image of the mean is drawn as the mean
    const first = await evaluator.reconstructionError(await trainer.weights(), images);
    expect(first).toBeLessThan(0.003); // the patterns have a variance of 0.03
    expect(trainer.linearShare).toBe(1);
    for (let i = 0; i < 6; i++) await trainer.next();
    expect(trainer.linearShare).toBe(0);
    expect([...(await trainer.weights()).keys()].filter((name) => name.startsWith('linear'))).toEqual([]);
    await trainer.next();
    expect(await evaluator.reconstructionError(await trainer.weights(), images)).toBeGreaterThan(first);
    await trainer.release();
    await evaluator.release();
  });

  it.each(['ae', 'vae'] as const)('is the same in both formulations: %s', async (kind) => {
    const linear = await fitLinearStart(images, 4);
    const losses: number[][] = [];
    for (const formulation of ['plain', 'blocked'] as const) {
      const trainer = await Trainer.create(config(formulation, kind), images, { linear });
      const of: number[] = [];
      for (let i = 0; i < 8; i++) of.push((await trainer.next()).loss);
      losses.push(of);
      await trainer.release();
    }
    losses[0].forEach((loss, i) => expect(losses[1][i] / loss).toBeCloseTo(1, 2));
  });
});

/** scripts/torch/fixtures.py; the components of few images are found exactly, those of more in six passes. */
const fixtures = fixture<{
  seed: number;
  cases: Record<
    string,
    { count: number; codes: number; parts: Record<keyof LinearAutoencoder, { norm: number; projections: number[] }> }
  >;
}>('linear-start');

describe('the linear autoencoder that a run begins as', () => {
  it.each(Object.entries(fixtures.cases))('is that of PyTorch: %s', async (_, { count, codes, parts }) => {
    const fitted = await fitLinearStart(discs(count, 3, 32, fixtures.seed), codes);
    for (const [part, expected] of Object.entries(parts)) {
      const values = fitted[part as keyof LinearAutoencoder];
      expect(Math.abs(norm(values) / expected.norm - 1), part).toBeLessThan(FIT_TOLERANCE);
      expected.projections.forEach((projection, p) => {
        const difference = dot(values, draw(`projection ${p}`, [values.length])) - projection;
        expect(Math.abs(difference), `${part}, projection ${p}`).toBeLessThan(FIT_TOLERANCE * expected.norm);
      });
    }
  });
});
