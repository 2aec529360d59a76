/** A code space laid onto its prior: what it is then, and that the images stay what they were. */
import { determinant, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { covarianceOf } from '../../../main/engine/maths/covariance';
import { meanOf } from '../../../main/engine/maths/mean';
import { normals, random } from '../../../main/engine/maths/random';
import { Evaluator } from '../../../main/engine/training/evaluator';
import type { NetworkConfig } from '../../../main/engine/training/networks';
import type { ObjectiveConfig } from '../../../main/engine/training/step';
import { Trainer } from '../../../main/engine/training/trainer';
import {
  aggregateDraws,
  type Posteriors,
  whitened,
  whitenedWeights,
  whitening,
} from '../../../main/engine/training/whitening';
import { discs, relativeDistance } from './support';

const D = 5;
const COUNT = 400;

/** Codes that are correlated, off centre and narrow in places. @param alike whether all posteriors have the same variances */
function posteriors(alike: boolean) {
  const [raw, jitter] = [normals(COUNT * D, random(1, 'codes')), normals(COUNT * D, random(2, 'variances'))];
  const mu = raw.map((value, i) => {
    const unit = i % D;
    return 0.3 * unit + (0.2 + 0.5 * unit) * value + (unit ? 0.8 * raw[i - 1] : 0);
  });
  const logVar = mu.map((_, i) => -3 + 0.5 * (i % D) + (alike ? 0 : 0.3 * jitter[i]));
  return { mu, logVar };
}

/** Mean over images of KL(N(μ, σ²) ‖ N(0, I)), nats. */
const meanKl = ({ mu, logVar }: Posteriors) =>
  mu.reduce((sum, m, i) => sum + (m ** 2 + Math.exp(logVar[i]) - 1 - logVar[i]) / 2, 0) / COUNT;

/** Of the aggregate posterior: its mean, and its covariance. */
function moments({ mu, logVar }: Posteriors) {
  const mean = meanOf(mu, D);
  return { mean, covariance: covarianceOf(mu, mean).add(Matrix.diag([...meanOf(logVar.map(Math.exp), D)])) };
}

const largest = (matrix: Matrix) => Math.max(...matrix.clone().abs().to1DArray());

describe('whitening', () => {
  it.each([true, false])('lays the aggregate posterior onto N(0, I); posteriors alike: %s', (alike) => {
    const before = posteriors(alike);
    const after = whitened(whitening(before, D), before);
    const { mean, covariance } = moments(after);
    expect(Math.max(...mean.map(Math.abs))).toBeLessThan(1e-5);
    expect(largest(covariance.sub(Matrix.eye(D)))).toBeLessThan(1e-5);
  });

  it('leaves the mean posterior diagonal, the most telling axis first', () => {
    const before = posteriors(false);
    const { map } = whitening(before, D);
    const within = map.mmul(Matrix.diag([...meanOf(before.logVar.map(Math.exp), D)])).mmul(map.transpose());
    const diagonal = within.diagonal();
    expect(largest(within.sub(Matrix.diag(diagonal)))).toBeLessThan(1e-10);
    expect(diagonal).toEqual([...diagonal].sort((a, b) => a - b));
  });

  it('lowers KL by that of the fitted normal distribution to N(0, I)', () => {
    const before = posteriors(true);
    const { mean, covariance } = moments(before);
    // KL(N(m, C) ‖ N(0, I)) = ½(tr C + |m|² − d − log det C); equal posteriors become diagonal ones, so nothing is lost
    const gain =
      (covariance.trace() + mean.reduce((sum, m) => sum + m * m, 0) - D - Math.log(determinant(covariance))) / 2;
    // the sample covariance has the divisor count − 1
    expect(meanKl(before) - meanKl(whitened(whitening(before, D), before))).toBeCloseTo(gain, 1);
    expect(gain).toBeGreaterThan(1);
  });

  it('draws from the fitted distribution', () => {
    const before = posteriors(false);
    const { mean, covariance } = moments(before);
    const draws = aggregateDraws(before, D, normals(40_000 * D, random(3, 'draws')));
    const drawn = meanOf(draws, D);
    expect(Math.max(...drawn.map((value, i) => Math.abs(value - mean[i])))).toBeLessThan(0.05);
    expect(largest(covarianceOf(draws, drawn).sub(covariance)) / largest(covariance)).toBeLessThan(0.05);
  });
});

const vae: ObjectiveConfig = {
  kind: 'vae',
  likelihood: 'gaussian',
  beta: 1,
  warmUp: 0,
  freeBits: 0,
  importanceSamples: 1,
};

describe.each(['convolutional', 'perceptron'] as const)('a whitened %s VAE', (architecture) => {
  it('has the images it had, at the codes that whitening says', async () => {
    const network: NetworkConfig = {
      architecture,
      imageSize: architecture === 'perceptron' ? 28 : 32,
      channels: 1,
      latentSize: D,
      width: 'small',
      residualBlocks: 0,
    };
    const images = discs(48, 1, network.imageSize, 1);
    const optimiser = { kind: 'adam', weightDecay: 0, clipNorm: 0, averageDecay: 0, epsilon: 1e-8 } as const;
    const trainer = await Trainer.create(
      {
        network,
        objective: vae,
        optimiser,
        batchSize: 16,
        seed: 1,
        steps: 60,
        learningRate: 2e-3,
        schedule: 'constant',
      },
      images,
    );
    for (let step = 0; step < 60; step++) await trainer.next();
    const weights = new Map([...(await trainer.weights())].map(([name, data]) => [name, data.slice()]));
    await trainer.release();
    const evaluator = await Evaluator.create({ network, objective: vae });
    try {
      const { mu, logVar } = await evaluator.codes(weights, images);
      const map = whitening({ mu, logVar: logVar! }, D);
      const changed = whitenedWeights(map, weights, network);
      const expected = whitened(map, { mu, logVar: logVar! });
      const found = await evaluator.codes(changed, images);
      expect(relativeDistance(found.mu, expected.mu)).toBeLessThan(1e-4);
      // log variances are linear in what the network sees, which their map is not
      expect(Math.max(...found.logVar!.map((value, i) => Math.abs(value - expected.logVar[i])))).toBeLessThan(0.1);
      const [before, after] = [await evaluator.decode(weights, mu), await evaluator.decode(changed, found.mu)];
      expect(relativeDistance(after, before)).toBeLessThan(1e-5);
      expect([...changed.keys()].sort()).toEqual([...weights.keys()].sort());
    } finally {
      await evaluator.release();
    }
  });
});
