/** The Fréchet distance between two sets of feature vectors, and the moments it is made of. */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** A Gaussian fitted to feature vectors. */
export interface Moments {
  mean: Float64Array;
  /** Divisor count − 1. */
  covariance: Matrix;
}

/** @param features `[count, size]` @param rows which of them, at least two */
export function momentsOf(features: Float32Array, size: number, rows: ArrayLike<number>): Moments {
  const count = rows.length;
  const mean = new Float64Array(size);
  for (let r = 0; r < count; r++) for (let i = 0; i < size; i++) mean[i] += features[rows[r] * size + i] / count;
  const sums = new Float64Array(size * size);
  const offset = new Float64Array(size);
  for (let r = 0; r < count; r++) {
    for (let i = 0; i < size; i++) offset[i] = features[rows[r] * size + i] - mean[i];
    for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) sums[i * size + j] += offset[i] * offset[j];
  }
  const covariance = new Matrix(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      covariance.set(i, j, sums[i * size + j] / (count - 1));
      covariance.set(j, i, sums[i * size + j] / (count - 1));
    }
  }
  return { mean, covariance };
}

/**
 * The Fréchet distance of sets from the one with moments `a`:
 * ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2·(Σ₁½·Σ₂·Σ₁½)½) (Dowson & Landau 1982; Heusel et al. 2017, "FID").
 */
export function frechetDistanceTo(a: Moments): (b: Moments) => number {
  const root = squareRoot(a.covariance);
  return (b) => {
    const inner = eigen(root.mmul(b.covariance).mmul(root)).realEigenvalues;
    const traceOfRoot = inner.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
    const means = a.mean.reduce((sum, value, i) => sum + (value - b.mean[i]) ** 2, 0);
    return means + a.covariance.trace() + b.covariance.trace() - 2 * traceOfRoot;
  };
}

const eigen = (matrix: Matrix) => new EigenvalueDecomposition(matrix, { assumeSymmetric: true });

function squareRoot(covariance: Matrix): Matrix {
  const { eigenvectorMatrix: v, realEigenvalues } = eigen(covariance);
  return v.mmul(Matrix.diag(realEigenvalues.map((value) => Math.sqrt(Math.max(0, value))))).mmul(v.transpose());
}

/** Moves and scales each of `size` numbers such that it has mean 0 and variance 1 over `features`. */
export function standardiser(features: Float32Array, size: number): (rows: Float32Array) => Float32Array {
  const { mean, covariance } = momentsOf(
    features,
    size,
    Uint32Array.from({ length: features.length / size }, (_, i) => i),
  );
  // a number that is the same for all images says nothing
  const scale = mean.map((_, i) => (covariance.get(i, i) > 0 ? 1 / Math.sqrt(covariance.get(i, i)) : 0));
  return (rows) => rows.map((value, at) => (value - mean[at % size]) * scale[at % size]);
}
