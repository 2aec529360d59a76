import { describe, expect, it } from 'vitest';
import { quantile } from '../../../../main/engine/maths/quantile';
import { driftOf } from '../../../../main/engine/space/holes/drift';
import { cubeAround, newPoints, placesOf, refine, sidesUpTo } from '../../../../main/engine/space/holes/grid';

describe('grids from coarse to fine', () => {
  it('double their fineness', () => {
    expect(sidesUpTo(3)).toEqual([3]);
    expect(sidesUpTo(17)).toEqual([3, 5, 9, 17]);
    for (const wrong of [0, 1, 2, 4, 16, 18]) expect(() => sidesUpTo(wrong)).toThrow(RangeError);
  });

  it('add up to every point of the finest, each measured once', () => {
    const sides = sidesUpTo(9);
    const seen = new Set<string>();
    for (const side of sides) {
      const places = placesOf(newPoints(side), side, { centre: [1, 2, 3], radius: 4 });
      for (let n = 0; n < places.length; n += 3) {
        const key = places.subarray(n, n + 3).join();
        expect(seen.has(key)).toBe(false);
        seen.add(key);
      }
    }
    expect(seen.size).toBe(9 ** 3);
  });

  it('lie where they say: x fastest, from side to side of the cube', () => {
    const cube = { centre: [1, 2, 3], radius: 4 } as const;
    expect([...placesOf([0, 1, 3, 9, 26], 3, cube)]).toEqual([-3, -2, -1, 1, -2, -1, -3, 2, -1, -3, -2, 3, 5, 6, 7]);
  });

  it('keep their values in the finer one, at the same places', () => {
    const values = Float32Array.from({ length: 27 }, (_, n) => n);
    const fine = refine(values, 3);
    const cube = { centre: [0, 0, 0], radius: 1 } as const;
    const coarse = placesOf(values, 3, cube);
    const all = placesOf(
      fine.map((_, n) => n),
      5,
      cube,
    );
    let kept = 0;
    fine.forEach((value, n) => {
      if (Number.isNaN(value)) return;
      kept++;
      expect([...all.subarray(3 * n, 3 * n + 3)]).toEqual([...coarse.subarray(3 * value, 3 * value + 3)]);
    });
    expect(kept).toBe(27);
    expect([...newPoints(5)]).toEqual([...fine.keys()].filter((n) => Number.isNaN(fine[n])));
  });
});

describe('the cube around a cloud', () => {
  it('has twice its root mean square size, around its mean', () => {
    // two faces, each √3 from (1, 1, 1)
    expect(cubeAround(Float32Array.of(0, 0, 0, 2, 2, 2))).toEqual({ centre: [1, 1, 1], radius: 2 * Math.sqrt(3) });
  });
  it('has a size even around one face', () => {
    expect(cubeAround(Float32Array.of(5, 6, 7))).toEqual({ centre: [5, 6, 7], radius: 1 });
  });
});

describe('drift', () => {
  it('is the distance between a code and its re-encoding', () => {
    expect([...driftOf(Float32Array.of(0, 0, 1, 1), Float32Array.of(3, 4, 1, 1), 2)]).toEqual([5, 0]);
  });
});

describe('quantiles', () => {
  it('are those of numpy.quantile', () => {
    const values = Float32Array.of(9, 1, 5, 2);
    // numpy.quantile([9, 1, 5, 2], [0, .05, .5, .95, 1])
    const wanted = [1, 1.15, 3.5, 8.4, 9];
    [0, 0.05, 0.5, 0.95, 1].forEach((q, k) => expect(quantile(values, q)).toBeCloseTo(wanted[k], 6));
    expect(quantile(Float32Array.of(7), 0.5)).toBe(7);
  });
});
