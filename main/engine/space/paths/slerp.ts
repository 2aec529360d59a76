/** Slerp: spherical linear interpolation. */
import { type Curve, straight } from './path';

/**
 * From `a` to `b` around the origin: the direction turns evenly along a great circle (Shoemake 1985), the length changes
 * evenly. Assumes what a prior N(0, I) of many dimensions implies: that codes lie in a shell around 0 (White 2016,
 * "Sampling generative networks"), so that a straight line would cut through where no codes are. Where there is no one
 * great circle (an end at the origin, or ends opposite one another) it is the straight line.
 */
export function slerp(a: Float32Array, b: Float32Array): Curve {
  const [lengthA, lengthB] = [norm(a), norm(b)];
  let cosine = 0;
  for (let i = 0; i < a.length; i++) cosine += (a[i] / lengthA) * (b[i] / lengthB);
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  // also when a length is 0, and the angle not a number
  if (!(Math.sin(angle) > 1e-6)) return straight(a, b);
  return (t) => {
    const length = (1 - t) * lengthA + t * lengthB;
    const [wa, wb] = [Math.sin((1 - t) * angle), Math.sin(t * angle)].map((s) => (length * s) / Math.sin(angle));
    return a.map((value, i) => (wa * value) / lengthA + (wb * b[i]) / lengthB);
  };
}

const norm = (a: Float32Array) => Math.sqrt(a.reduce((sum, value) => sum + value * value, 0));
