import { expect, it } from 'vitest';
import { straightLine } from '../../../main/engine/space/path';

it('spaces codes evenly from one end to the other', () => {
  const path = straightLine(Float32Array.of(0, 8), Float32Array.of(4, 0), 5);
  expect([...path]).toEqual([0, 8, 1, 6, 2, 4, 3, 2, 4, 0]);
});

it('meets both ends exactly', () => {
  const [a, b] = [Float32Array.of(0.1, -0.7), Float32Array.of(0.3, 1e-7)];
  const path = straightLine(a, b, 7);
  expect(path.subarray(0, 2)).toEqual(a);
  expect(path.subarray(12)).toEqual(b);
});
