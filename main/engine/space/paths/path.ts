/** Paths through codes, as functions of a share of the way. */

/** The code a share `t` (0..1) of the way along a path, `[latentSize]`. */
export type Curve = (t: number) => Float32Array;

/** From `a` to `b`: `(1 − t)·a + t·b`. */
export function straight(a: Float32Array, b: Float32Array): Curve {
  return (t) => a.map((value, i) => (1 - t) * value + t * b[i]);
}

/**
 * A smooth curve through all stops: centripetal Catmull–Rom, which neither overshoots nor loops between them (Yuksel,
 * Schaefer & Keyser 2011), evaluated as Barry & Goldman (1988). Beyond the ends it continues as their mirror images, so
 * two stops give their straight line. `t` runs through the stops in equal shares of the knots.
 * @param stops at least 2, no two in a row the same
 */
export function smooth(stops: readonly Float32Array[]): Curve {
  const mirror = (at: Float32Array, of: Float32Array) => at.map((value, i) => 2 * value - of[i]);
  const points = [mirror(stops[0], stops[1]), ...stops, mirror(stops.at(-1)!, stops.at(-2)!)];
  const knots = [0];
  for (let k = 1; k < points.length; k++) knots.push(knots[k - 1] + Math.sqrt(distance(points[k - 1], points[k])));
  const [first, last] = [knots[1], knots[points.length - 2]];
  return (t) => {
    const at = first + t * (last - first);
    let k = 1;
    while (k < points.length - 3 && at > knots[k + 1]) k++;
    return barryGoldman(points.slice(k - 1, k + 3), knots.slice(k - 1, k + 3), at);
  };
}

/** Curves between neighbouring stops one after the other, each in a share of the way in proportion to its weight. */
export function chain(curves: readonly Curve[], weights: readonly number[]): Curve {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const ends = weights.map((_, k) => weights.slice(0, k + 1).reduce((sum, weight) => sum + weight, 0) / total);
  return (t) => {
    const found = ends.findIndex((end) => t < end);
    const k = found < 0 ? curves.length - 1 : found;
    const start = k > 0 ? ends[k - 1] : 0;
    return curves[k](Math.min(1, (t - start) / (ends[k] - start)));
  };
}

/** Straight pieces from point to point. @param points `[count, latentSize]`; `t` gives each piece an equal share */
export function polyline(points: Float32Array, latentSize: number): Curve {
  const pieces = points.length / latentSize - 1;
  return (t) => {
    const k = Math.min(pieces - 1, Math.floor(t * pieces));
    const row = (n: number) => points.subarray(n * latentSize, (n + 1) * latentSize);
    return straight(row(k), row(k + 1))(t * pieces - k);
  };
}

/** Codes of a curve at even shares of the way, both ends included: `[steps, latentSize]`. @param steps at least 2 */
export function sample(curve: Curve, steps: number): Float32Array {
  const first = curve(0);
  const codes = new Float32Array(steps * first.length);
  for (let s = 0; s < steps; s++) codes.set(curve(s / (steps - 1)), s * first.length);
  return codes;
}

/** Lengths of the pieces between the rows of `[count, width]`: `[count − 1]`. */
export function pieceLengths(rows: Float32Array, width: number): Float64Array {
  const lengths = new Float64Array(rows.length / width - 1);
  for (let n = 0; n < lengths.length; n++) {
    lengths[n] = distance(rows.subarray(n * width, (n + 1) * width), rows.subarray((n + 1) * width, (n + 2) * width));
  }
  return lengths;
}

/** Euclidean. */
export function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum);
}

function barryGoldman([p0, p1, p2, p3]: Float32Array[], [t0, t1, t2, t3]: number[], t: number): Float32Array {
  const mix = (a: number, b: number, from: number, to: number) => ((to - t) * a + (t - from) * b) / (to - from);
  return p0.map((_, i) => {
    const [a1, a2, a3] = [mix(p0[i], p1[i], t0, t1), mix(p1[i], p2[i], t1, t2), mix(p2[i], p3[i], t2, t3)];
    return mix(mix(a1, a2, t0, t2), mix(a2, a3, t1, t3), t1, t2);
  });
}
