/** Where a cloud ends, and how flights slow down there. */
import type { Pose, Vec3 } from './pose';

/** Share of the faces inside of the edge. */
const INSIDE = 0.98;
/** How far beyond the edge a flight gets, as a share of the way from the middle to the edge: ever more slowly. */
const MARGIN = 0.25;
/** A cloud is at least so thick in every direction, as a share of its mean spread: flat ones can be flown past. */
const LEAST_SPREAD = 0.2;

/**
 * The ellipsoid around a cloud's middle that has its shape (the covariance of the places) and holds all faces but the 2 %
 * farthest. `of(p)` is 0 in the middle and 1 at its edge, the same factor for all that lies in one direction.
 */
export class Extent {
  readonly #middle: Vec3;
  /** Of the quadratic form of `of`: xx, yy, zz, xy, xz, yz. */
  readonly #form: readonly number[] | null;

  /** @param positions `[count, 3]`, finite; without any there is no edge */
  constructor(positions: Float32Array) {
    const count = positions.length / 3;
    this.#middle = [0, 0, 0];
    for (let i = 0; i < positions.length; i++) this.#middle[i % 3] += positions[i] / count;
    const form = count > 1 ? inverse(covariance(positions, this.#middle)) : null;
    this.#form = form;
    if (!form) return;
    const distances = new Float32Array(count);
    for (let i = 0; i < count; i++) distances[i] = this.of(positions.subarray(3 * i, 3 * i + 3));
    distances.sort();
    const edge = distances[Math.floor(INSIDE * (count - 1))];
    this.#form = edge > 0 ? form.map((value) => value / edge ** 2) : null;
  }

  get middle(): Vec3 {
    return [...this.#middle];
  }

  /** How far out a place is: below 1 inside, 1 at the edge. 0 where there is no edge. */
  of(place: ArrayLike<number>): number {
    if (!this.#form) return 0;
    const [x, y, z] = this.#middle.map((c, k) => place[k] - c);
    const [xx, yy, zz, xy, xz, yz] = this.#form;
    return Math.sqrt(Math.max(0, xx * x * x + yy * y * y + zz * z * z + 2 * (xy * x * y + xz * x * z + yz * y * z)));
  }

  /**
   * The pose on the way to `to` at which the edge stops it. Beyond the edge the way out is e times as slow every
   * `MARGIN`; ways in and along are free, whatever has been flown to lies within reach. Many small moves equal one big one.
   */
  hold(from: Pose, to: Pose): Pose {
    const before = this.of(from.focus);
    const after = this.of(to.focus);
    if (after <= Math.max(1, before)) return to;
    const most = 1 + MARGIN;
    const start = Math.max(1, before);
    // u' = 1 − (u − 1) / MARGIN, integrated over what is flown beyond the edge
    const allowed = before >= most ? before : most - (most - start) * Math.exp((start - after) / MARGIN);
    const kept = (allowed - before) / (after - before);
    const focus = to.focus.map((c, k) => this.#middle[k] + (c - this.#middle[k]) * (allowed / after)) as Vec3;
    // the eye stays behind with it: what is left in view are the last faces
    return { ...to, focus, reach: from.reach + (to.reach - from.reach) * kept };
  }
}

/** xx, yy, zz, xy, xz, yz; with a little more of all directions, so that none has nothing. */
function covariance(positions: Float32Array, middle: Vec3): number[] {
  const sums = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < positions.length; i += 3) {
    const [x, y, z] = middle.map((c, k) => positions[i + k] - c);
    [x * x, y * y, z * z, x * y, x * z, y * z].forEach((product, k) => (sums[k] += product));
  }
  const [xx, yy, zz, ...rest] = sums.map((sum) => (3 * sum) / positions.length);
  const least = (LEAST_SPREAD ** 2 * (xx + yy + zz)) / 3;
  return [xx + least, yy + least, zz + least, ...rest];
}

/** Of a symmetric matrix, likewise; null where it has none. */
function inverse([xx, yy, zz, xy, xz, yz]: number[]): number[] | null {
  const cofactors = [yy * zz - yz * yz, xx * zz - xz * xz, xx * yy - xy * xy];
  const [a, b, c] = [xz * yz - xy * zz, xy * yz - xz * yy, xy * xz - xx * yz];
  const determinant = xx * cofactors[0] + xy * a + xz * b;
  return determinant > 0 ? [...cofactors, a, b, c].map((value) => value / determinant) : null;
}
