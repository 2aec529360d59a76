/** Against PyTorch in double precision: gradients of every parameter, and a whole run. See scripts/torch/fixtures.py. */
import { describe, expect, it } from 'vitest';
import type { LinearAutoencoder } from '../../../main/engine/training/linear-start';
import { imageValues, type NetworkConfig } from '../../../main/engine/training/networks';
import type { ObjectiveConfig } from '../../../main/engine/training/step';
import { normals, random } from '../../../main/engine/maths/random';
import { Trainer, type TrainerConfig } from '../../../main/engine/training/trainer';
import { discs, dot, draw, fixture, formulations, norm, pass } from './support';

interface Described {
  network: {
    image_size: number;
    channels: 1 | 3;
    latent_size: number;
    width: NetworkConfig['width'];
    residual_blocks: number;
    architecture: NetworkConfig['architecture'];
  };
  objective: {
    kind: 'ae' | 'vae' | 'rae';
    likelihood: 'gaussian' | 'learned-sigma' | 'bernoulli';
    free_bits: number;
    importance_samples: number;
    code_weight: number;
  };
}
interface Gradients {
  seed: number;
  batch: number;
  cases: Record<
    string,
    Described & {
      beta: number;
      /** Of a linear part beside the networks. */
      share: number;
      loss: number;
      terms: Record<string, number>;
      gradients: Record<string, { norm: number; projections: number[] }>;
    }
  >;
}
interface Curve extends Described {
  seed: number;
  batch: number;
  count: number;
  optimiser: {
    kind: 'adam' | 'muon';
    weight_decay: number;
    clip_norm: number;
    average_decay: number;
    epsilon: number;
  };
  schedule: {
    steps: number;
    learning_rate: number;
    kind: TrainerConfig['schedule'];
    beta: number;
    warm_up: number;
    adversarial: number;
    linear_start: number;
  };
  /** Of each step the loss, its terms and the gradient's norm. */
  results: Record<string, number>[];
  averages: Record<string, number>;
}

function network({ network: n }: Described): NetworkConfig {
  return {
    architecture: n.architecture,
    imageSize: n.image_size,
    channels: n.channels,
    latentSize: n.latent_size,
    width: n.width,
    residualBlocks: n.residual_blocks,
  };
}

function objective({ objective: o }: Described, schedule?: Curve['schedule']): ObjectiveConfig {
  if (o.kind === 'ae') return { kind: 'ae' };
  if (o.kind === 'rae') return { kind: 'rae', codeWeight: o.code_weight };
  return {
    kind: 'vae',
    likelihood: o.likelihood,
    beta: schedule?.beta ?? 1,
    warmUp: schedule?.warm_up ?? 0,
    freeBits: o.free_bits,
    importanceSamples: o.importance_samples,
    adversarial: schedule?.adversarial,
  };
}

/** The linear part that the fixtures have beside a network. */
function linearPart(described: Described): LinearAutoencoder {
  const { latentSize, ...shape } = network(described);
  const values = imageValues(shape);
  return {
    encode: draw('encode', [values, latentSize], 0.03),
    origin: draw('origin', [latentSize], 0.3),
    decode: draw('decode', [latentSize, values], 0.3),
    mean: draw('mean', [values], 0.5),
  };
}

// Float32 against double. Where an activation is so close to zero that one side cuts it off and the other does not, a
// gradient differs by more than its rounding (up to 2e-3 of its length, mostly 1e-6), and a curve drifts apart (the loss
// stays within 1e-6, the gradient's norm within 1e-4, where no such step comes).
const LOSS_TOLERANCE = 1e-5;
/** A KL near 0 is a difference of numbers near 1: what float32 leaves of it. */
const KL_ROUNDING = 1e-6;
const GRADIENT_TOLERANCE = 5e-3;
// Blocks start with small outputs, so that more activations are close to zero.
const RESIDUAL_GRADIENT_TOLERANCE = 2e-2;
const CURVE_TOLERANCE = 1e-3;
/** A penalty is the square of a difference of opinions that are still about the same. */
const CURVE_TOLERANCES: Record<string, number> = { penalty: 3e-2, kl: 3e-3 };
const CURVE_GRADIENT_TOLERANCE = 3e-2;
// Muon makes the smallest singular values large, and their rounding errors with them; biases then move at four times the rate.
const AVERAGE_TOLERANCE = { adam: 5e-4, muon: 2e-2 };

const { seed, batch, cases } = fixture<Gradients>('gradients');
const curves = fixture<{ curves: Record<string, Curve> }>('curves').curves;

describe.each(formulations)('$name networks follow PyTorch', (ops) => {
  // A perceptron has no convolutions to block.
  const own = Object.entries(cases).filter(([, c]) => ops.name === 'plain' || c.network.architecture !== 'perceptron');
  it.each(own)('gradients: %s', async (_name, expected) => {
    const config = {
      network: network(expected),
      objective: objective(expected),
      optimiser: { kind: 'adam' as const, clipNorm: 0, weightDecay: 0, averageDecay: 0, epsilon: 1e-8 },
      batchSize: batch,
      seed,
    };
    const images = discs(batch, config.network.channels, config.network.imageSize, seed);
    const { beta, share } = expected;
    const linear = share ? { part: linearPart(expected), share } : undefined;
    const actual = await pass(ops, config, images, { beta, linear });
    const close = (x: number, y: number, what: string) =>
      expect(Math.abs(x - y), what).toBeLessThanOrEqual(
        LOSS_TOLERANCE * Math.abs(y) + (what === 'kl' ? KL_ROUNDING : 0),
      );
    close(actual.loss, expected.loss, 'loss');
    expect(Object.keys(actual.terms).sort()).toEqual(Object.keys(expected.terms).sort());
    for (const [term, value] of Object.entries(expected.terms)) close(actual.terms[term], value, term);

    expect(Object.keys(actual.gradients).sort()).toEqual(Object.keys(expected.gradients).sort());
    const tolerance = config.network.residualBlocks ? RESIDUAL_GRADIENT_TOLERANCE : GRADIENT_TOLERANCE;
    const longest = Math.max(...Object.values(actual.gradients).map((gradient) => gradient.length));
    const count = Object.values(expected.gradients)[0].projections.length;
    const directions = Array.from({ length: count }, (_, p) => normals(longest, random(seed, 'direction', p)));
    for (const [name, { norm: size, projections }] of Object.entries(expected.gradients)) {
      const gradient = actual.gradients[name];
      expect(Math.abs(norm(gradient) - size), name).toBeLessThan(tolerance * size);
      projections.forEach((projection, p) => {
        const difference = Math.abs(dot(gradient, directions[p]) - projection);
        expect(difference, `${name}, projection ${p}`).toBeLessThan(tolerance * size);
      });
    }
  });

  it.each(Object.keys(curves))('a run by %s: schedule, warm-up, decay, clipping, averages', async (by) => {
    const curve = curves[by];
    const { optimiser: o, schedule } = curve;
    const config: TrainerConfig = {
      network: network(curve),
      objective: objective(curve, schedule),
      optimiser: {
        kind: o.kind,
        weightDecay: o.weight_decay,
        clipNorm: o.clip_norm,
        averageDecay: o.average_decay,
        epsilon: o.epsilon,
      },
      batchSize: curve.batch,
      seed: curve.seed,
      steps: schedule.steps,
      learningRate: schedule.learning_rate,
      schedule: schedule.kind,
      linearStart: schedule.linear_start,
      formulation: ops.name,
    };
    const trainer = await Trainer.create(
      config,
      discs(curve.count, config.network.channels, config.network.imageSize, curve.seed),
      { linear: schedule.linear_start ? linearPart(curve) : null },
    );
    try {
      for (let step = 0; step < config.steps; step++) {
        const { loss, terms, gradientNorm } = await trainer.next();
        const { norm: expectedNorm, ...expected } = curve.results[step];
        const actual: Record<string, number> = { loss, ...terms };
        expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
        const close = (x: number, y: number, tolerance: number, what: string) =>
          expect(Math.abs(x - y), `${what} of step ${step}`).toBeLessThanOrEqual(tolerance * Math.abs(y));
        for (const [name, value] of Object.entries(expected))
          close(actual[name], value, CURVE_TOLERANCES[name] ?? CURVE_TOLERANCE, name);
        close(gradientNorm, expectedNorm, CURVE_GRADIENT_TOLERANCE, 'gradient');
      }
      for (const [name, weights] of await trainer.weights()) {
        const expected = curve.averages[name];
        if (expected) expect(Math.abs(norm(weights) / expected - 1), name).toBeLessThan(AVERAGE_TOLERANCE[o.kind]);
      }
    } finally {
      await trainer.release();
    }
  });
});
