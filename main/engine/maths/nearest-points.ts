/** Search for the few nearest of many points, by going through all of them; keeps its arrays from search to search. */
export class NearestPoints {
  /** Numbers of the points found, nearest first, and their squared distances; `found` of them count. */
  readonly indices: Int32Array;
  readonly squares: Float64Array;
  found = 0;
  readonly #points: Float32Array;
  readonly #size: number;

  /**
   * @param points `[n, size]`
   * @param most how many to find
   */
  constructor(points: Float32Array, size: number, most: number) {
    this.indices = new Int32Array(most);
    this.squares = new Float64Array(most);
    this.#points = points;
    this.#size = size;
  }

  /**
   * Finds the nearest to the `size` numbers of `at` from `start`, nearest first.
   * @param except number of a point to leave out
   * @param among numbers of the points to look through; all by default
   */
  find(at: ArrayLike<number>, start: number, except = -1, among?: ArrayLike<number>): void {
    const { indices, squares } = this;
    const points = this.#points;
    const size = this.#size;
    const most = indices.length;
    this.found = 0;
    const through = among ? among.length : points.length / size;
    for (let t = 0; t < through; t++) {
      const n = among ? among[t] : t;
      if (n === except) continue;
      const first = n * size;
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
