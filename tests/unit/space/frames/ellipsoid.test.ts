import { describe, expect, it } from 'vitest';
import type { LinearFrame } from '../../../../main/contract';
import { frameInverse, shadowDistance, shadowOf } from '../../../../main/engine/space/frames/ellipsoid';
import { bhattacharyya, closestPosteriors } from '../../../../main/engine/space/posteriors/overlap';

const frameOf = (...axes: number[][]): LinearFrame => ({
  kind: 'principal',
  origin: new Float32Array(axes[0].length).fill(5),
  axes: Float32Array.from(axes.flat()),
  variance: [0.4, 0.3, 0.2],
  omitted: 0.1,
});
const logs = (...sigmas: number[]) => Float32Array.from(sigmas, (sigma) => 2 * Math.log(sigma));

describe('the shadow of a posterior', () => {
  it('has the widths of the latents that the frame shows, in its units', () => {
    const frame = frameOf([0.5, 0, 0, 0], [0, 0, 2, 0], [0, 0, 0, 1]);
    const { root, centre } = shadowOf([1, 2, 3], logs(1, 9, 3, 0.5), frameInverse(frame));
    expect(centre).toEqual([1, 2, 3]);
    const expected = [2, 0, 0, 0, 1.5, 0, 0, 0, 0.5];
    expect(root).toHaveLength(9);
    root.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 5));
  });

  it('leans where the axes do: covariance B⁺ Σ B⁺ᵀ worked by hand', () => {
    // z = x·(1,0,0) + y·(1,1,0) + z·(0,0,1): B⁻¹ has the rows (1,−1,0), (0,1,0), (0,0,1)
    const { root } = shadowOf([0, 0, 0], logs(1, 2, 3), frameInverse(frameOf([1, 0, 0], [1, 1, 0], [0, 0, 1])));
    // covariance [[1+4, −4, 0], [−4, 4, 0], [0, 0, 9]]; its Cholesky factor:
    const expected = [Math.sqrt(5), 0, 0, -4 / Math.sqrt(5), Math.sqrt(4 - 16 / 5), 0, 0, 0, 3];
    expect(root).toHaveLength(9);
    root.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 5));
  });

  it('is that of draws', () => {
    const frame = frameOf([1, 1, 0, 0], [0, 1, -1, 0], [0.2, 0, 0.5, 2]);
    const inverse = frameInverse(frame);
    const sigma = [0.3, 1.2, 0.7, 2];
    const { root } = shadowOf([0, 0, 0], logs(...sigma), inverse);
    // The columns of B⁺ diag(σ) are the images of one σ along each latent: their outer products add up to L·Lᵀ.
    for (let r = 0; r < 3; r++) {
      for (let c = 0; c < 3; c++) {
        const sum = sigma.reduce((total, s, i) => total + s * s * inverse[3 * i + r] * inverse[3 * i + c], 0);
        const product = [0, 1, 2].reduce((total, k) => total + root[3 * r + k] * root[3 * c + k], 0);
        expect(product).toBeCloseTo(sum, 5);
      }
    }
  });

  it('is flat where the frame has no third axis', () => {
    const { root } = shadowOf([0, 0, 0], logs(1, 2), frameInverse(frameOf([1, 0], [0, 1], [0, 0])));
    expect(root.slice(6)).toEqual([0, 0, 0]);
  });
});

describe('overlap', () => {
  it('of a posterior with itself is whole', () => {
    const p = { mu: Float32Array.of(1, 2), logVar: logs(0.3, 2) };
    expect(bhattacharyya(p, p)).toBe(0);
  });

  it('agrees with the integral of √(p·q)', () => {
    const [a, b] = [
      { mu: Float32Array.of(0.4), logVar: logs(0.5) },
      { mu: Float32Array.of(1.6), logVar: logs(1.3) },
    ];
    const density = (x: number, mean: number, sigma: number) =>
      Math.exp(-(((x - mean) / sigma) ** 2) / 2) / (sigma * Math.sqrt(2 * Math.PI));
    let integral = 0;
    for (let x = -12; x < 12; x += 1e-3) integral += 1e-3 * Math.sqrt(density(x, 0.4, 0.5) * density(x, 1.6, 1.3));
    expect(Math.exp(-bhattacharyya(a, b))).toBeCloseTo(integral, 5);
    expect(bhattacharyya(b, a)).toBeCloseTo(bhattacharyya(a, b), 12);
  });

  it('in a frame that shows everything is the same, however its axes lie', () => {
    const [a, b] = [
      { mu: Float32Array.of(0, 1, 2), logVar: logs(0.5, 1, 2) },
      { mu: Float32Array.of(1, 1.5, 1), logVar: logs(1, 0.7, 1.5) },
    ];
    const frame = frameOf([1, 0, 0], [1, 1, 0], [0.5, 0, 2]);
    const inverse = frameInverse(frame);
    const at = (mu: Float32Array) =>
      [0, 1, 2].map((k) => mu.reduce((sum, value, i) => sum + value * inverse[3 * i + k], 0)) as [
        number,
        number,
        number,
      ];
    const distance = shadowDistance(shadowOf(at(a.mu), a.logVar, inverse), shadowOf(at(b.mu), b.logVar, inverse));
    expect(distance).toBeCloseTo(bhattacharyya(a, b), 5);
  });

  it('finds the faces that share most, nearest first', () => {
    const d = 3;
    const codes = Float32Array.from({ length: 40 * d }, (_, i) => 2 * Math.sin(i * i + 1));
    const logVar = Float32Array.from({ length: 40 * d }, (_, i) => Math.cos(i * 7));
    const row = (n: number) => ({
      mu: codes.subarray(n * d, (n + 1) * d),
      logVar: logVar.subarray(n * d, (n + 1) * d),
    });
    const all = Array.from({ length: 40 }, (_, index) => ({ index, distance: bhattacharyya(row(7), row(index)) }))
      .filter(({ index }) => index !== 7)
      .sort((a, b) => a.distance - b.distance);
    expect(closestPosteriors(7, codes, logVar, d, 6)).toEqual(all.slice(0, 6));
    expect(closestPosteriors(7, codes, logVar, d, 100)).toEqual(all);
    expect(closestPosteriors(0, codes.subarray(0, d), logVar.subarray(0, d), d, 6)).toEqual([]);
  });
});
