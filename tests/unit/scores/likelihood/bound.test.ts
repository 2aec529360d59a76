import { readdir, truncate } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EigenvalueDecomposition, Matrix, inverse } from 'ml-matrix';
import { activeUnits, logSumExp, scoreBound, type Variational } from '../../../../main/engine/scores/likelihood/bound';
import { bernoulli, gaussian, likelihoodOf } from '../../../../main/engine/scores/likelihood/likelihood';
import type { Manifest } from '../../../../main/engine/models';
import { normals, random } from '../../../../main/engine/maths/random';
import { tinyFiles } from '../../models/tiny';
import { draw } from '../../training/support';
import { temporaryFolder } from '../../temporary';

/**
 * A linear-Gaussian VAE: z ~ N(0, I₂), x = W·z + b + σ·ε on four values. Everything is known: p(x) = N(b, W·Wᵀ + σ²I) and
 * p(z|x) = N(S·Wᵀ(x − b)/σ², S) with S = (I + WᵀW/σ²)⁻¹ (Bishop 2006, section 12.2).
 */
const D = 4;
const d = 2;
const SIGMA = 0.3;
const W = new Matrix([
  [0.3, 0],
  [0, 0.25],
  [-0.2, 0],
  [0, 0.15],
]); // orthogonal columns: the true posterior is diagonal, as q can be
const B = [0.5, 0.4, 0.6, 0.5];
const S = inverse(
  Matrix.eye(d).add(
    W.transpose()
      .mmul(W)
      .div(SIGMA ** 2),
  ),
);

function linearGaussian(widen = 1): Variational {
  return {
    latentSize: d,
    async encode(x) {
      const centred = Matrix.columnVector([...x].map((value, i) => value - B[i]));
      const mean = S.mmul(W.transpose())
        .mmul(centred)
        .div(SIGMA ** 2);
      const logVar = [0, 1].map((i) => Math.log(widen ** 2 * S.get(i, i)));
      return { mu: Float32Array.from(mean.to1DArray()), logVar: Float32Array.from(logVar) };
    },
    async decode(z) {
      const out = new Float32Array((z.length / d) * D);
      for (let n = 0; n < z.length / d; n++) {
        for (let v = 0; v < D; v++) out[n * D + v] = B[v] + W.get(v, 0) * z[n * d] + W.get(v, 1) * z[n * d + 1];
      }
      return out;
    },
  };
}

/** Twelve images of four values that the model might have made. */
const noise = normals(12 * (d + D), random(8, 'linear'));
const pixels = Uint8Array.from({ length: 12 * D }, (_, at) => {
  const [n, v] = [Math.floor(at / D), at % D];
  const mean = B[v] + W.get(v, 0) * noise[n * d] + W.get(v, 1) * noise[n * d + 1];
  return Math.min(255, Math.max(0, Math.round(255 * (mean + SIGMA * noise[12 * d + at]))));
});
const images = { count: 12, channels: 1 as const, size: 2, pixels };

const marginal = W.mmul(W.transpose()).add(Matrix.eye(D).mul(SIGMA ** 2));
const { realEigenvalues } = new EigenvalueDecomposition(marginal, { assumeSymmetric: true });
const logDeterminant = realEigenvalues.reduce((sum, value) => sum + Math.log(value), 0);
const precision = inverse(marginal);
const logEvidence = Array.from({ length: 12 }, (_, n) => {
  const x = Matrix.columnVector(B.map((b, v) => pixels[n * D + v] / 255 - b));
  return -0.5 * (x.transpose().mmul(precision).mmul(x).get(0, 0) + logDeterminant + D * Math.log(2 * Math.PI));
});
const truth = logEvidence.reduce((a, b) => a + b) / 12;
const likelihood = {
  kind: 'gaussian' as const,
  sigma: SIGMA,
  beta: 1,
  binarised: false,
  logProbabilityOf: gaussian(SIGMA),
};

describe('a linear-Gaussian VAE, whose log p(x) is known', () => {
  it('has an IWAE of exactly log p(x) with any number of samples when q is the true posterior', async () => {
    const { iwae, bySamples, effectiveSamples } = await scoreBound(linearGaussian(), likelihood, images, {
      samples: 40,
    });
    expect(iwae.value).toBeCloseTo(truth, 4);
    bySamples.forEach(({ bound }) => expect(bound.value).toBeCloseTo(truth, 4));
    expect(effectiveSamples.value).toBeCloseTo(40, 2);
  });

  it('has an ELBO that reaches it then, and no gap', async () => {
    const { elbo, gap } = await scoreBound(linearGaussian(), likelihood, images, { samples: 5000 });
    expect(Math.abs(elbo.value - truth)).toBeLessThan(0.03);
    expect(Math.abs(gap.value)).toBeLessThan(0.03);
  });

  it('has the gap KL(q ‖ p(z|x)) when q is too wide, which IWAE closes', async () => {
    const widen = 1.5;
    // Two Gaussians of one mean: d·(½(w² − 1) − log w).
    const gapInTruth = d * (0.5 * (widen ** 2 - 1) - Math.log(widen));
    const scores = await scoreBound(linearGaussian(widen), likelihood, images, { samples: 5000 });
    expect(Math.abs(scores.iwae.value - truth)).toBeLessThan(0.01);
    expect(Math.abs(scores.elbo.value - (truth - gapInTruth))).toBeLessThan(0.04);
    expect(Math.abs(scores.gap.value - gapInTruth)).toBeLessThan(0.04);
    const bounds = scores.bySamples.map(({ bound }) => bound.value);
    expect(scores.bySamples.map(({ samples }) => samples)).toEqual([1, 10, 100, 1000, 5000]);
    bounds.slice(1).forEach((bound, i) => expect(bound).toBeGreaterThan(bounds[i] - 1e-3));
    expect(scores.elbo.value).toBeCloseTo(scores.reconstruction.value - scores.kl.value, 10);
    expect(scores.kl.value).toBeCloseTo(
      scores.klPerDimension.reduce((a, b) => a + b),
      10,
    );
  });

  it('has the KL term of Kingma and Welling', async () => {
    const { kl } = await scoreBound(linearGaussian(), likelihood, images, { samples: 1 });
    let sum = 0;
    for (let n = 0; n < 12; n++) {
      const { mu, logVar } = await linearGaussian().encode(
        Float32Array.from(pixels.slice(n * D, n * D + D), (b) => b / 255),
      );
      for (let i = 0; i < d; i++) sum += 0.5 * (mu[i] ** 2 + Math.exp(logVar![i]) - logVar![i] - 1);
    }
    expect(kl.value).toBeCloseTo(sum / 12, 6);
  });
});

describe('a measurement that is ended', () => {
  /** Encoded images, and the end of it all after `most` of them. */
  const counted = (most: number) => {
    const aborter = new AbortController();
    let encoded = 0;
    const whole = linearGaussian();
    const model: Variational = {
      ...whole,
      encode(x) {
        if (++encoded === most) aborter.abort();
        return whole.encode(x);
      },
    };
    return { model, signal: aborter.signal, encoded: () => encoded };
  };
  let home: string;
  beforeEach(async () => {
    home = await temporaryFolder();
    vi.stubEnv('LATENTSCAPE_HOME', home);
  });
  afterEach(() => vi.unstubAllEnvs());
  const kept = () => readdir(path.join(home, 'scoring'));
  const measure = ({ model, signal }: ReturnType<typeof counted>, samples = 20) =>
    scoreBound(model, likelihood, images, { samples, networks: 'these', signal });

  it('goes on where it was, with the same numbers', async () => {
    const first = counted(8);
    await expect(measure(first)).rejects.toMatchObject({ code: 'cancelled' });
    expect(await kept()).toHaveLength(1);
    const second = counted(Infinity);
    const scores = await measure(second);
    expect(first.encoded() + second.encoded()).toBe(images.count + 1);
    expect(scores).toEqual(await scoreBound(linearGaussian(), likelihood, images, { samples: 20 }));
    expect(await kept()).toEqual([]);
  });

  it('is not mistaken for that of more samples, and one that is damaged counts for nothing', async () => {
    await expect(measure(counted(8))).rejects.toMatchObject({ code: 'cancelled' });
    const others = counted(Infinity);
    await measure(others, 30);
    expect(others.encoded()).toBe(images.count);
    const [name] = await kept();
    await truncate(path.join(home, 'scoring', name), 100);
    const again = counted(Infinity);
    await measure(again);
    expect(again.encoded()).toBe(images.count);
  });
});

it('draws values as 0 or 1 where training did', async () => {
  const seen = new Set<number>();
  const model: Variational = {
    latentSize: 1,
    async encode(x) {
      x.forEach((value) => seen.add(value));
      return { mu: Float32Array.of(0), logVar: Float32Array.of(0) };
    },
    decode: async (z) => new Float32Array(z.length * D).fill(0.5),
  };
  const black = { kind: 'bernoulli' as const, sigma: null, beta: 1, binarised: true, logProbabilityOf: bernoulli };
  const { elbo } = await scoreBound(model, black, images, { samples: 2 });
  expect([...seen].sort()).toEqual([0, 1]);
  expect(elbo.value).toBeCloseTo(D * Math.log(0.5), 5);
});

describe('likelihoods', () => {
  it('are normalised: a Gaussian integrates to 1', () => {
    let integral = 0;
    const log = gaussian(0.2);
    for (let x = -2; x < 3; x += 0.001) integral += 0.001 * Math.exp(log(Float32Array.of(x))(Float32Array.of(0.5), 0));
    expect(integral).toBeCloseTo(1, 5);
  });

  it('score black and white pixels by their probability', () => {
    const log = bernoulli(Float32Array.of(1, 0, 1))(Float32Array.of(0.75, 0.5, 1), 0);
    expect(log).toBeCloseTo(Math.log(0.75) + Math.log(0.5), 5);
  });

  const manifest = (likelihood: string | undefined, training: object, terms: Record<string, number> = {}) =>
    ({
      ...tinyFiles().manifest,
      likelihood,
      training,
      history: [{ step: 1, epoch: 1, loss: 1, validationMse: 1, terms }],
      files: {},
    }) as Manifest;

  it('are those the training maximised', () => {
    expect(likelihoodOf(manifest('gaussian', { beta: 1 }), 'm').sigma).toBeCloseTo(Math.SQRT1_2, 12);
    expect(likelihoodOf(manifest('gaussian', { beta: 0.5 }), 'm').sigma).toBe(0.5);
    expect(likelihoodOf(manifest('learned-sigma', { sigma: 0.07 }), 'm').sigma).toBe(0.07);
    expect(likelihoodOf(manifest('learned-sigma', {}, { sigma: 0.08 }), 'm').sigma).toBe(0.08);
    expect(likelihoodOf(manifest('bernoulli', {}), 'm')).toMatchObject({ kind: 'bernoulli', sigma: null });
  });

  it('are refused when unknown', () => {
    expect(() => likelihoodOf(manifest(undefined, {}), 'm')).toThrow('does not define a distribution of images');
    expect(() => likelihoodOf(manifest('learned-sigma', {}), 'm')).toThrow('does not define a distribution of images');
  });
});

it('of black, white and grey values is Bernoulli’s, whichever way it is computed', () => {
  const means = draw('means', [100]).map((x) => 1 / (1 + Math.exp(-3 * x)));
  const images = [
    draw('grey', [90]).map((x) => Math.min(1, Math.abs(x))),
    draw('black', [90]).map((x) => (x > 0 ? 1 : 0)),
  ];
  for (const image of images) {
    const expected = image.reduce(
      (sum, x, i) => sum + x * Math.log(means[i + 7]) + (1 - x) * Math.log(1 - means[i + 7]),
      0,
    );
    expect(bernoulli(image)(means, 7)).toBeCloseTo(expected, 4);
  }
  // Probabilities that single precision has rounded to certainty are none.
  expect(bernoulli(new Float32Array(64).fill(1))(new Float32Array(64), 0)).toBeCloseTo(64 * Math.log(1e-7), 3);
});

it('adds weights that overflow', () => {
  expect(logSumExp(Float64Array.of(-20_000, -20_000))).toBeCloseTo(-20_000 + Math.LN2, 9);
  expect(logSumExp(Float64Array.of(900, 0))).toBe(900);
});

it('counts the dimensions that move', () => {
  // Variances over the two images: 1, 0.0001, 0.009, 0.0225.
  const { value, count } = activeUnits([
    [0, 2],
    [0, 0.02],
    [0, 0.19],
    [0, 0.3],
  ]);
  expect([value, count]).toEqual([2, 2]);
});
