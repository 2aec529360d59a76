import { describe, expect, it } from 'vitest';
import {
  chain,
  distance,
  pieceLengths,
  polyline,
  sample,
  smooth,
  straight,
} from '../../../../main/engine/space/paths/path';
import { slerp } from '../../../../main/engine/space/paths/slerp';

const code = (...values: number[]) => Float32Array.from(values);
const rows = (codes: Float32Array, d: number) =>
  Array.from({ length: codes.length / d }, (_, n) => [...codes.subarray(n * d, (n + 1) * d)]);

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, digits = 5) {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) expect(actual[i]).toBeCloseTo(expected[i], digits);
}

describe('a straight line', () => {
  it('spaces codes evenly from one end to the other', () => {
    expect([...sample(straight(code(0, 8), code(4, 0)), 5)]).toEqual([0, 8, 1, 6, 2, 4, 3, 2, 4, 0]);
  });

  it('meets both ends exactly', () => {
    const [a, b] = [code(0.1, -0.7), code(0.3, 1e-7)];
    const path = sample(straight(a, b), 7);
    expect(path.subarray(0, 2)).toEqual(a);
    expect(path.subarray(12)).toEqual(b);
  });
});

describe('a spherical path', () => {
  it('turns evenly along the great circle', () => {
    const path = rows(sample(slerp(code(1, 0, 0), code(0, 1, 0)), 4), 3);
    [0, 30, 60, 90].forEach((degrees, n) => {
      const angle = (degrees * Math.PI) / 180;
      expectClose(path[n], [Math.cos(angle), Math.sin(angle), 0]);
    });
  });

  it('changes its distance from the origin evenly', () => {
    const path = rows(sample(slerp(code(2, 0), code(0, 6)), 5), 2);
    expectClose(
      path.map(([x, y]) => Math.hypot(x, y)),
      [2, 3, 4, 5, 6],
    );
  });

  it('stays on the shell of codes in many dimensions, where the straight line cuts through', () => {
    const [a, b] = [0, 1].map((k) => Float32Array.from({ length: 64 }, (_, i) => (i % 2 === k ? Math.SQRT2 : 0)));
    const length = (z: Float32Array) => Math.hypot(...z);
    expect(length(slerp(a, b)(0.5))).toBeCloseTo(8, 4);
    expect(length(straight(a, b)(0.5))).toBeCloseTo(8 / Math.SQRT2, 4);
  });

  it.each([
    ['parallel ends', code(1, 1), code(3, 3)],
    ['opposite ends', code(1, 2), code(-1, -2)],
    ['an end at the origin', code(0, 0), code(5, 1)],
    ['equal ends', code(2, 1), code(2, 1)],
  ])('is the straight line for %s', (_, a, b) => {
    expectClose(sample(slerp(a, b), 5), sample(straight(a, b), 5));
  });
});

describe('a smooth curve', () => {
  const stops = [code(0, 0), code(1, 2), code(4, 2), code(5, -1)];

  it('passes through every stop', () => {
    const curve = smooth(stops);
    const knots = [0];
    for (let k = 1; k < 4; k++) knots.push(knots[k - 1] + Math.sqrt(distance(stops[k - 1], stops[k])));
    knots.forEach((knot, k) => expectClose(curve(knot / knots[3]), stops[k]));
  });

  it('agrees with centripetal Catmull–Rom worked by hand', () => {
    // points 0, 1, 5, 6 and the mirrored ends −1 and 7: knots 0, 1, 2, 4, 5, 6; middle of the middle piece, at knot 3
    const curve = smooth([code(0), code(1), code(5), code(6)]);
    // A1 = 2, A2 = 3, A3 = 4 at knot 3; B1 = (A1 + 2·A2)/3 = 8/3, B2 = (2·A2 + A3)/3 = 10/3; C = 3
    expect(curve(0.5)[0]).toBeCloseTo(3, 6);
    // at knot 2.5 (t = 0.375): A1 = 1.5, A2 = 2, A3 = 3.5; B1 = 1.5·½ + 2·½ = 1.75, B2 = 2·(2.5/3) + 3.5·(0.5/3) = 2.25;
    // C = 0.75·1.75 + 0.25·2.25 = 1.875
    expect(curve(0.375)[0]).toBeCloseTo(1.875, 6);
  });

  it('has no corners', () => {
    const curve = smooth(stops);
    for (let t = 0.01; t < 0.99; t += 0.01) {
      const [before, here, after] = [curve(t - 1e-3), curve(t), curve(t + 1e-3)];
      const turn = Math.hypot(...here.map((value, i) => after[i] - 2 * value + before[i]));
      expect(turn).toBeLessThan(1e-3);
    }
  });

  it('is the straight line through two', () => {
    const [a, b] = [code(1, 5), code(-2, 3)];
    expectClose(sample(smooth([a, b]), 9), sample(straight(a, b), 9));
  });
});

describe('a chain', () => {
  it('gives each piece its share of the way', () => {
    const curve = chain([straight(code(0), code(1)), straight(code(1), code(4))], [1, 3]);
    expectClose(sample(curve, 5), [0, 1, 2, 3, 4]);
  });
});

it('measures the pieces of a polyline, and walks along it', () => {
  const points = code(0, 0, 3, 4, 3, 10);
  expect([...pieceLengths(points, 2)]).toEqual([5, 6]);
  expect([...polyline(points, 2)(0.75)]).toEqual([3, 7]);
  expect([...polyline(points, 2)(1)]).toEqual([3, 10]);
});
