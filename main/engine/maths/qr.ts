/** QR decomposition. That of ml-matrix gives a column that depends on others a direction all the same; here it has none. */

/** Below this share of its length, what an axis adds to those before it is rounding: in single precision, as codes are. */
const INDEPENDENT = 1e-5;

/** Columns as B = Q·R: Q has orthonormal columns, R is upper triangular. */
export interface Basis {
  /** Columns of Q, `[latentSize]` each; null for an axis that is zero or depends on those before it. */
  q: (Float64Array | null)[];
  /** `r[k][j]`: what column j of B holds of column k of Q. */
  r: number[][];
}

/**
 * QR decomposition of columns by modified Gram–Schmidt, each column orthogonalised twice (Golub & Van Loan 2013, §5.2.8),
 * in double precision.
 * @param axes the columns one after the other, `[count, latentSize]`
 * @param independent the least share of its length that a column must add to those before it
 */
export function orthonormalise(
  axes: Float32Array | Float64Array,
  latentSize: number,
  independent = INDEPENDENT,
): Basis {
  const count = axes.length / latentSize;
  const q: Basis['q'] = [];
  const r = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  for (let k = 0; k < count; k++) {
    const column = Float64Array.from(axes.subarray(k * latentSize, (k + 1) * latentSize));
    const length = Math.sqrt(dot(column, column));
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < k; j++) {
        const other = q[j];
        if (!other) continue;
        const part = dot(other, column);
        r[j][k] += part;
        for (let i = 0; i < latentSize; i++) column[i] -= part * other[i];
      }
    }
    const left = Math.sqrt(dot(column, column));
    if (left > independent * length) {
      r[k][k] = left;
      q.push(column.map((value) => value / left));
    } else q.push(null);
  }
  return { q, r };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
