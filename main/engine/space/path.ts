/** Paths between codes. */

/**
 * Evenly spaced codes on the straight line from `a` to `b`, both ends included.
 * @param steps at least 2
 * @returns `[steps, latentSize]`
 */
export function straightLine(a: Float32Array, b: Float32Array, steps: number): Float32Array {
  const path = new Float32Array(steps * a.length);
  for (let s = 0; s < steps; s++) {
    const t = s / (steps - 1);
    for (let i = 0; i < a.length; i++) path[s * a.length + i] = (1 - t) * a[i] + t * b[i];
  }
  return path;
}
