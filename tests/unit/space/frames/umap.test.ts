import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codesAt, toScene } from '../../../../main/engine/space/frames/frame';
import { layOut } from '../../../../main/engine/space/frames/umap';
import { CLOUD_RADIUS } from '../../../../main/engine/space/frames/linear';
import { principalFrame } from '../../../../main/engine/space/frames/principal';
import { random } from '../../../../main/engine/maths/random';

const reference = JSON.parse(readFileSync(new URL('../../../data/space/layout.json', import.meta.url), 'utf8')) as {
  latentSize: number;
  codes: number[];
  neighbours: number;
  trustworthiness: { umap: number; principal: number };
};
const { latentSize, neighbours } = reference;
const codes = Float32Array.from(reference.codes);
const uniform = () => {
  const draws = random(7, 'layout test');
  return () => draws.uniform();
};

describe('a layout of codes with neighbourhoods', () => {
  const { frame, positions } = layOut(codes, latentSize, uniform());

  it('keeps them as well as umap-learn does, and better than principal components', () => {
    const principal = toScene(codes, principalFrame(codes, latentSize));
    // the measure itself, against scikit-learn
    expect(trustworthiness(codes, latentSize, principal)).toBeCloseTo(reference.trustworthiness.principal, 4);
    const ours = trustworthiness(codes, latentSize, positions);
    expect(ours).toBeGreaterThan(reference.trustworthiness.umap - 0.01);
    expect(ours).toBeGreaterThan(reference.trustworthiness.principal);
  });

  it('is centred, of the usual size, and widest along x', () => {
    const moment = (k: number, power: number) =>
      positions.filter((_, i) => i % 3 === k).reduce((sum, p) => sum + p ** power, 0) / (positions.length / 3);
    for (const k of [0, 1, 2]) expect(moment(k, 1)).toBeCloseTo(0, 3);
    const [x, y, z] = [0, 1, 2].map((k) => moment(k, 2));
    expect(Math.sqrt(x + y + z)).toBeCloseTo(CLOUD_RADIUS, 3);
    expect(x).toBeGreaterThan(y);
    expect(y).toBeGreaterThan(z);
  });

  it('has the codes at their places, and says what lies between places of missing ones', () => {
    codesAt(frame, positions).forEach((value, i) => expect(value).toBeCloseTo(codes[i], 6));
    expect(frame.omitted).toBeGreaterThan(0);
    expect(frame.omitted).toBeLessThan(0.2);
  });

  it('is the same every time', () => {
    expect(layOut(codes, latentSize, uniform()).positions).toEqual(positions);
  });
});

describe('a layout of more codes than UMAP lays out', () => {
  const shares: number[] = [];
  const { frame, positions } = layOut(codes, latentSize, uniform(), (share) => shares.push(share), 240);

  it('places the others between their neighbours', () => {
    expect(frame.codes).toHaveLength(240 * latentSize);
    expect(positions).toHaveLength((3 * codes.length) / latentSize);
    for (let k = 0; k < 240; k++) {
      expect(positions.slice(6 * k, 6 * k + 3)).toEqual(frame.positions.slice(3 * k, 3 * k + 3));
    }
    expect(trustworthiness(codes, latentSize, positions)).toBeGreaterThan(0.97);
  });

  it('tells its progress', () => {
    expect(shares.every((share, i) => share > 0 === i > 0 && share <= 1 && (i === 0 || share >= shares[i - 1]))).toBe(
      true,
    );
    expect(shares.at(-1)).toBeGreaterThan(0.9);
  });
});

it.each([1, 2, 4, 5, 20])('lays out %i codes', (count) => {
  const few = Float32Array.from({ length: 4 * count }, (_, i) => Math.sin(i * i));
  const { positions, frame } = layOut(few, 4, uniform());
  expect(positions.length).toBe(3 * count);
  expect(positions.every(Number.isFinite)).toBe(true);
  expect(frame.omitted).toBeGreaterThanOrEqual(0);
  expect(frame.omitted).toBeLessThanOrEqual(1);
});

it('lays out codes that are all the same', () => {
  const { positions } = layOut(new Float32Array(60).fill(2), 3, uniform());
  expect(positions.every(Number.isFinite)).toBe(true);
});

/** Venna & Kaski 2001: 1 less what points are worth that are near in the layout and not so among the codes. */
function trustworthiness(codes: Float32Array, size: number, positions: Float32Array): number {
  const n = positions.length / 3;
  const order = (rows: Float32Array, width: number, from: number) => {
    const distance = (to: number) =>
      Array.from({ length: width }, (_, i) => (rows[from * width + i] - rows[to * width + i]) ** 2).reduce(
        (a, b) => a + b,
      );
    const squares = Float64Array.from({ length: n }, (_, to) => distance(to));
    return Array.from({ length: n }, (_, to) => to)
      .filter((to) => to !== from)
      .sort((a, b) => squares[a] - squares[b]);
  };
  let penalty = 0;
  for (let from = 0; from < n; from++) {
    const ranks = new Int32Array(n);
    order(codes, size, from).forEach((to, rank) => (ranks[to] = rank + 1));
    for (const to of order(positions, 3, from).slice(0, neighbours)) penalty += Math.max(0, ranks[to] - neighbours);
  }
  return 1 - (2 / (n * neighbours * (2 * n - 3 * neighbours - 1))) * penalty;
}
