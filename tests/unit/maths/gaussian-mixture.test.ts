import { describe, expect, it } from 'vitest';
import {
  improve,
  logDensity,
  sampleMixture,
  standardNormal,
  type Mixture,
} from '../../../main/engine/maths/gaussian-mixture';
import { chooseMixture, fitMixture } from '../../../main/engine/maths/gaussian-mixture-fit';
import { normals, random } from '../../../main/engine/maths/random';
import { reference } from '../scores/support';

interface Case {
  kind: 'full' | 'diagonal';
  means: number[][];
  weights: number[];
  covariances: (number | number[])[][];
  logDensity: number[];
}
const fixture = reference<{ size: number; codes: number[]; means: number[][]; regularisation: number; cases: Case[] }>(
  'mixture',
);
const codes = Float32Array.from(fixture.codes);

/** Covariance i, j of component k. */
function covariance({ kind, size, factors }: Mixture, k: number, i: number, j: number): number {
  if (kind === 'diagonal') return i === j ? factors[k * size + i] ** 2 : 0;
  let sum = 0;
  for (let m = 0; m < size; m++) sum += factors[(k * size + i) * size + m] * factors[(k * size + j) * size + m];
  return sum;
}

describe.each(fixture.cases)('EM with $kind covariance, against scikit-learn from the same start', (c) => {
  const size = fixture.size;
  const identity = [...Array(size * size).keys()].map((at) => (at % (size + 1) === 0 ? 1 : 0));
  let mixture: Mixture = {
    size,
    kind: c.kind,
    weights: Float64Array.of(0.5, 0.5),
    means: Float64Array.from(fixture.means.flat()),
    factors: Float64Array.from(c.kind === 'full' ? [...identity, ...identity] : Array<number>(2 * size).fill(1)),
  };
  const likelihoods: number[] = [];
  for (let round = 0; round < 400; round++) {
    const better = improve(mixture, codes, fixture.regularisation);
    likelihoods.push(better.logLikelihood);
    mixture = better.mixture;
  }

  it('makes the codes likelier in every round', () => {
    likelihoods.slice(1).forEach((value, i) => expect(value).toBeGreaterThan(likelihoods[i] - 1e-4));
  });
  it('ends at the same weights and means', () => {
    c.weights.forEach((weight, k) => expect(mixture.weights[k]).toBeCloseTo(weight, 5));
    c.means.flat().forEach((mean, at) => expect(mixture.means[at]).toBeCloseTo(mean, 4));
  });
  it('ends at the same covariances', () => {
    for (let k = 0; k < 2; k++) {
      for (let i = 0; i < size; i++) {
        const row = c.covariances[k][i];
        if (typeof row === 'number') expect(covariance(mixture, k, i, i)).toBeCloseTo(row, 4);
        else row.forEach((value, j) => expect(covariance(mixture, k, i, j)).toBeCloseTo(value, 4));
      }
    }
  });
  it('gives every code the same density', () => {
    const densities = logDensity(mixture, codes);
    c.logDensity.forEach((value, n) => expect(densities[n]).toBeCloseTo(value, 3));
  });
  it('draws codes with its own mean and covariance', () => {
    const count = 20_000;
    const drawn = sampleMixture({ ...mixture, weights: Float64Array.of(0, 1) }, count, random(2, 'draws'));
    for (let i = 0; i < size; i++) {
      let mean = 0;
      for (let n = 0; n < count; n++) mean += drawn[n * size + i] / count;
      const deviation = Math.sqrt(covariance(mixture, 1, i, i));
      expect(Math.abs(mean - mixture.means[size + i])).toBeLessThan((4 * deviation) / Math.sqrt(count));
      let product = 0;
      for (let n = 0; n < count; n++) {
        product += ((drawn[n * size] - mixture.means[size]) * (drawn[n * size + i] - mixture.means[size + i])) / count;
      }
      const expected = covariance(mixture, 1, 0, i);
      const scale = Math.sqrt(covariance(mixture, 1, 0, 0)) * deviation;
      expect(Math.abs(product - expected)).toBeLessThan((6 * scale) / Math.sqrt(count));
    }
  });
});

/** Exhausts a generator and returns its result. */
function run<T>(generator: Generator<number, T>): T {
  for (;;) {
    const step = generator.next();
    if (step.done) return step.value;
  }
}

describe('choosing a mixture', () => {
  const draws = () => random(1, 'test');

  it('finds the clusters that there are', () => {
    const noise = normals(1200, random(4, 'clusters'));
    const centres = [-12, 0, 12, 24];
    const clusters = Float32Array.from(noise, (z, at) => z + centres[(at >> 1) % 4]);
    const { best, mixture, candidates } = run(chooseMixture(clusters, 2, draws()));
    expect(best.components).toBe(4);
    expect(candidates.length).toBeGreaterThan(4);
    const found = [0, 1, 2, 3].map((k) => mixture.means[2 * k]).sort((a, b) => a - b);
    found.forEach((mean, k) => expect(Math.abs(mean - centres[k])).toBeLessThan(0.5));
  });

  it('prefers full covariance where numbers go together', () => {
    const noise = normals(4000, random(5, 'one'));
    const together = Float32Array.from(noise, (z, at) => (at % 2 ? 0.3 * z + noise[at - 1] : z));
    const { best, candidates } = run(chooseMixture(together, 2, draws()));
    expect(best.kind).toBe('full');
    const single = candidates.find(({ components, kind }) => components === 1 && kind === 'full')!;
    const diagonal = candidates.find(({ components, kind }) => components === 1 && kind === 'diagonal')!;
    expect(best.heldOut - single.heldOut).toBeLessThan(0.02);
    // What a diagonal one misses is the mutual information, −½·log(1 − ρ²).
    const correlation = 1 / Math.sqrt(1.09);
    const information = -0.5 * Math.log(1 - correlation ** 2);
    expect(Math.abs(single.heldOut - diagonal.heldOut - information)).toBeLessThan(0.15);
  });

  it('is the same every time, and rises to the end', () => {
    const some = normals(400, random(6, 'some'));
    const shares = [...chooseMixture(some, 4, draws())];
    expect(shares.every((share, i) => share >= (shares[i - 1] ?? 0) && share <= 1)).toBe(true);
    expect(run(chooseMixture(some, 4, draws())).mixture).toEqual(run(chooseMixture(some, 4, draws())).mixture);
  });

  it('keeps equal codes and very few of them finite', () => {
    const equal = new Float32Array(60).fill(3);
    const { mixture } = run(chooseMixture(equal, 3, draws()));
    expect([...sampleMixture(mixture, 5, draws())].every((value) => Math.abs(value - 3) < 1e-3)).toBe(true);
    const two = run(fitMixture(Float32Array.of(0, 0, 1, 1), 2, { components: 2, kind: 'full', draws: draws() }));
    expect([...two.factors].every(Number.isFinite)).toBe(true);
  });
});

it('knows the density of the prior', () => {
  expect(logDensity(standardNormal(3), Float32Array.of(1, 2, 0))[0]).toBeCloseTo(
    -1.5 * Math.log(2 * Math.PI) - 2.5,
    12,
  );
});
