import { describe, expect, it } from 'vitest';
import type { Cloud, Frame } from '../../../../main/contract';
import { carry, sameFaces } from '../../../../renderer/state/flight/carry-over';
import { nearest, typicalSpacing } from '../../../../main/engine/maths/nearest';

const frame: Frame = {
  kind: 'principal',
  origin: new Float32Array([1, 2, 3, 4]),
  // the columns of B one after the other
  axes: new Float32Array([1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0]),
  variance: [0.5, 0.3, 0.1],
  omitted: 0.1,
};

describe('nearest', () => {
  const codes = new Float32Array([0, 0, 3, 4, 10, 10]);

  it('finds the closest code and how far it is', () => {
    expect(nearest(codes, new Float32Array([0, 0]))).toEqual({ index: 0, distance: 0 });
    expect(nearest(codes, new Float32Array([0, 0]), 0)).toEqual({ index: 1, distance: 5 });
    expect(nearest(codes, new Float32Array([9, 9]))!.index).toBe(2);
  });

  it('finds nothing among nothing', () => {
    expect(nearest(new Float32Array(), new Float32Array([1, 2]))).toBeNull();
  });

  it('agrees with a search without shortcuts', () => {
    const d = 8;
    const many = Float32Array.from({ length: 200 * d }, (_, i) => Math.sin(i * 12.9898) * 4);
    const code = Float32Array.from({ length: d }, (_, i) => Math.cos(i));
    const distances = Array.from({ length: 200 }, (_, i) =>
      Math.hypot(...code.map((value, k) => many[i * d + k] - value)),
    );
    const least = Math.min(...distances);
    const found = nearest(many, code)!;
    expect(found.index).toBe(distances.indexOf(least));
    expect(found.distance).toBeCloseTo(least, 5);
  });
});

describe('typicalSpacing', () => {
  it('is the median distance to the nearest neighbour', () => {
    expect(typicalSpacing(new Float32Array([0, 1, 3, 6, 10]), 1)).toBe(2);
  });

  it('needs two codes', () => {
    expect(typicalSpacing(new Float32Array([1, 2]), 2)).toBeNull();
    expect(typicalSpacing(new Float32Array([0, 0, 3, 4]), 2)).toBe(5);
  });
});

const cloud = (positions: number[], source: Cloud['source'] = 'codes'): Cloud => ({
  count: positions.length / 3,
  source,
  codes: new Float32Array(positions.length),
  logVar: null,
  names: null,
  photos: [],
  labels: null,
  positions: new Float32Array(positions),
  frame,
  hidden: {
    directions: new Float32Array(),
    latents: null,
    measure: 'variance',
    weights: new Float32Array(),
    spreads: new Float32Array(),
  },
  thumbnails: { tile: 8, columns: 1, perSheet: 1, sheets: [] },
});

describe('carry', () => {
  it('keeps as far from the same face, measured against the width of each cloud', () => {
    const from = cloud([1, 0, 0, -1, 0, 0]);
    const to = cloud([0, 10, 0, 0, -10, 0]);
    expect(carry([1.5, 0.2, 0], 0, from, to)).toEqual([5, 12, 0]);
  });

  it('stays finite from a cloud in which all faces coincide', () => {
    expect(carry([1, 1, 1], 0, cloud([0, 0, 0]), cloud([2, 0, 0])).every(Number.isFinite)).toBe(true);
  });
});

it('tells the same faces by their number, and draws from the prior never', () => {
  expect(sameFaces(cloud([1, 2, 3]), cloud([4, 5, 6]))).toBe(true);
  expect(sameFaces(cloud([1, 2, 3]), cloud([4, 5, 6, 7, 8, 9]))).toBe(false);
  expect(sameFaces(cloud([1, 2, 3]), cloud([4, 5, 6], 'prior'))).toBe(false);
});
