/** What a frame shows of a posterior: its shadow on the three axes, again a Gaussian. */
import type { LinearFrame } from '../../../contract';
import { toScene } from './frame';

/** A Gaussian in the scene. */
export interface Ellipsoid {
  /** Scene units. */
  centre: [number, number, number];
  /**
   * Lower triangular `L` with covariance `L·Lᵀ`, row by row, nine numbers: it takes the unit sphere to the ellipsoid of one
   * standard deviation.
   */
  root: number[];
}

/** B⁺, row `i` the scene coordinates that one unit along latent `i` adds: `[latentSize, 3]`. */
export function frameInverse(frame: LinearFrame): Float32Array {
  const d = frame.origin.length;
  const identity = new Float32Array(d * d);
  for (let i = 0; i < d; i++) identity[i * d + i] = 1;
  return toScene(identity, { ...frame, origin: new Float32Array(d) });
}

/**
 * N(μ, diag σ²) as the frame shows it: with scene coordinates p = B⁺(z − origin), a linear map, the covariance is
 * `B⁺ diag(σ²) B⁺ᵀ` (any text on multivariate normals, e.g. Mardia, Kent & Bibby 1979, theorem 3.2.1). The axes of the
 * frame need not be orthogonal.
 * @param centre where the frame shows μ
 * @param logVar ln σ², `[latentSize]`
 * @param inverse of `frameInverse`, made once for many posteriors
 */
export function shadowOf(centre: [number, number, number], logVar: Float32Array, inverse: Float32Array): Ellipsoid {
  const covariance = new Array<number>(9).fill(0);
  for (let i = 0; i < logVar.length; i++) {
    const variance = Math.exp(logVar[i]);
    for (let r = 0; r < 3; r++) {
      for (let c = 0; c <= r; c++) covariance[3 * r + c] += variance * inverse[3 * i + r] * inverse[3 * i + c];
    }
  }
  return { centre, root: cholesky(covariance) };
}

/**
 * Bhattacharyya distance of two Gaussians with full covariances, nats (Kailath 1967, eq. 40): `⅛ Δᵀ Σ̄⁻¹ Δ + ½ ln(|Σ̄| /
 * √(|Σ_a| |Σ_b|))`, Σ̄ the mean of the covariances. Axes along which neither has any width count only if they differ in
 * place: they are infinitely far apart then.
 */
export function shadowDistance(a: Ellipsoid, b: Ellipsoid): number {
  const [ca, cb] = [covarianceOf(a), covarianceOf(b)];
  const mean = cholesky(ca.map((value, i) => (value + cb[i]) / 2));
  let distance = 0;
  const solved = [0, 0, 0];
  for (let r = 0; r < 3; r++) {
    let left = a.centre[r] - b.centre[r];
    for (let c = 0; c < r; c++) left -= mean[3 * r + c] * solved[c];
    const width = mean[4 * r];
    if (width === 0) {
      if (Math.abs(left) > 1e-6) return Infinity;
      continue;
    }
    solved[r] = left / width;
    distance += solved[r] ** 2 / 8 + Math.log(width ** 2 / (a.root[4 * r] * b.root[4 * r])) / 2;
  }
  return Math.max(0, distance);
}

function covarianceOf({ root }: Ellipsoid): number[] {
  const covariance = new Array<number>(9).fill(0);
  for (let r = 0; r < 3; r++) {
    for (let c = 0; c < 3; c++) {
      for (let k = 0; k < 3; k++) covariance[3 * r + c] += root[3 * r + k] * root[3 * c + k];
    }
  }
  return covariance;
}

/** Of a symmetric positive semidefinite 3 × 3 matrix, read from its lower triangle; what has no width gives a zero column. */
function cholesky(matrix: number[]): number[] {
  const root = new Array<number>(9).fill(0);
  for (let c = 0; c < 3; c++) {
    for (let r = c; r < 3; r++) {
      let left = matrix[3 * r + c];
      for (let k = 0; k < c; k++) left -= root[3 * r + k] * root[3 * c + k];
      if (r === c) root[4 * c] = left > 1e-12 * matrix[4 * c] ? Math.sqrt(left) : 0;
      else root[3 * r + c] = root[4 * c] > 0 ? left / root[4 * c] : 0;
    }
  }
  return root;
}
