/** Plain search among codes. */
import { evenly } from './evenly';

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
const MOST_MULTIPLICATIONS = 2e7;

/**
 * Median distance from a code to its nearest neighbour, measured at evenly chosen codes (as many as a few tens of
 * milliseconds allow); null when there are fewer than two.
 * @param codes `[count, latentSize]`
 */
export function typicalSpacing(codes: Float32Array, latentSize: number): number | null {
  const count = codes.length / latentSize;
  if (count < 2) return null;
  const samples = evenly(count, Math.max(8, Math.floor(MOST_MULTIPLICATIONS / codes.length)));
  const distances = Float64Array.from(
    samples,
    (i) => nearest(codes, codes.subarray(i * latentSize, (i + 1) * latentSize), i)!.distance,
  );
  return distances.sort()[samples.length >> 1];
}
