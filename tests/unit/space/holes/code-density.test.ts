import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { percentile } from '../../../../main/engine/maths/quantile';
import { CodeDensity } from '../../../../main/engine/space/holes/code-density';

/** Values of scikit-learn and SciPy. */
const reference = JSON.parse(readFileSync(new URL('../../../data/space/density.json', import.meta.url), 'utf8')) as {
  latentSize: number;
  codes: number[];
  logVar: number[];
  places: number[];
  posterior: number[];
  leftOut: number[];
  bandwidth: number;
  kernel: number[];
};
const { latentSize } = reference;
const codes = Float32Array.from(reference.codes);
const places = Float32Array.from(reference.places);

describe('the aggregated posterior', () => {
  const density = new CodeDensity(codes, latentSize, Float32Array.from(reference.logVar));

  it('has the log-density that SciPy finds', () => {
    const found = density.logDensities(places);
    expect(found).toHaveLength(reference.posterior.length);
    found.forEach((value, n) => expect(value).toBeCloseTo(reference.posterior[n], 3));
  });

  it('leaves each code out of its own estimate, in ascending order', () => {
    const own = density.leaveOneOut(1000);
    expect(own).toHaveLength(60);
    own.forEach((value, n) => expect(value).toBeCloseTo(reference.leftOut[n], 3));
  });

  it('of one posterior is its normal density', () => {
    const one = new CodeDensity(Float32Array.of(1, 2), 2, Float32Array.of(0, Math.log(4)));
    expect(one.logDensity([2, 4])).toBeCloseTo(-Math.log(2 * Math.PI) - Math.log(2) - 1, 5);
    expect(one.leaveOneOut(10)).toHaveLength(0);
  });
});

describe('the kernel density of codes without posteriors', () => {
  it('has the bandwidth and the log-density that scikit-learn finds', () => {
    const density = new CodeDensity(codes, latentSize, null);
    expect(density.bandwidth).toBeGreaterThan(reference.bandwidth * 0.98);
    expect(density.bandwidth).toBeLessThan(reference.bandwidth * 1.02);
    // at codes far from all data a percent of bandwidth is worth several nats
    density.logDensities(places.subarray(0, 3 * latentSize)).forEach((value, n) => {
      expect(Math.abs(value - reference.kernel[n])).toBeLessThan(0.05);
    });
  });

  it('is finite for codes that are all the same, for one code, and where a latent never changes', () => {
    for (const odd of [
      [1, 2, 1, 2, 1, 2],
      [1, 2],
      [1, 7, 2, 7, 4, 7],
    ]) {
      const density = new CodeDensity(Float32Array.from(odd), 2, null);
      expect(density.logDensity([odd[0], odd[1]])).toBeGreaterThan(density.logDensity([odd[0] + 1, odd[1] + 1]));
      expect(Number.isFinite(density.logDensity([5, 5]))).toBe(true);
    }
  });
});

it('says how much of the data lies lower', () => {
  expect(percentile([1, 2, 3, 4], 2.5)).toBe(0.5);
  expect(percentile([1, 2, 3, 4], 2)).toBe(0.375);
  expect(percentile([1, 2, 3, 4], 9)).toBe(1);
  expect(percentile([1, 2, 3, 4], -9)).toBe(0);
});
