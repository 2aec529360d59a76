/** Interpolation between scattered points: from a place in a layout to a code, and from a code to a place. */

/** Nearest points that share in a value. */
const NEIGHBOURS = 8;

/**
 * Values at `at`, interpolated between the nearest of the points given: their mean with the weights
 * `((R − r) / (R·r))²`, r the distance of each, R that of the nearest one left out (modified Shepard interpolation, Franke &
 * Nielson 1980). At a point the value is the point's own, and it changes without a jump when neighbours change.
 * @param points `[n, size]`, n at least 1
 * @param values `[n, width]`
 * @param at `[count, size]`
 * @returns `[count, width]`
 */
export function interpolate(
  points: Float32Array,
  size: number,
  values: Float32Array,
  width: number,
  at: ArrayLike<number>,
): Float32Array<ArrayBuffer> {
  const count = at.length / size;
  const result = new Float32Array(count * width);
  const search = new NearestPoints(points, size);
  for (let c = 0; c < count; c++) {
    search.find(at, c * size, NEIGHBOURS + 1);
    const weights = shepard(search.squares, search.found);
    for (let k = 0; k < weights.length; k++) {
      const from = search.indices[k] * width;
      for (let i = 0; i < width; i++) result[c * width + i] += weights[k] * values[from + i];
    }
  }
  return result;
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

/** Search for the few nearest of many points, by going through all of them; keeps its arrays from search to search. */
class NearestPoints {
  readonly indices = new Int32Array(NEIGHBOURS + 1);
  readonly squares = new Float64Array(NEIGHBOURS + 1);
  found = 0;
  readonly #points: Float32Array;
  readonly #size: number;

  constructor(points: Float32Array, size: number) {
    this.#points = points;
    this.#size = size;
  }

  /** Finds the `most` nearest to the `size` numbers of `at` from `start`, nearest first. */
  find(at: ArrayLike<number>, start: number, most: number): void {
    const { indices, squares } = this;
    const points = this.#points;
    const size = this.#size;
    this.found = 0;
    for (let n = 0, first = 0; first < points.length; n++, first += size) {
      const limit = this.found < most ? Infinity : squares[most - 1];
      let square = 0;
      for (let i = 0; i < size && square < limit; i++) square += (points[first + i] - at[start + i]) ** 2;
      if (square >= limit) continue;
      let k = this.found < most ? this.found++ : most - 1;
      for (; k > 0 && squares[k - 1] > square; k--) {
        squares[k] = squares[k - 1];
        indices[k] = indices[k - 1];
      }
      squares[k] = square;
      indices[k] = n;
    }
  }
}
