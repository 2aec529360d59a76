/** How far along the line from `from` to `to` a point on it is, 0..1; 1 where they are the same. */
export function shareOf(from: Float32Array, to: Float32Array, now: Float32Array): number {
  let along = 0;
  let whole = 0;
  for (let i = 0; i < to.length; i++) {
    along += (now[i] - from[i]) * (to[i] - from[i]);
    whole += (to[i] - from[i]) ** 2;
  }
  return whole > 0 ? Math.min(1, Math.max(0, along / whole)) : 1;
}
