/** Interpolation between scattered points: from a place in a layout to a code, and from a code to a place. */
import { NearestPoints } from '../../maths/nearest-points';

/** Nearest points that share in a value. */
const NEIGHBOURS = 8;
/** Points to look for: those, and the nearest one left out. */
export const SOUGHT = NEIGHBOURS + 1;

/**
 * Values at `at`, interpolated between the nearest of the points given: their mean with the weights
 * `((R − r) / (R·r))²`, r the distance of each, R that of the nearest one left out (modified Shepard interpolation, Franke &
 * Nielson 1980). At a point the value is the point's own, and it changes without a jump when neighbours change.
 * @param points `[n, size]`, n at least 1
 * @param values `[n, width]`
 * @param at `[count, size]`
 * @param except for each of `at`, the number of a point to leave out
 * @returns `[count, width]`
 */
export function interpolate(
  points: Float32Array,
  size: number,
  values: Float32Array,
  width: number,
  at: ArrayLike<number>,
  except?: ArrayLike<number>,
): Float32Array<ArrayBuffer> {
  const count = at.length / size;
  const result = new Float32Array(count * width);
  const search = new NearestPoints(points, size, SOUGHT);
  for (let c = 0; c < count; c++) {
    search.find(at, c * size, except ? except[c] : -1);
    blend(search, values, width, result, c * width);
  }
  return result;
}

/** Writes what the points found have between them to `result` from `start`. */
export function blend(
  search: NearestPoints,
  values: Float32Array,
  width: number,
  result: Float32Array,
  start: number,
): void {
  const weights = shepard(search.squares, search.found);
  for (let k = 0; k < weights.length; k++) {
    const from = search.indices[k] * width;
    for (let i = 0; i < width; i++) result[start + i] += weights[k] * values[from + i];
  }
}

/** Weights of the nearest `found − 1` points (all, when there are no more than `NEIGHBOURS`), summing to 1. */
function shepard(squares: Float64Array, found: number): number[] {
  const all = found <= NEIGHBOURS;
  const used = all ? found : found - 1;
  if (squares[0] === 0) return [1];
  // where every point takes part there is none to fade towards
  const reach = all ? Infinity : Math.sqrt(squares[used]);
  const weights = Array.from({ length: used }, (_, k) => {
    const r = Math.sqrt(squares[k]);
    return (1 / r - 1 / reach) ** 2;
  });
  const sum = weights.reduce((a, b) => a + b, 0);
  // all equally far: none is nearer than the one left out
  return weights.map((weight) => (sum > 0 ? weight / sum : 1 / used));
}
