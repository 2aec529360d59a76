import { describe, expect, it } from 'vitest';
import { geodesic } from '../../../../main/engine/space/paths/geodesic';
import type { Decode } from '../../../../main/engine/space/paths/jacobian';
import { pieceLengths, sample, straight } from '../../../../main/engine/space/paths/path';
import { random } from '../../../../main/engine/maths/random';

/** A decoder whose "images" are points in space, from one code to one point. */
const drawing =
  (d: number, draw: (z: Float32Array) => number[]): Decode =>
  async (codes) =>
    Float32Array.from(
      Array.from({ length: codes.length / d }, (_, n) => draw(codes.subarray(n * d, (n + 1) * d))).flat(),
    );

const normal = () => random(1, 'test').normal();

async function lengthOf(decode: Decode, codes: Float32Array, d: number): Promise<number> {
  const fine = [];
  const count = codes.length / d;
  for (let n = 0; n < count - 1; n++) {
    const piece = sample(straight(codes.slice(n * d, (n + 1) * d), codes.slice((n + 1) * d, (n + 2) * d)), 101);
    fine.push(...pieceLengths(await decode(piece), 3));
  }
  return fine.reduce((a, b) => a + b, 0);
}

describe('on a sphere, drawn from longitude and latitude', () => {
  const sphere = drawing(2, ([lon, lat]) => [
    Math.cos(lat) * Math.cos(lon),
    Math.cos(lat) * Math.sin(lon),
    Math.sin(lat),
  ]);
  const [from, to] = [Float32Array.of(-0.9, 0.8), Float32Array.of(0.9, 0.8)];
  // spherical law of cosines
  const greatCircle = Math.acos(Math.sin(0.8) ** 2 + Math.cos(0.8) ** 2 * Math.cos(1.8));

  it('is the great circle, which the straight line in the codes is not', async () => {
    const line = await lengthOf(sphere, sample(straight(from, to), 9), 2);
    expect(line).toBeCloseTo(1.8 * Math.cos(0.8), 4); // along the parallel
    const path = await geodesic(sphere, from, to, { normal });
    expect(path).toHaveLength(9 * 2);
    expect([...path.subarray(0, 2), ...path.subarray(16)]).toEqual([...from, ...to]);
    const length = await lengthOf(sphere, path, 2);
    expect(length).toBeGreaterThan(greatCircle - 1e-4);
    expect(length / greatCircle).toBeLessThan(1.003);
    expect(line / greatCircle).toBeGreaterThan(1.04);
    // highest in the middle: the circle's vertex, Napier's rule
    expect(path[9]).toBeCloseTo(Math.atan(Math.tan(0.8) / Math.cos(0.9)), 2);
    const pieces = pieceLengths(await sphere(path), 3);
    expect(Math.max(...pieces) / Math.min(...pieces)).toBeLessThan(1.04);
  });

  it('reports its progress, never backwards', async () => {
    const shares: number[] = [];
    await geodesic(sphere, from, to, { normal, onProgress: (share) => shares.push(share) });
    expect(shares.length).toBeGreaterThan(3);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });

  it('ends when decoding does', async () => {
    let calls = 0;
    const stopping: Decode = async (codes) => {
      if (++calls > 10) throw new Error('no more');
      return sphere(codes);
    };
    await expect(geodesic(stopping, from, to, { normal })).rejects.toThrow('no more');
    expect(calls).toBe(11);
  });

  it('from a code to itself stays there', async () => {
    expect(new Set(await geodesic(sphere, from, from, { normal }))).toEqual(new Set(from));
  });
});

it('on a Swiss roll is the straight line on the unrolled sheet', async () => {
  const roll = drawing(2, ([t, y]) => [t * Math.cos(t), y, t * Math.sin(t)]);
  const unrolled = (t: number) => (t * Math.sqrt(1 + t * t) + Math.asinh(t)) / 2;
  const [from, to] = [Float32Array.of(2, 0), Float32Array.of(6, 6)];
  const expected = Math.hypot(unrolled(6) - unrolled(2), 6);
  const length = await lengthOf(roll, await geodesic(roll, from, to, { normal }), 2);
  expect(length).toBeGreaterThan(expected - 1e-3);
  expect(length / expected).toBeLessThan(1.01);
});

it('begins with another path where that is shorter', async () => {
  const hill = drawing(2, ([x, y]) => [x, y, 3 * Math.exp(-(x * x + (y + 0.2) ** 2))]);
  const [from, to] = [Float32Array.of(-2, 0), Float32Array.of(2, 0)];
  const middle = async (start: Float32Array[]) => (await geodesic(hill, from, to, { normal, start }))[9];
  // from the straight line, down the nearer side of the hill; from a path around the other side, there
  expect(await middle([])).toBeGreaterThan(0.5);
  expect(await middle([Float32Array.of(-2, 0, 0, -1.8, 2, 0)])).toBeLessThan(-0.5);
});

describe('with latents that the decoder ignores', () => {
  const end = (lon: number, d: number) => Float32Array.from({ length: d }, (_, i) => [lon, 0.8][i] ?? 0.3);
  const sphere = (d: number) =>
    drawing(d, ([lon, lat]) => [Math.cos(lat) * Math.cos(lon), Math.cos(lat) * Math.sin(lon), Math.sin(lat)]);
  const greatCircle = Math.acos(Math.sin(0.8) ** 2 + Math.cos(0.8) ** 2 * Math.cos(1.8));

  it('keeps them still', async () => {
    const path = await geodesic(sphere(4), end(-0.9, 4), end(0.9, 4), { normal });
    for (let n = 0; n < 9; n++) expect([...path.subarray(4 * n + 2, 4 * n + 4)]).toEqual([...end(0, 4).subarray(2)]);
  });

  it('works in more of them than it can differentiate at once', async () => {
    const stream = random(3, 'directions');
    const path = await geodesic(sphere(80), end(-0.9, 80), end(0.9, 80), { normal: () => stream.normal() });
    expect((await lengthOf(sphere(80), path, 80)) / greatCircle).toBeLessThan(1.01);
  });
});
