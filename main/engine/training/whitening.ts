/**
 * Laying the codes of a VAE onto its prior. Over all images, draws from the posteriors q(z|x) have some mean and
 * covariance, those of the aggregate posterior, which ought to be 0 and 1: p(z) = N(0, I) is what one draws from. KL asks
 * for that, and a run that ends after some thousand steps is far from it: directions of a tenth of the variance have been
 * measured, in which a draw from the prior lies where no image is. Code space can be moved, turned and stretched for
 * nothing, since encoder and decoder are linear where they touch it: the images of codes stay what they are, and
 * KL(q(z|x) ‖ p(z)), its mean over images, falls by what a normal distribution fitted to all codes says better of them
 * than N(0, I) (Hoffman & Johnson 2016, section 2, divide the KL so).
 */
import { CholeskyDecomposition, EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { covarianceOf } from '../maths/covariance';
import { meanOf } from '../maths/mean';
import type { NetworkConfig } from './networks';

/** z ↦ map·(z − centre). Both matrices are `[d, d]`. */
export interface Whitening {
  centre: Float64Array;
  map: Matrix;
  inverse: Matrix;
  /** What becomes of log variances, `[d, d]` and `[d]`: log σ² ↦ mixing·log σ² + offset, see `whitening`. */
  mixing: Matrix;
  offset: Float64Array;
}

/** Posteriors of images: means and log variances, `[count, d]`. */
export interface Posteriors {
  mu: Float32Array;
  logVar: Float32Array;
}

/**
 * The map after which the aggregate posterior has mean 0 and covariance I, and the mean posterior a diagonal one. Scaled to
 * a mean posterior of I, codes vary by a covariance whose eigenvectors are the axes, most telling first, and whose
 * eigenvalues λ + 1 are their scale.
 *
 * A single posterior is diagonal afterwards only if its variances are a multiple of the mean ones. The network gives the
 * logarithms of its diagonal, log Σ_k a_jk² σ_k², to first order around the mean, exact in the mean over images.
 * @param latentSize d
 */
export function whitening({ mu, logVar }: Posteriors, latentSize: number): Whitening {
  const d = latentSize;
  const centre = meanOf(mu, d);
  const deviations = [...meanOf(logVar.map(Math.exp), d).map(Math.sqrt)];
  const scale = Matrix.diag(deviations.map((deviation) => 1 / deviation));
  const scaled = scale.mmul(covarianceOf(mu, centre)).mmul(scale).add(Matrix.eye(d));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(scaled, { assumeSymmetric: true });
  // ml-matrix sorts the eigenvalues of a symmetric matrix in ascending order
  const descending = Array.from({ length: d }, (_, i) => d - 1 - i);
  const roots = descending.map((column) => Math.sqrt(realEigenvalues[column]));
  const axes = eigenvectorMatrix.subMatrixColumn(descending);
  const map = Matrix.diag(roots.map((root) => 1 / root))
    .mmul(axes.transpose())
    .mmul(scale);
  const inverse = Matrix.diag(deviations).mmul(axes).mmul(Matrix.diag(roots));

  const shares = Matrix.mul(map, map).mmul(Matrix.diag(deviations.map((deviation) => deviation ** 2)));
  const mixing = shares.clone().divColumnVector(shares.sum('row'));
  const missing = Matrix.sub(logVariances(map, logVar), rowsOf(logVar, d).mmul(mixing.transpose()));
  return { centre, map, inverse, mixing, offset: Float64Array.from(missing.mean('column')) };
}

const rowsOf = (values: Float32Array, columns: number): Matrix =>
  Matrix.from1DArray(values.length / columns, columns, values);
const numbersOf = (matrix: Matrix): Float32Array<ArrayBuffer> => Float32Array.from(matrix.to1DArray());

/** Of map·z for each posterior, `[count, d]`. */
function logVariances(map: Matrix, logVar: Float32Array): Matrix {
  const variances = rowsOf(logVar.map(Math.exp), map.rows);
  return variances.mmul(Matrix.mul(map, map).transpose()).log();
}

/** Posteriors in the space that a whitening leads to. */
export function whitened({ centre, map }: Whitening, { mu, logVar }: Posteriors): Posteriors {
  const centred = rowsOf(mu, map.rows).subRowVector(centre);
  return { mu: numbersOf(centred.mmul(map.transpose())), logVar: numbersOf(logVariances(map, logVar)) };
}

/**
 * Draws from the normal distribution with the mean and covariance of the aggregate posterior: what draws from the prior
 * are after a whitening. They change little where the posteriors do, for no axis is chosen.
 * @param noise draws from N(0, I), `[count, d]`
 * @returns codes of the space before
 */
export function aggregateDraws({ mu, logVar }: Posteriors, latentSize: number, noise: Float32Array): Float32Array {
  const centre = meanOf(mu, latentSize);
  const within = Matrix.diag([...meanOf(logVar.map(Math.exp), latentSize)]);
  const { lowerTriangularMatrix } = new CholeskyDecomposition(covarianceOf(mu, centre).add(within));
  return numbersOf(rowsOf(noise, latentSize).mmul(lowerTriangularMatrix.transpose()).addRowVector(centre));
}

/** The layers that touch the code; what `logScale` gives is `ofLogVariance` times log σ². */
const LAYERS = {
  convolutional: { mean: 'encoder.mu', logScale: 'encoder.logVar', ofLogVariance: 1, first: 'decoder.z' },
  perceptron: { mean: 'encoder.mu', logScale: 'encoder.logSigma', ofLogVariance: 0.5, first: 'decoder.0' },
} as const;

/** The weights of the same VAE in the space that a whitening leads to. @param weights by parameter */
export function whitenedWeights(
  { centre, map, inverse, mixing, offset }: Whitening,
  weights: ReadonlyMap<string, Float32Array>,
  { architecture }: Pick<NetworkConfig, 'architecture'>,
): Map<string, Float32Array> {
  const d = map.rows;
  const { mean, logScale, ofLogVariance, first } = LAYERS[architecture];
  // y = x·w + b, see `ops/dense.ts`: of the encoder's last layers w is `[features, d]`, of the decoder's first `[d, features]`
  const matrix = (layer: string) => {
    const w = weights.get(`${layer}.w`)!;
    return layer === first ? rowsOf(w, w.length / d) : rowsOf(w, d);
  };
  const bias = (layer: string) => Matrix.rowVector(weights.get(`${layer}.b`)!);
  const layers: Record<string, [w: Matrix, b: Matrix]> = {
    [mean]: [matrix(mean).mmul(map.transpose()), bias(mean).subRowVector(centre).mmul(map.transpose())],
    [logScale]: [
      matrix(logScale).mmul(mixing.transpose()),
      bias(logScale)
        .mmul(mixing.transpose())
        .addRowVector(offset.map((value) => ofLogVariance * value)),
    ],
    [first]: [inverse.transpose().mmul(matrix(first)), bias(first).add(Matrix.rowVector(centre).mmul(matrix(first)))],
  };
  const changed = Object.entries(layers).flatMap(([layer, [w, b]]): [string, Float32Array][] => [
    [`${layer}.w`, numbersOf(w)],
    [`${layer}.b`, numbersOf(b)],
  ]);
  return new Map([...weights, ...changed]);
}
