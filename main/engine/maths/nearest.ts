/** Plain search among codes. */

/**
 * The code nearest to `code` by Euclidean distance; null when there are none.
 * @param codes `[count, d]` with d = `code.length`
 */
export function nearest(
  codes: Float32Array,
  code: ArrayLike<number>,
  except = -1,
): { index: number; distance: number } | null {
  const d = code.length;
  let index = -1;
  let best = Infinity;
  for (let i = 0, start = 0; start < codes.length; i++, start += d) {
    if (i === except) continue;
    let sum = 0;
    // stopping early makes the search several times faster: most codes are far away after a few numbers
    for (let k = 0; k < d && sum < best; k++) sum += (codes[start + k] - code[k]) ** 2;
    if (sum < best) {
      best = sum;
      index = i;
    }
  }
  return index < 0 ? null : { index, distance: Math.sqrt(best) };
}

/** Multiplications that `typicalSpacing` may spend: a few tens of milliseconds. */
const BUDGET = 2e7;

/**
 * Median distance from a code to its nearest neighbour, measured at evenly chosen codes (as many as a few tens of
 * milliseconds allow); null when there are fewer than two.
 * @param codes `[count, latentSize]`
 */
export function typicalSpacing(codes: Float32Array, latentSize: number): number | null {
  const count = codes.length / latentSize;
  if (count < 2) return null;
  const samples = Math.min(count, Math.max(8, Math.floor(BUDGET / codes.length)));
  const distances = Array.from({ length: samples }, (_, s) => {
    const i = Math.floor((s * count) / samples);
    return nearest(codes, codes.subarray(i * latentSize, (i + 1) * latentSize), i)!.distance;
  });
  return distances.sort((a, b) => a - b)[samples >> 1];
}
