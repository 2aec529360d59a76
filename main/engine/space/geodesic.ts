/** The shortest way between two codes as the decoder draws it: through images, not through codes. */
import { LuDecomposition, Matrix } from 'ml-matrix';
import { orthonormalise } from './orthonormal';
import { distance, polyline, sample, straight } from './path';

/** `[n, latentSize]` → the images, `[n, values]`, in an array of their own. */
export type Decode = (codes: Float32Array) => Promise<Float32Array>;

export interface GeodesicOptions {
  /** Paths to begin with beside the straight line, `[n, latentSize]` each. */
  start?: readonly Float32Array[];
  /** Pieces of the discrete path: 4 times a power of 2. More follow a bent way better. */
  pieces?: number;
  /** Draws from N(0, 1), used in code spaces of more than 64 numbers. */
  normal(): number;
  /** The share of the work done at least, 0..1, and the path so far, `[n, latentSize]`. */
  onProgress?(share: number, path: Float32Array): void;
}

/** The first, coarse path has this many pieces. */
const COARSEST = 4;
/** Steps of descent on each level at most. Most paths need a third of them. */
const MOST_STEPS = 12;
/** A level is done when a step gains less than this share of its energy. */
const LEAST_GAIN = 2e-3;
/** Directions in which the decoder is differentiated at a time. */
const MOST_DIRECTIONS = 64;
/** Step of the finite differences, as a share of the ends' distance along one latent. */
const DIFFERENCE = 1e-2;
/** Keeps still what changes no image, as a share of the mean curvature (Levenberg 1944). */
const DAMPING = 1e-3;

/** A discrete path, `[count, latentSize]`, and its images. */
interface Drawn {
  path: Float32Array;
  images: Float32Array;
  energy: number;
}

/**
 * A discrete geodesic under the decoder's pull-back metric `JᵀJ` (Shao, Kumar & Fletcher 2018, "The Riemannian geometry of
 * deep generative models"; Arvanitidis, Hansen & Hauberg 2018): the path z₀ … zₙ between two ends with the least energy
 * `½ n Σ ‖D(zᵢ₊₁) − D(zᵢ)‖²`. Its pieces are equally long in image space, and their sum is the shortest nearby.
 *
 * The energy is a sum of squares, descended by Gauss–Newton (Nocedal & Wright 2006, §10.3). J comes from finite differences,
 * so that any decoder will do; the curvature between two points is taken as the mean of their `JᵀJ`, which makes a step one
 * block-tridiagonal system; a step that gains nothing is halved. Coarse to fine: a path of 4 pieces is shortened, then its
 * pieces are halved. Beyond 64 latents each step moves in 64 random directions (Cartis, Fowkes & Shao 2022).
 *
 * A local minimum: that near the straight line, or near one of `start` where that is shorter in image space.
 * @returns `[pieces + 1, latentSize]`, both ends included; what `decode` throws is passed on
 */
export async function geodesic(
  decode: Decode,
  from: Float32Array,
  to: Float32Array,
  { start = [], pieces = 8, normal, onProgress }: GeodesicOptions,
): Promise<Float32Array> {
  const d = from.length;
  const step = (DIFFERENCE * distance(from, to)) / Math.sqrt(d);
  const draw = async (path: Float32Array): Promise<Drawn> => {
    const images = await decode(path);
    return { path, images, energy: energyOf(images, path.length / d) };
  };
  const beginnings = [straight(from, to), ...start.map((path) => polyline(path, d))];
  const drawn = await Promise.all(beginnings.map((curve) => draw(sample(curve, COARSEST + 1))));
  let best = drawn.reduce((a, b) => (b.energy < a.energy ? b : a));

  const work = MOST_STEPS * (2 * pieces - COARSEST);
  let done = 0;
  for (let n = COARSEST; n <= pieces; n *= 2) {
    if (n > COARSEST) best = await draw(sample(polyline(best.path, d), n + 1));
    for (let s = 0; s < MOST_STEPS && best.energy > 0; s++) {
      onProgress?.((done + s * n) / work, best.path);
      const directions = directionsFor(d, normal);
      const shorter = await shorten(best, await descent(decode, best, directions, d, step), draw);
      const gain = shorter ? 1 - shorter.energy / best.energy : 0;
      best = shorter ?? best;
      if (gain < LEAST_GAIN) break;
    }
    done += n * MOST_STEPS;
  }
  onProgress?.(1, best.path);
  return best.path;
}

/** `½ n Σ ‖xᵢ₊₁ − xᵢ‖²` of n + 1 images. */
function energyOf(images: Float32Array, count: number): number {
  const width = images.length / count;
  let sum = 0;
  for (let i = width; i < images.length; i++) sum += (images[i] - images[i - width]) ** 2;
  return ((count - 1) / 2) * sum;
}

/** The path moved along `move` by the largest of 1, ½, ¼ … that lowers its energy; null when none does. */
async function shorten(
  { path, energy }: Drawn,
  move: Float32Array,
  draw: (path: Float32Array) => Promise<Drawn>,
): Promise<Drawn | null> {
  for (let share = 1; share > 0.1; share /= 2) {
    const moved = await draw(path.map((value, i) => value + share * move[i]));
    if (moved.energy < energy) return moved;
  }
  return null;
}

/** Orthonormal rows: each latent by itself, or as many random directions as are affordable. `[m, latentSize]` */
function directionsFor(d: number, normal: () => number): Float32Array[] {
  if (d > MOST_DIRECTIONS) {
    const { q } = orthonormalise(Float32Array.from({ length: MOST_DIRECTIONS * d }, normal), d);
    return q.flatMap((row) => (row ? [Float32Array.from(row)] : []));
  }
  return Array.from({ length: d }, (_, k) => Float32Array.from({ length: d }, (_, i) => (i === k ? 1 : 0)));
}

/** The Gauss–Newton step of every inner point along `directions`; the ends stay. `[count, latentSize]` */
async function descent(
  decode: Decode,
  { path, images }: Drawn,
  directions: readonly Float32Array[],
  d: number,
  step: number,
): Promise<Float32Array> {
  const count = path.length / d;
  const width = images.length / count;
  const image = (i: number) => images.subarray(i * width, (i + 1) * width);
  const curvatures: Matrix[] = [];
  const slopes: Matrix[] = [];
  for (let i = 1; i < count - 1; i++) {
    const jacobian = await differences(decode, path.subarray(i * d, (i + 1) * d), image(i), directions, step);
    const [before, here, after] = [image(i - 1), image(i), image(i + 1)];
    const residual = here.map((value, p) => 2 * value - before[p] - after[p]);
    curvatures.push(gram(jacobian));
    slopes.push(Matrix.columnVector(jacobian.map((row) => dot(row, residual))));
  }
  const moves = solve(curvatures, slopes);
  const move = new Float32Array(path.length);
  moves.forEach((shares, i) => {
    directions.forEach((direction, k) => {
      for (let c = 0; c < d; c++) move[(i + 1) * d + c] -= shares.get(k, 0) * direction[c];
    });
  });
  return move;
}

/** Change of the image along each direction, per unit: `directions.length` rows. */
async function differences(
  decode: Decode,
  code: Float32Array,
  image: Float32Array,
  directions: readonly Float32Array[],
  step: number,
): Promise<Float32Array[]> {
  const d = code.length;
  const codes = new Float32Array(directions.length * d);
  directions.forEach((direction, k) => {
    for (let i = 0; i < d; i++) codes[k * d + i] = code[i] + step * direction[i];
  });
  const moved = await decode(codes);
  return directions.map((_, k) => {
    const row = moved.subarray(k * image.length, (k + 1) * image.length);
    return row.map((value, p) => (value - image[p]) / step);
  });
}

/** `J·Jᵀ` of rows. */
function gram(rows: readonly Float32Array[]): Matrix {
  const products = new Matrix(rows.length, rows.length);
  for (let a = 0; a < rows.length; a++) {
    for (let b = 0; b <= a; b++) {
      const product = dot(rows[a], rows[b]);
      products.set(a, b, product);
      products.set(b, a, product);
    }
  }
  return products;
}

/**
 * Solves the block-tridiagonal system of a path by block elimination (Golub & Van Loan 2013, §4.5): a piece between two
 * points costs `(δ_b − δ_a)ᵀ Ḡ (δ_b − δ_a)`, Ḡ the mean of its ends' curvatures; the outer ends do not move.
 * @param curvatures, slopes of the inner points: `m × m`, `m × 1`
 */
function solve(curvatures: readonly Matrix[], slopes: readonly Matrix[]): Matrix[] {
  const last = curvatures.length - 1;
  const m = slopes[0].rows;
  const mean = curvatures.reduce((sum, matrix) => sum + matrix.trace(), 0) / (m * curvatures.length);
  const damping = Matrix.eye(m, m, DAMPING * (mean || 1));
  const piece = (a: number, b: number) =>
    Matrix.add(curvatures[Math.max(0, a)], curvatures[Math.min(last, b)]).mul(0.5);

  const factors: LuDecomposition[] = [];
  const rights: Matrix[] = [];
  for (let i = 0; i <= last; i++) {
    const diagonal = Matrix.add(piece(i - 1, i), piece(i, i + 1)).add(damping);
    let right = slopes[i];
    if (i > 0) {
      const side = piece(i - 1, i);
      diagonal.sub(side.mmul(factors[i - 1].solve(side)));
      right = Matrix.add(right, side.mmul(factors[i - 1].solve(rights[i - 1])));
    }
    factors.push(new LuDecomposition(diagonal));
    rights.push(right);
  }
  const moves: Matrix[] = [];
  for (let i = last; i >= 0; i--) {
    const right = i < last ? Matrix.add(rights[i], piece(i, i + 1).mmul(moves[i + 1])) : rights[i];
    moves[i] = factors[i].solve(right);
  }
  return moves;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
