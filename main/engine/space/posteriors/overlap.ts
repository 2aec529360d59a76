/** How far two posteriors overlap: what makes the places between two faces belong to both. */

/**
 * Bhattacharyya distance between N(μ_a, diag σ_a²) and N(μ_b, diag σ_b²), in nats (Bhattacharyya 1943; Kailath 1967,
 * eq. 40): `⅛ Σ (μ_a − μ_b)² / σ̄² + ½ Σ ln(σ̄² / (σ_a σ_b))` with `σ̄² = (σ_a² + σ_b²) / 2`. Its `exp(−·)` is the
 * Bhattacharyya coefficient `∫ √(p_a p_b)`: 1 for the same distribution, 0 for two that share nothing.
 * All arrays `[latentSize]`; the spreads are log-variances.
 */
export function bhattacharyya(
  a: { mu: Float32Array; logVar: Float32Array },
  b: { mu: Float32Array; logVar: Float32Array },
): number {
  let distance = 0;
  for (let i = 0; i < a.mu.length; i++) {
    const mean = (Math.exp(a.logVar[i]) + Math.exp(b.logVar[i])) / 2;
    distance += (a.mu[i] - b.mu[i]) ** 2 / (8 * mean) + (Math.log(mean) - (a.logVar[i] + b.logVar[i]) / 2) / 2;
  }
  return Math.max(0, distance); // rounding may leave it a hair below
}

/**
 * The faces whose posteriors overlap most with that of face `of`, the nearest first.
 * @param codes, logVar `[count, latentSize]`
 * @returns at most `most` faces other than `of`, with their Bhattacharyya distances
 */
export function closestPosteriors(
  of: number,
  codes: Float32Array,
  logVar: Float32Array,
  latentSize: number,
  most: number,
): { index: number; distance: number }[] {
  const row = (values: Float32Array, n: number) => values.subarray(n * latentSize, (n + 1) * latentSize);
  const centre = { mu: row(codes, of), logVar: row(logVar, of) };
  const found: { index: number; distance: number }[] = [];
  for (let index = 0; index < codes.length / latentSize; index++) {
    if (index === of) continue;
    const worst = found.length < most ? Infinity : found[most - 1].distance;
    if (meansApart(centre, row(codes, index), row(logVar, index), worst)) continue;
    const distance = bhattacharyya(centre, { mu: row(codes, index), logVar: row(logVar, index) });
    if (distance >= worst) continue;
    const at = found.findIndex((other) => other.distance > distance);
    found.splice(at < 0 ? found.length : at, 0, { index, distance });
    found.length = Math.min(found.length, most);
  }
  return found;
}

/** Whether the means alone, a lower bound without logarithms, put two posteriors more than `limit` nats apart. */
function meansApart(
  a: { mu: Float32Array; logVar: Float32Array },
  mu: Float32Array,
  logVar: Float32Array,
  limit: number,
): boolean {
  if (limit === Infinity) return false;
  let distance = 0;
  for (let i = 0; i < mu.length && distance <= limit; i++) {
    distance += (a.mu[i] - mu[i]) ** 2 / (4 * (Math.exp(a.logVar[i]) + Math.exp(logVar[i])));
  }
  return distance > limit;
}
