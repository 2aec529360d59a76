import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { frechetDistanceTo, momentsOf, standardiser } from '../../../../main/engine/scores/samples/frechet-distance';
import { nearnessTo } from '../../../../main/engine/scores/samples/density-coverage';
import { reference } from '../support';

const fixture = reference<{
  size: number;
  real: number[];
  fake: number[];
  frechet: number;
  density: number;
  coverage: number;
}>('distances');
const [real, fake] = [Float32Array.from(fixture.real), Float32Array.from(fixture.fake)];
const rows = Uint32Array.from({ length: 40 }, (_, i) => i);

describe('two sets of features, against scipy and scikit-learn', () => {
  it('has the same Fréchet distance', () => {
    const distance = frechetDistanceTo(momentsOf(real, 5, rows))(momentsOf(fake, 5, rows));
    expect(distance / fixture.frechet).toBeCloseTo(1, 6);
  });
  it('has the same density and coverage', () => {
    const { density, coverage } = nearnessTo(real, 5, rows)(fake, rows);
    expect(density).toBeCloseTo(fixture.density, 12);
    expect(coverage).toBeCloseTo(fixture.coverage, 12);
  });
});

it('measures Gaussians whose distance is known', () => {
  const gaussian = (mean: number[], deviations: number[]) => ({
    mean: Float64Array.from(mean),
    covariance: Matrix.diag(deviations.map((s) => s * s)),
  });
  // Commuting covariances: ‖μ₁ − μ₂‖² + Σ (σ₁ − σ₂)².
  expect(frechetDistanceTo(gaussian([0, 0], [1, 2]))(gaussian([3, 4], [2, 0]))).toBeCloseTo(25 + 1 + 4, 10);
  expect(frechetDistanceTo(gaussian([1, 2], [1, 3]))(gaussian([1, 2], [1, 3]))).toBeCloseTo(0, 10);
});

it('counts balls worked out by hand', () => {
  // Real images at 0…6 on a line: the fifth neighbour lies 5, 4, 3, 3, 3, 4, 5 away (ends look only one way).
  const line = Float32Array.from([0, 1, 2, 3, 4, 5, 6]);
  const all = Uint32Array.from({ length: 7 }, (_, i) => i);
  // 3.0 lies in the balls of 0 (5), 1 (4), 2 (3), 3, 4, 5, 6: all seven. 100 lies in none.
  const fakes = Float32Array.from([3, 100]);
  const { density, coverage, precision } = nearnessTo(line, 1, all)(fakes, Uint32Array.of(0, 1));
  expect([density, coverage, precision]).toEqual([7 / (5 * 2), 1, 0.5]);
});

it('brings features to mean 0 and variance 1, and a constant one to 0', () => {
  const features = Float32Array.of(1, 7, 3, 7, 5, 7);
  const scaled = standardiser(features, 2)(features);
  expect([...scaled]).toEqual([-1, 0, 0, 0, 1, 0]);
});
