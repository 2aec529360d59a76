import { describe, expect, it } from 'vitest';
import { bootstrapEstimates, meanEstimate } from '../../../main/engine/maths/bootstrap';
import { random } from '../../../main/engine/maths/random';

describe('the interval of a mean', () => {
  it('is as wide as the normal approximation says', () => {
    const rng = random(3, 'sample');
    const values = Float64Array.from({ length: 400 }, () => 2 + 3 * rng.normal());
    const { value, interval, count } = meanEstimate(values);
    const mean = values.reduce((a, b) => a + b) / 400;
    const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 399);
    expect([value, count]).toEqual([mean, 400]);
    expect((interval![1] - interval![0]) / (2 * 1.96 * (deviation / 20))).toBeCloseTo(1, 1);
    expect((interval![0] + interval![1]) / 2).toBeCloseTo(mean, 1);
  });

  it('holds the truth about 95 times in 100', () => {
    let held = 0;
    for (let trial = 0; trial < 300; trial++) {
      const rng = random(trial, 'trial');
      const { interval } = meanEstimate(Float64Array.from({ length: 60 }, () => rng.uniform()));
      if (interval![0] <= 0.5 && 0.5 <= interval![1]) held++;
    }
    expect(held / 300).toBeGreaterThan(0.9);
    expect(held / 300).toBeLessThan(0.99);
  });

  it('is the same every time, and missing where one value gives none', () => {
    expect(meanEstimate([1, 2, 3])).toEqual(meanEstimate([1, 2, 3]));
    expect(meanEstimate([4])).toEqual({ value: 4, interval: null, count: 1 });
    expect(meanEstimate([]).value).toBeNaN();
  });
});

it('resamples rows for statistics that are no means', () => {
  const values = Float64Array.from({ length: 101 }, (_, i) => i);
  const median = (rows: Uint32Array) => [...rows].map((r) => values[r]).sort((a, b) => a - b)[50];
  const [{ value, interval }] = bootstrapEstimates(101, (rows) => [median(rows)], 500);
  expect(value).toBe(50);
  expect(interval![0]).toBeGreaterThan(30);
  expect(interval![0]).toBeLessThan(48);
  expect(interval![1]).toBeGreaterThan(52);
});
