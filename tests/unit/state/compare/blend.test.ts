import { expect, it } from 'vitest';
import { shareOf } from '../../../../renderer/state/compare/blend';

it('says how far along its way a hidden part is', () => {
  const from = Float32Array.of(1, 1, 0);
  const to = Float32Array.of(3, 1, 4);
  expect(shareOf(from, to, from)).toBe(0);
  expect(shareOf(from, to, Float32Array.of(1.5, 1, 1))).toBeCloseTo(0.25, 6);
  expect(shareOf(from, to, to)).toBe(1);
  expect(shareOf(to, to, to)).toBe(1);
});
