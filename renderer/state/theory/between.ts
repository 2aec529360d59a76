/** Places on a logarithmic scale between values that are known, and pictures there. */
import type { ImageBatch } from '../../../main/contract';

/** How near to a known value a place counts as that value: powers of ten. */
const NEAR = 0.08;

export interface Place {
  /** The known values on both sides; equal where the place is one of them. */
  lower: number;
  upper: number;
  /** Of the way from `lower` to `upper` on the logarithmic scale, 0..1. */
  share: number;
  /** The closer one of the two. */
  nearest: number;
}

/**
 * Where 10^`exponent` lies.
 * @param known at least one, ascending, above 0
 * @returns numbers of known values
 */
export function placeOf(known: readonly number[], exponent: number): Place {
  const exponents = known.map(Math.log10);
  const nearest = exponents.reduce(
    (best, e, i) => (Math.abs(e - exponent) < Math.abs(exponents[best] - exponent) ? i : best),
    0,
  );
  const outside = exponent < exponents[0] || exponent > exponents[exponents.length - 1];
  if (outside || Math.abs(exponents[nearest] - exponent) <= NEAR)
    return { lower: nearest, upper: nearest, share: 0, nearest };
  const upper = exponents.findIndex((e) => e > exponent);
  const lower = upper - 1;
  return { lower, upper, share: (exponent - exponents[lower]) / (exponents[upper] - exponents[lower]), nearest };
}

/** Images of one size fading from `a` (share 0, exactly) to `b` (share 1, exactly). */
export function faded(a: ImageBatch, b: ImageBatch, share: number): ImageBatch {
  return { ...a, data: a.data.map((value, i) => value + (b.data[i] - value) * share) };
}
