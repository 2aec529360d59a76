/** How the images at a code change along directions: the decoder's Jacobian, estimated without its gradients. */

/** `[n, latentSize]` → the images, `[n, values]`, in an array of their own. */
export type Decode = (codes: Float32Array) => Promise<Float32Array>;

export class Jacobian {
  /** `JᵀJ` in the directions, `[m, m]`. */
  readonly curvature: Float64Array;
  /** Change of the image along each direction, per unit: m rows. */
  readonly #rows: readonly Float32Array[];

  private constructor(rows: readonly Float32Array[], curvature: Float64Array) {
    this.#rows = rows;
    this.curvature = curvature;
  }

  /**
   * By forward differences: one decode a direction.
   * @param code `[latentSize]`, and its `image`
   * @param directions orthonormal, `[latentSize]` each
   * @param step how far to go along each
   */
  static async measure(
    decode: Decode,
    code: Float32Array,
    image: Float32Array,
    directions: readonly Float32Array[],
    step: number,
  ): Promise<Jacobian> {
    const d = code.length;
    const m = directions.length;
    const codes = new Float32Array(m * d);
    directions.forEach((direction, k) => {
      for (let i = 0; i < d; i++) codes[k * d + i] = code[i] + step * direction[i];
    });
    const moved = await decode(codes);
    const rows = directions.map((_, k) => {
      const row = moved.subarray(k * image.length, (k + 1) * image.length);
      for (let p = 0; p < row.length; p++) row[p] = (row[p] - image[p]) / step;
      return row;
    });
    const curvature = new Float64Array(m * m);
    for (let a = 0; a < m; a++) {
      for (let b = 0; b <= a; b++) curvature[a * m + b] = curvature[b * m + a] = dot(rows[a], rows[b]);
    }
    return new Jacobian(rows, curvature);
  }

  /** What to expect between two codes: the mean of both. */
  static between(a: Jacobian, b: Jacobian): Jacobian {
    const rows = a.#rows.map((row, k) => row.map((value, p) => (value + b.#rows[k][p]) / 2));
    return new Jacobian(
      rows,
      a.curvature.map((value, k) => (value + b.curvature[k]) / 2),
    );
  }

  /** The slope `J·image`, `[m]`. */
  along(image: Float32Array): Float64Array {
    return Float64Array.from(this.#rows, (row) => dot(row, image));
  }

  /**
   * Learns from a move along the directions what it did to the image: the least change of J that explains it (Broyden
   * 1965).
   * @param move `[m]`
   * @param change of the image; left holding what J had not foreseen
   */
  learn(move: Float64Array, change: Float32Array): void {
    const squares = move.reduce((sum, value) => sum + value * value, 0);
    if (squares === 0) return;
    this.#rows.forEach((row, k) => add(change, row, -move[k]));
    const m = move.length;
    const surprise = dot(change, change) / squares ** 2;
    const along = new Float64Array(m);
    this.#rows.forEach((row, k) => {
      along[k] = dot(row, change) / squares;
      add(row, change, move[k] / squares);
    });
    for (let a = 0, at = 0; a < m; a++) {
      for (let b = 0; b < m; b++, at++) {
        this.curvature[at] += along[a] * move[b] + move[a] * along[b] + surprise * move[a] * move[b];
      }
    }
  }
}

/** `to += factor · by`. */
function add(to: Float32Array, by: Float32Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i] += factor * by[i];
}

/** In four sums, which a processor adds up side by side. */
function dot(a: Float32Array, b: Float32Array): number {
  const sums = [0, 0, 0, 0];
  let [s0, s1, s2, s3] = sums;
  const even = a.length & ~3;
  for (let i = 0; i < even; i += 4) {
    s0 += a[i] * b[i];
    s1 += a[i + 1] * b[i + 1];
    s2 += a[i + 2] * b[i + 2];
    s3 += a[i + 3] * b[i + 3];
  }
  for (let i = even; i < a.length; i++) s0 += a[i] * b[i];
  return s0 + s1 + s2 + s3;
}
