/** Principal components of codes: the frame in which a cloud is first shown. */
import { EigenvalueDecomposition } from 'ml-matrix';
import type { LinearFrame } from '../../../contract';
import { covarianceOf } from '../../maths/covariance';
import { CLOUD_RADIUS } from './linear';
import { meanOf } from '../../maths/mean';

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
 * @param onProgress share done, now and then
 */
export function principalFrame(
  codes: Float32Array,
  latentSize: number,
  onProgress?: (share: number) => void,
): LinearFrame {
  const count = codes.length / latentSize;
  const origin = meanOf(codes, latentSize);
  const covariance = covarianceOf(codes, origin, onProgress);
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
