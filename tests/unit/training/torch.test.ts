/** Against PyTorch in double precision: gradients of every parameter, and a whole run. See scripts/torch/fixtures.py. */
import { describe, expect, it } from 'vitest';
import type { NetworkConfig } from '../../../main/engine/training/networks';
import type { ObjectiveConfig } from '../../../main/engine/training/step';
import { normals, random } from '../../../main/engine/maths/random';
import { Trainer, type TrainerConfig } from '../../../main/engine/training/trainer';
import { discs, dot, fixture, formulations, norm, pass } from './support';

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
    beta: number;
    warm_up: number;
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
    learning_rate: number;
    schedule: TrainerConfig['schedule'];
    weight_decay: number;
    clip_norm: number;
    average_decay: number;
    epsilon: number;
  };
  losses: number[];
  norms: number[];
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

function objective({ objective: o }: Described): ObjectiveConfig {
  if (o.kind === 'ae') return { kind: 'ae' };
  if (o.kind === 'rae') return { kind: 'rae', codeWeight: o.code_weight };
  return {
    kind: 'vae',
    likelihood: o.likelihood,
    beta: o.beta,
    warmUp: o.warm_up,
    freeBits: o.free_bits,
    importanceSamples: o.importance_samples,
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
    const actual = await pass(ops, config, images, expected.objective.beta);
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
    const { optimiser: o } = curve;
    const config: TrainerConfig = {
      network: network(curve),
      objective: objective(curve),
      optimiser: {
        kind: o.kind,
        weightDecay: o.weight_decay,
        clipNorm: o.clip_norm,
        averageDecay: o.average_decay,
        epsilon: o.epsilon,
      },
      batchSize: curve.batch,
      seed: curve.seed,
      steps: curve.losses.length,
      learningRate: o.learning_rate,
      schedule: o.schedule,
      formulation: ops.name,
    };
    const trainer = await Trainer.create(
      config,
      discs(curve.count, config.network.channels, config.network.imageSize, curve.seed),
    );
    try {
      for (let step = 0; step < config.steps; step++) {
        const { loss, gradientNorm } = await trainer.next();
        const relative = (x: number, y: number) => Math.abs(x - y) / Math.abs(y);
        expect(relative(loss, curve.losses[step]), `loss of step ${step}`).toBeLessThan(CURVE_TOLERANCE);
        expect(relative(gradientNorm, curve.norms[step]), `gradient of step ${step}`).toBeLessThan(
          CURVE_GRADIENT_TOLERANCE,
        );
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
