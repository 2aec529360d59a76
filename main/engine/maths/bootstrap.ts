/** How certain a number is: bootstrap intervals (Efron & Tibshirani 1993, chapter 13, the percentile interval). */
import type { Estimate } from '../../contract';
import { random } from './random';

const RESAMPLES = 2000;
/** Draws that 2000 resamples of a large sample would need are more than its interval is worth. */
const MOST_DRAWS = 2e7;
const SHARE = 0.95;

/**
 * The mean of `values` with its 95 % interval; the interval is null for fewer than two values. The same values give
 * the same interval.
 */
export function meanEstimate(values: ArrayLike<number>): Estimate {
  const count = values.length;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i];
  const value = count ? sum / count : NaN;
  if (count < 2) return { value, interval: null, count };
  const rng = random(count, 'bootstrap');
  const means = new Float64Array(Math.max(200, Math.min(RESAMPLES, Math.floor(MOST_DRAWS / count))));
  for (let r = 0; r < means.length; r++) {
    let total = 0;
    for (let i = 0; i < count; i++) total += values[rng.integer(count)];
    means[r] = total / count;
  }
  return { value, interval: percentileInterval(means), count };
}

/**
 * As `meanEstimate`, for statistics of resampled rows that are not means.
 * @param statistics of the rows with these numbers, some of them more than once
 */
export function bootstrapEstimates(
  count: number,
  statistics: (rows: Uint32Array) => number[],
  resamples: number,
): Estimate[] {
  const values = statistics(Uint32Array.from({ length: count }, (_, i) => i));
  if (count < 2) return values.map((value) => ({ value, interval: null, count }));
  const rng = random(count, 'bootstrap rows');
  const drawn = Array.from({ length: resamples }, () =>
    statistics(Uint32Array.from({ length: count }, () => rng.integer(count))),
  );
  return values.map((value, s) => ({
    value,
    interval: percentileInterval(Float64Array.from(drawn, (each) => each[s])),
    count,
  }));
}

function percentileInterval(values: Float64Array): [number, number] {
  values.sort();
  const at = (share: number) => values[Math.min(values.length - 1, Math.floor(share * values.length))];
  return [at((1 - SHARE) / 2), at((1 + SHARE) / 2)];
}
