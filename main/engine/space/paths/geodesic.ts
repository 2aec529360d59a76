/** The shortest way between two codes as the decoder draws it: through images, not through codes. */
import { settle } from './elastic';
import { type Decode, Jacobian } from './jacobian';
import { orthonormalise } from '../../maths/qr';
import { distance, polyline, sample, straight } from './path';

export interface GeodesicOptions {
  /** Paths to begin with beside the straight line, `[n, latentSize]` each. */
  start?: readonly Float32Array[];
  /** Pieces of the discrete path: 4 times a power of 2. More follow a bent way better. */
  pieces?: number;
  /** Draws from N(0, 1), used where there are too many latents to differentiate along each. */
  normal(): number;
  /** The share of the work done at least, 0..1, and the path so far, `[n, latentSize]`. */
  onProgress?(share: number, path: Float32Array): void;
}

/** The first, coarse path has this many pieces. */
const COARSEST = 4;
/** Steps of descent at most, each time. Most paths need half of them. */
const MOST_STEPS = 24;
/** Descent ends after so many steps in a row that gain less than this share of the energy. */
const PATIENCE = 3;
const LEAST_GAIN = 2e-3;
/** Directions in which the decoder is differentiated at a time, and numbers that one Jacobian may hold. */
const MOST_DIRECTIONS = 64;
const MOST_NUMBERS = 6e6;
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
 * The energy is a sum of squares, descended by Gauss–Newton (Nocedal & Wright 2006, §10.3), the curvature between two points
 * being the mean of their `JᵀJ`. J is measured by finite differences, so that any decoder will do, and only at the three
 * inner points of a path of 4 pieces; from then on it learns from every step that is drawn (`Jacobian.learn`), from one that
 * goes too far as well. Coarse to fine: a path that is short has its pieces halved, and each new point begins with the mean
 * of its neighbours' J. Where latents are too many to measure, J is measured again in other random directions (Cartis,
 * Fowkes & Shao 2022) until that gains nothing.
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
  const ends = await decode(Float32Array.from([...from, ...to]));
  const width = ends.length / 2;
  const draw = async (path: Float32Array): Promise<Drawn> => {
    const images = new Float32Array((path.length / d) * width);
    images.set(ends.subarray(0, width));
    images.set(await decode(path.slice(d, -d)), width);
    images.set(ends.subarray(width), images.length - width);
    return { path, images, energy: energyOf(images, path.length / d) };
  };
  const curves = [straight(from, to), ...start.map((path) => polyline(path, d))];
  const drawn: Drawn[] = [];
  for (const curve of curves) drawn.push(await draw(sample(curve, COARSEST + 1)));
  let best = drawn.reduce((a, b) => (b.energy < a.energy ? b : a));

  const m = Math.max(1, Math.min(d, MOST_DIRECTIONS, Math.floor(MOST_NUMBERS / width)));
  const step = (DIFFERENCE * distance(from, to)) / Math.sqrt(d);
  let directions: Float32Array[] = [];
  let jacobians: Jacobian[] = [];
  let share = 0;
  /** The number of steps is not known beforehand: each takes a tenth of the bar that is left. */
  const progress = (path: Float32Array) => onProgress?.((share += 0.1 * (1 - share)), path);
  for (let before = Infinity; best.energy < (1 - LEAST_GAIN) * before;) {
    before = best.energy;
    directions = directionsFor(d, m, normal);
    jacobians = [];
    for (let i = 1; i < COARSEST; i++) {
      progress(best.path);
      const image = best.images.subarray(i * width, (i + 1) * width);
      jacobians.push(await Jacobian.measure(decode, best.path.subarray(i * d, (i + 1) * d), image, directions, step));
    }
    best = await descend(best, jacobians, directions, draw, progress);
    if (m === d) break;
  }
  for (let n = 2 * COARSEST; n <= pieces; n *= 2) {
    best = await draw(sample(polyline(best.path, d), n + 1));
    const coarse = jacobians;
    const last = coarse.length - 1;
    jacobians = Array.from({ length: n - 1 }, (_, i) =>
      i % 2 === 1
        ? coarse[(i - 1) / 2]
        : Jacobian.between(coarse[Math.max(0, i / 2 - 1)], coarse[Math.min(last, i / 2)]),
    );
    best = await descend(best, jacobians, directions, draw, progress);
  }
  onProgress?.(1, best.path);
  return best.path;
}

/** The path after as many steps as gain anything. `jacobians` of the inner points learn from each. */
async function descend(
  best: Drawn,
  jacobians: readonly Jacobian[],
  directions: readonly Float32Array[],
  draw: (path: Float32Array) => Promise<Drawn>,
  progress: (path: Float32Array) => void,
): Promise<Drawn> {
  const d = directions[0].length;
  const width = best.images.length / (best.path.length / d);
  const image = ({ images }: Drawn, n: number) => images.subarray(n * width, (n + 1) * width);
  // what bends is stiffer than it seems at first: a whole step mostly goes too far
  let size = 0.5;
  for (let s = 0, poor = 0; s < MOST_STEPS && poor < PATIENCE && best.energy > 0; s++) {
    progress(best.path);
    const forces = jacobians.map((jacobian, i) => {
      const [before, here, after] = [image(best, i), image(best, i + 1), image(best, i + 2)];
      return jacobian.along(here.map((value, p) => before[p] + after[p] - 2 * value));
    });
    const stiffness = jacobians.map(({ curvature }) => curvature);
    const moves = settle(stiffness, forces, DAMPING * meanDiagonal(stiffness)).map((move) =>
      move.map((value) => size * value),
    );
    const path = best.path.slice();
    moves.forEach((move, i) =>
      directions.forEach((direction, k) => {
        for (let c = 0; c < d; c++) path[(i + 1) * d + c] += move[k] * direction[c];
      }),
    );
    const moved = await draw(path);
    jacobians.forEach((jacobian, i) => {
      const before = image(best, i + 1);
      jacobian.learn(
        moves[i],
        image(moved, i + 1).map((value, p) => value - before[p]),
      );
    });
    const gain = 1 - moved.energy / best.energy;
    poor = gain < LEAST_GAIN ? poor + 1 : 0;
    size = gain > 0 ? Math.min(1, 1.5 * size) : size / 2;
    if (gain > 0) best = moved;
  }
  return best;
}

/** `½ n Σ ‖xᵢ₊₁ − xᵢ‖²` of n + 1 images. */
function energyOf(images: Float32Array, count: number): number {
  const width = images.length / count;
  let sum = 0;
  for (let i = width; i < images.length; i++) sum += (images[i] - images[i - width]) ** 2;
  return ((count - 1) / 2) * sum;
}

/** Mean of the diagonals of square matrices; 1 where all are zeros. */
function meanDiagonal(matrices: readonly Float64Array[]): number {
  const m = Math.sqrt(matrices[0].length);
  const sum = matrices.reduce((total, matrix) => {
    for (let k = 0; k < m; k++) total += matrix[k * m + k];
    return total;
  }, 0);
  return sum / (m * matrices.length) || 1;
}

/** Orthonormal rows: each latent by itself, or `m` random directions. `[latentSize]` each */
function directionsFor(d: number, m: number, normal: () => number): Float32Array[] {
  if (m < d) {
    const { q } = orthonormalise(Float32Array.from({ length: m * d }, normal), d);
    return q.flatMap((row) => (row ? [Float32Array.from(row)] : []));
  }
  return Array.from({ length: d }, (_, k) => Float32Array.from({ length: d }, (_, i) => (i === k ? 1 : 0)));
}
