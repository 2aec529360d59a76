/** Quantiles, and their inverse. */

/**
 * The `q`-quantile of `values`, 0..1, interpolated linearly between order statistics (type 7 of Hyndman & Fan 1996, as
 * NumPy's default).
 * @param values at least one, in any order
 */
export function quantile(values: Float32Array | Float64Array, q: number): number {
  const sorted = values.slice().sort();
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

/** Share of `sorted`, ascending, that lies below `value`, 0..1: values equal to it count half. */
export function percentile(sorted: ArrayLike<number>, value: number): number {
  let below = 0;
  for (let i = 0; i < sorted.length; i++) below += sorted[i] < value ? 1 : sorted[i] === value ? 0.5 : 0;
  return below / sorted.length;
}
