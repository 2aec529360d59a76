import { describe, expect, test } from 'vitest';
import { codeUse, collapseOf, countActive } from '../../../../main/engine/space/posteriors/collapse';

const at = (step: number, warmUp = 0) => ({ step, steps: 4000, warmUp });

test('units are active whose mean varies by more than 0.01', () => {
  // ±s has the variance s²
  const means = [0.099, 0.101, 1, 0].flatMap((s) => [s]);
  const codes = Float32Array.from([...means, ...means.map((s) => -s)], (value) => value + 5);
  expect(countActive(codes, 4)).toBe(2);
});

describe('a collapse', () => {
  test('is one when no unit is active, and most of one when less than half are', () => {
    expect([0, 1, 7, 8, 16].map((active) => collapseOf(active, 16, at(3000)))).toEqual([
      'all',
      'most',
      'most',
      'none',
      'none',
    ]);
  });

  test('is not told of while a run is young or warms up', () => {
    expect(collapseOf(0, 16, at(999))).toBe('none');
    expect(collapseOf(0, 16, at(1000))).toBe('all');
    expect(collapseOf(0, 16, at(2499, 0.5))).toBe('none');
    expect(collapseOf(0, 16, at(2500, 0.5))).toBe('all');
    expect(collapseOf(0, 16, at(3999, 1))).toBe('none');
    expect(collapseOf(0, 16, at(4000, 1))).toBe('all');
    expect(collapseOf(0, 16, { step: 499, steps: 499, warmUp: 0 })).toBe('none');
  });
});

test('says what it found', () => {
  const codes = Float32Array.from([1, 0, -1, 0]);
  const kl = Float32Array.from([2, 0.25]);
  expect(codeUse(codes, kl, at(1200))).toEqual({ step: 1200, active: 1, klPerUnit: [2, 0.25], collapse: 'none' });
});
