/** Laying one set of points onto another by a rotation: what is left is what really differs. */
import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { meanOf } from './mean';
import { orthonormalise } from './qr';

/** Points are turned, perhaps mirrored, around one place and moved to another. Distances stay what they are. */
export interface Alignment {
  from: Float64Array;
  to: Float64Array;
  /** Orthogonal, `[k, k]`, for rows: x ↦ x·rotation. */
  rotation: Matrix;
  /** Orthonormal rows, `[k, size]`, that span what is turned, outside of which nothing changes; null: all of space. */
  basis: Matrix | null;
}

/**
 * Orthogonal Procrustes: of all rotations and reflections R, the one with the smallest ‖(A − ā)·R − (B − b̄)‖_F. With
 * the singular value decomposition (A − ā)ᵀ(B − b̄) = U·S·Vᵀ it is R = U·Vᵀ (Schönemann 1966).
 * @param points A, `[count, size]`
 * @param onto B, of the same rows
 */
export function procrustes(points: Float32Array, onto: Float32Array, size: number): Alignment {
  const [from, to] = [meanOf(points, size), meanOf(onto, size)];
  const [a, b] = [centred(points, from), centred(onto, to)];
  // Few points in many dimensions: everything happens in the space that both sets span, where it costs less.
  const basis = 2 * a.rows < size ? spanOf(a, b) : null;
  const within = (rows: Matrix) => (basis ? rows.mmul(basis.transpose()) : rows);
  const covariance = within(a).transpose().mmul(within(b));
  const { leftSingularVectors: u, rightSingularVectors: v } = new SingularValueDecomposition(covariance);
  return { from, to, rotation: u.mmul(v.transpose()), basis };
}

/** Points `[count, size]` where an alignment takes them. */
export function aligned(points: Float32Array, { from, to, rotation, basis }: Alignment): Float32Array<ArrayBuffer> {
  const rows = centred(points, from);
  let turned = rows.mmul(basis ? basis.transpose() : rotation);
  if (basis) turned = rows.add(turned.mmul(rotation).sub(turned).mmul(basis));
  const size = to.length;
  return Float32Array.from(points, (_, i) => turned.get(Math.floor(i / size), i % size) + to[i % size]);
}

/** Orthonormal rows that span those of both; at least one. */
function spanOf(a: Matrix, b: Matrix): Matrix {
  const { q } = orthonormalise(Float32Array.from([...a.to1DArray(), ...b.to1DArray()]), a.columns);
  const rows = q.flatMap((row) => (row ? [Array.from(row)] : []));
  return rows.length > 0 ? new Matrix(rows) : Matrix.eye(1, a.columns);
}

function centred(points: Float32Array, mean: Float64Array): Matrix {
  const size = mean.length;
  const rows = new Matrix(points.length / size, size);
  points.forEach((value, i) => rows.set(Math.floor(i / size), i % size, value - mean[i % size]));
  return rows;
}
