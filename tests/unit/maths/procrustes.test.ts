import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { orthonormalise } from '../../../main/engine/maths/qr';
import { aligned, procrustes } from '../../../main/engine/maths/procrustes';
import { normals, random } from '../../../main/engine/maths/random';

const fixture = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../data/space/procrustes.json'), 'utf8'),
) as Record<
  'cases',
  Record<string, { size: number; points: number[]; onto: number[]; aligned: number[]; residual: number }>
>;

describe.each(Object.entries(fixture.cases))('%s', (_, { size, ...expected }) => {
  const [points, onto] = [Float32Array.from(expected.points), Float32Array.from(expected.onto)];

  test('lands where scipy has it', () => {
    const found = aligned(points, procrustes(points, onto, size));
    const residual = Math.hypot(...found.map((value, i) => value - onto[i]));
    expect(residual).toBeCloseTo(expected.residual, 4);
    expect(found).toHaveLength(expected.aligned.length);
    found.forEach((value, i) => expect(value).toBeCloseTo(expected.aligned[i], 5));
  });
});

/** A random rotation or reflection of rows, `[size, size]`. */
function rotation(size: number, mirrored: boolean): number[][] {
  const { q } = orthonormalise(normals(size * size, random(4, 'rotation', size)), size);
  const rows = q.map((row) => Array.from(row!));
  if (mirrored) rows[0] = rows[0].map((value) => -value);
  return rows;
}

describe('points that were only turned and moved', () => {
  test.each([
    { count: 30, size: 3, mirrored: false },
    { count: 30, size: 3, mirrored: true },
    { count: 64, size: 32, mirrored: true },
    { count: 6, size: 40, mirrored: false },
  ])('$count in $size dimensions come to lie on one another exactly', ({ count, size, mirrored }) => {
    const points = normals(count * size, random(5, 'points'));
    const turn = rotation(size, mirrored);
    const onto = Float32Array.from(points, (_, at) => {
      const [n, j] = [Math.floor(at / size), at % size];
      let sum = 3 * j;
      for (let i = 0; i < size; i++) sum += points[n * size + i] * turn[i][j];
      return sum;
    });
    const found = aligned(points, procrustes(points, onto, size));
    expect(found).toHaveLength(onto.length);
    found.forEach((value, i) => expect(value).toBeCloseTo(onto[i], 4));
  });
});

test('distances stay, whatever the points are laid onto', () => {
  for (const [count, size] of [
    [20, 5],
    [5, 30],
  ]) {
    const [a, b] = [normals(count * size, random(6, 'a')), normals(count * size, random(6, 'b'))];
    const found = aligned(a, procrustes(a, b, size));
    const distance = (of: Float32Array, n: number) =>
      Math.hypot(...Array.from({ length: size }, (_, i) => of[n * size + i] - of[i]));
    for (let n = 1; n < count; n++) expect(distance(found, n)).toBeCloseTo(distance(a, n), 4);
  }
});

test('points that are all the same have nowhere to be turned to, and are moved', () => {
  const points = new Float32Array(10).fill(2);
  const found = aligned(points, procrustes(points, normals(10, random(7, 'onto')), 5));
  expect([...found.subarray(0, 5)]).toEqual([...found.subarray(5)]);
  expect(found.every(Number.isFinite)).toBe(true);
  const high = new Float32Array(80).fill(1);
  expect(aligned(high, procrustes(high, high, 40))).toEqual(high);
});
