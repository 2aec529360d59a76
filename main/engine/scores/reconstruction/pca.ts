/**
 * Linear principal component analysis of images: the autoencoder that everything else has to beat. A linear
 * autoencoder trained to convergence spans the same subspace (Baldi & Hornik 1989).
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import * as ort from '../../onnxruntime';
import type { Images } from '../../images';
import { betweenPieces, type Watch } from '../../scheduling/watch';
import { Graph } from '../../training/graph';
import { orthonormalise } from '../../maths/qr';
import { random } from '../../maths/random';
import { areaOf } from '../../maths/rectangle';
import { createSession } from '../../training/runtime';

/** Directions searched beside those asked for: the last ones converge sooner (Halko, Martinsson & Tropp 2011). */
const OVERSAMPLING = 16;
/** The search ends when a pass finds less than this share of variance more, or after so many passes. */
const GAIN = 1e-5;
const MOST_PASSES = 40;
/** Share of its length that is rounding, in double precision. */
const ROUNDING = 1e-9;
/** Images multiplied at a time. */
const IMAGES_A_PIECE = 128;

export class ImagePca {
  constructor(
    /** `[values]`, 0..1 */
    readonly mean: Float32Array,
    /** Orthonormal rows, the strongest first: `[count, values]`. */
    readonly components: Float32Array,
    readonly count: number,
  ) {}

  /** The nearest image in the affine subspace for each of `images`, `[n, values]`; not clamped to 0..1. */
  reconstruct(images: Float32Array): Float32Array {
    const { mean, components, count } = this;
    const values = mean.length;
    const result = new Float32Array(images.length);
    for (let start = 0; start < images.length; start += values) {
      const image = result.subarray(start, start + values);
      image.set(mean);
      for (let k = 0; k < count; k++) {
        const component = components.subarray(k * values, (k + 1) * values);
        let along = 0;
        for (let i = 0; i < values; i++) along += (images[start + i] - mean[i]) * component[i];
        for (let i = 0; i < values; i++) image[i] += along * component[i];
      }
    }
    return result;
  }
}

/**
 * The `count` principal components of images (fewer where the images have no more), by subspace iteration (Golub & Van
 * Loan 2013, section 8.2.4) from a seeded start. Computed in single precision.
 * @param mostPasses a few suffice to see by; the last directions converge slowly
 * @throws UserError `cancelled`
 */
export async function fitPca(
  images: Images,
  count: number,
  watch: Watch = {},
  mostPasses = MOST_PASSES,
): Promise<ImagePca> {
  const values = images.channels * areaOf(images);
  const most = Math.min(images.count - 1, values);
  const kept = Math.min(count, most);
  const mean = meanImage(images, values);
  if (kept === 0) return new ImagePca(mean, new Float32Array(0), 0);
  const columns = Math.min(kept + OVERSAMPLING, most);
  const rng = random(0, 'pca');
  const basis = orthonormal(
    Float64Array.from({ length: columns * values }, () => rng.normal()),
    columns,
  );
  const products = await Products.create(images, mean, columns);
  try {
    let variance = 0;
    for (let pass = 1; ; pass++) {
      await betweenPieces(watch);
      const { covariance, image } = await products.apply(basis);
      const gained = covariance.trace() - variance;
      variance += gained;
      watch.onProgress?.(Math.min(pass, mostPasses - 1), mostPasses);
      if (pass === mostPasses || gained <= GAIN * variance) {
        watch.onProgress?.(mostPasses, mostPasses);
        return new ImagePca(mean, rotated(basis, covariance, kept), kept);
      }
      basis.set(orthonormal(image, columns));
    }
  } finally {
    await products.release();
  }
}

function meanImage({ pixels, count }: Images, values: number): Float32Array {
  const sums = new Float64Array(values);
  for (let n = 0, at = 0; n < count; n++) for (let i = 0; i < values; i++) sums[i] += pixels[at++];
  return Float32Array.from(sums, (sum) => sum / count / 255);
}

/** Products of the centred images X `[n, values]` with a few directions Q, a chunk of images at a time. */
class Products {
  readonly #images: Images;
  readonly #mean: Float32Array;
  readonly #columns: number;
  readonly #session: ort.InferenceSession;

  private constructor(images: Images, mean: Float32Array, columns: number, session: ort.InferenceSession) {
    this.#images = images;
    this.#mean = mean;
    this.#columns = columns;
    this.#session = session;
  }

  static async create(images: Images, mean: Float32Array, columns: number): Promise<Products> {
    const g = new Graph();
    const x = g.input('x', [IMAGES_A_PIECE, mean.length]);
    const q = g.input('q', [columns, mean.length]);
    const projected = g.matmul(x, q, { transB: true });
    g.output('covariance', g.matmul(projected, projected, { transA: true }));
    g.output('image', g.matmul(projected, x, { transA: true }));
    return new Products(images, mean, columns, await createSession(g.encode()));
  }

  /** Q·XᵀX·Qᵀ `[columns, columns]` and Q·XᵀX `[columns, values]` for the rows of Q. */
  async apply(basis: Float64Array): Promise<{ covariance: Matrix; image: Float64Array }> {
    const images = this.#images;
    const mean = this.#mean;
    const columns = this.#columns;
    const values = mean.length;
    const q = new ort.Tensor('float32', Float32Array.from(basis), [columns, values]);
    const covariance = new Float64Array(columns * columns);
    const image = new Float64Array(columns * values);
    for (let start = 0; start < images.count; start += IMAGES_A_PIECE) {
      const rows = Math.min(IMAGES_A_PIECE, images.count - start);
      const x = new Float32Array(IMAGES_A_PIECE * values); // rows beyond the last image stay zero and add nothing
      for (let n = 0, at = 0; n < rows; n++) {
        for (let i = 0; i < values; i++, at++) x[at] = images.pixels[start * values + at] / 255 - mean[i];
      }
      const result = await this.#session.run({ x: new ort.Tensor('float32', x, [IMAGES_A_PIECE, values]), q });
      addTo(covariance, result.covariance.data as Float32Array);
      addTo(image, result.image.data as Float32Array);
    }
    return { covariance: Matrix.from1DArray(columns, columns, covariance), image };
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

function addTo(sums: Float64Array, values: Float32Array): void {
  for (let i = 0; i < sums.length; i++) sums[i] += values[i];
}

/** Orthonormal rows that span the same; a row without anything new becomes zero. */
function orthonormal(rows: Float64Array, count: number): Float64Array {
  const values = rows.length / count;
  const result = new Float64Array(rows.length);
  orthonormalise(rows, values, ROUNDING).q.forEach((row, k) => row && result.set(row, k * values));
  return result;
}

/** The `kept` strongest directions within the span of `basis`, given the images' covariance in it (Rayleigh–Ritz). */
function rotated(basis: Float64Array, covariance: Matrix, kept: number): Float32Array {
  const columns = covariance.rows;
  const values = basis.length / columns;
  const { eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  const components = new Float32Array(kept * values);
  const component = new Float64Array(values);
  for (let k = 0; k < kept; k++) {
    component.fill(0);
    // ml-matrix sorts the eigenvalues in ascending order.
    const weights = eigenvectorMatrix.getColumn(columns - 1 - k);
    weights.forEach((weight, j) => {
      for (let i = 0; i < values; i++) component[i] += weight * basis[j * values + i];
    });
    components.set(component, k * values);
  }
  return components;
}
