/** How far apart two sets of feature vectors are. */
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

/** Neighbours that make the ball around a real image. */
export const NEIGHBOURS = 5;

export interface Nearness {
  density: number;
  coverage: number;
  precision: number;
}

/**
 * Density: how many balls of real images a generated one lies in, relative to what is expected of real ones (may exceed
 * 1). Coverage: share of the real images' balls with a generated one in them. A ball reaches to the fifth nearest real
 * neighbour (Naeem et al. 2020, equations 3 and 4). Precision: share of the generated images in at least one ball, in the
 * range of the real ones (Kynkäänniemi et al. 2019, equation 2).
 * @param realRows more than five
 * @returns for any number of sets, `fakeRows` as many as `realRows`: coverage falls with fewer
 */
export function nearnessTo(real: Float32Array, size: number, realRows: ArrayLike<number>) {
  const radii = new Float64Array(realRows.length);
  const nearest = new Float64Array(realRows.length);
  for (let a = 0; a < realRows.length; a++) {
    for (let b = 0; b < realRows.length; b++) nearest[b] = squared(real, realRows[a], real, realRows[b], size);
    radii[a] = nearest.slice().sort()[NEIGHBOURS]; // the nearest of all is the image itself
  }
  return (fake: Float32Array, fakeRows: ArrayLike<number>): Nearness => {
    const inRange = new Uint8Array(fakeRows.length);
    let inside = 0;
    let covered = 0;
    for (let a = 0; a < realRows.length; a++) {
      let within = 0;
      for (let b = 0; b < fakeRows.length; b++) {
        if (squared(real, realRows[a], fake, fakeRows[b], size) >= radii[a]) continue;
        within++;
        inRange[b] = 1;
      }
      inside += within;
      if (within > 0) covered++;
    }
    const precision = inRange.reduce((sum, one) => sum + one, 0) / fakeRows.length;
    return { density: inside / (NEIGHBOURS * fakeRows.length), coverage: covered / realRows.length, precision };
  };
}

function squared(a: Float32Array, rowA: number, b: Float32Array, rowB: number, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += (a[rowA * size + i] - b[rowB * size + i]) ** 2;
  return sum;
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
