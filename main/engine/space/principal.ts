/** Principal components of codes: the frame in which a cloud is first shown. */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { LinearFrame } from '../../contract';
import { CLOUD_RADIUS } from './linear';
import { meanOf } from './mean';

/**
 * The frame spanned by the three directions in which `codes` vary most (Pearson 1901; Jolliffe 2002, chapter 1): the
 * eigenvectors of the codes' covariance with the largest eigenvalues, at the mean code.
 *
 * Scale: all axes have the same length, so that equal distances in the scene are equal distances between codes, and it
 * is chosen so that the projected codes lie at `CLOUD_RADIUS` scene units from the origin in the root mean square.
 * Sign: of each direction, the coefficient of largest magnitude is positive (the first of equals), so that the same codes
 * give the same picture. A direction that does not exist (latentSize < 3) is zero: moving along it changes nothing.
 *
 * @param codes `[count, latentSize]`, finite
 */
export function principalFrame(codes: Float32Array, latentSize: number): LinearFrame {
  const count = codes.length / latentSize;
  const origin = meanOf(codes, latentSize);
  const covariance = covarianceOf(codes, origin);
  const total = covariance.trace();

  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  // ml-matrix sorts the eigenvalues of a symmetric matrix in ascending order.
  const strongest = [1, 2, 3].map((k) => latentSize - k).filter((column) => column >= 0);
  const eigenvalues = strongest.map((column) => Math.max(0, realEigenvalues[column]));
  const meanSquare = (eigenvalues.reduce((sum, value) => sum + value, 0) * (count - 1)) / count;
  // Codes that are all the same (or a single one) have no scale of their own; the prior's is 1.
  const length = Math.sqrt(meanSquare > 0 ? meanSquare : 1) / CLOUD_RADIUS;

  const axes = new Float32Array(3 * latentSize);
  strongest.forEach((column, k) => {
    const direction = eigenvectorMatrix.getColumn(column);
    const largest = direction.reduce((a, b) => (Math.abs(b) > Math.abs(a) * (1 + 1e-9) ? b : a));
    const scale = (largest < 0 ? -1 : 1) * length;
    direction.forEach((value, i) => (axes[k * latentSize + i] = value * scale));
  });
  const share = (k: number) => (total > 0 && k < eigenvalues.length ? eigenvalues[k] / total : 0);
  const variance: [number, number, number] = [share(0), share(1), share(2)];
  const omitted = total > 0 ? Math.max(0, 1 - variance[0] - variance[1] - variance[2]) : 0;
  return { kind: 'principal', origin: Float32Array.from(origin), axes, variance, omitted };
}

/** Sample covariance (divisor count − 1; zero for a single code), in double precision, row by row. */
function covarianceOf(codes: Float32Array, mean: Float64Array): Matrix {
  const d = mean.length;
  const count = codes.length / d;
  const sums = new Float64Array(d * d);
  const centred = new Float64Array(d);
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < d; i++) centred[i] = codes[n * d + i] - mean[i];
    for (let i = 0; i < d; i++) {
      const value = centred[i];
      for (let j = i, at = i * d + i; j < d; j++, at++) sums[at] += value * centred[j];
    }
  }
  const divisor = Math.max(1, count - 1);
  const covariance = new Matrix(d, d);
  for (let i = 0; i < d; i++) {
    for (let j = i; j < d; j++) {
      covariance.set(i, j, sums[i * d + j] / divisor);
      covariance.set(j, i, sums[i * d + j] / divisor);
    }
  }
  return covariance;
}
