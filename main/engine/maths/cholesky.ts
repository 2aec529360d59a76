/** Symmetric matrices and their lower Cholesky factors, row by row in flat arrays. */
import { CholeskyDecomposition, Matrix } from 'ml-matrix';

/** Adds `weight · v·vᵀ` to the lower triangle of `matrix`, `[size, size]`. */
export function covarianceRow(matrix: Float64Array, v: Float64Array, weight: number): void {
  const size = v.length;
  for (let i = 0; i < size; i++) {
    const value = weight * v[i];
    for (let j = 0, at = i * size; j <= i; j++, at++) matrix[at] += value * v[j];
  }
}

/** Replaces a positive definite matrix, of which only the lower triangle is read, by L with L·Lᵀ = matrix. */
export function cholesky(matrix: Float64Array, size: number): void {
  const full = new Matrix(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      full.set(i, j, matrix[i * size + j]);
      full.set(j, i, matrix[i * size + j]);
    }
  }
  matrix.set(new CholeskyDecomposition(full).lowerTriangularMatrix.to1DArray());
}

/**
 * Replaces v by L⁻¹·v and returns its squared length: vᵀ·(L·Lᵀ)⁻¹·v.
 * @param start where L begins in `factors`
 * @param most a length beyond which the exact value does not matter: the computation stops, and returns something larger
 */
export function solveLower(
  factors: Float64Array,
  start: number,
  size: number,
  v: Float64Array,
  most = Infinity,
): number {
  let squares = 0;
  for (let i = 0; i < size && squares <= most; i++) {
    let value = v[i];
    const row = start + i * size;
    for (let j = 0; j < i; j++) value -= factors[row + j] * v[j];
    value /= factors[row + i];
    v[i] = value;
    squares += value * value;
  }
  return squares;
}
