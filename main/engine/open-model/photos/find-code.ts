/** The code of an image for a decoder without an encoder: searched for, by what the decoder makes of codes. */
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { pooled } from '../../images/pooled';
import { joined } from '../../maths/joined';
import { normals, random } from '../../maths/random';
import { orthonormalise } from '../../maths/qr';
import { decodeInPieces, type Model } from '../../models';
import { throwIfCancelled, type Watch } from '../../scheduling/watch';
import { Jacobian } from '../../space/paths/jacobian';

/** Images are compared at no more pixels a side: what is smaller than that decides no face. */
const COMPARED_SIDE = 64;
/** Codes whose images show where to begin. */
const STARTS = 256;
/** Directions in which a step is searched for: of a longer code, as many at random. */
const MOST_DIRECTIONS = 64;
const MOST_STEPS = 24;
/** A step that improves less, as a share, was the last one; with directions at random only after some of them. */
const WORTHWHILE = 2e-3;
const PATIENCE = 4;
/** Length of a finite difference, in the known codes' standard deviations. */
const DIFFERENCE = 0.05;
/** Variance of a pixel around the decoder's image, values 0..1: what weighs the known codes against likeness. */
const PIXEL_VARIANCE = 0.01;

/**
 * The code that maximises p(x|z)·p(z) with x|z ~ N(D(z), 0.01·I) and z as the known codes are, taken for a Gaussian of
 * independent numbers (N(0, I) where they are draws from a prior): ridge regression from the images of
 * known codes to these codes gives the start, then Gauss–Newton steps with Levenberg's damping (Nocedal & Wright 2006,
 * §10.3) on a Jacobian of finite differences.
 *
 * @param target `[channels, height, width]` of the decoder's size, 0..1
 * @param known codes of usual images, `[n, latentSize]`
 * @returns `[latentSize]`
 * @throws UserError `cancelled`, and as `Model.decode`
 */
export async function findCode(
  model: Model,
  target: Float32Array,
  known: Float32Array,
  watch: Watch = {},
): Promise<Float32Array<ArrayBuffer>> {
  const { latentSize: d } = model;
  const { width, height } = model.card.layout;
  const factor = Math.ceil(Math.max(width, height) / COMPARED_SIDE);
  const shrink = (images: Float32Array) => pooled(images, width, height, factor);
  const { standardised, raw } = scaleOf(known, d);
  /** From codes in units of the known ones' spread. */
  const decode = async (codes: Float32Array) => {
    const images: Float32Array[] = [];
    for await (const piece of decodeInPieces(model, raw(codes), { signal: watch.signal, turn: watch.turn })) {
      images.push(shrink(piece.images));
    }
    return joined(...images);
  };
  const wanted = shrink(target);
  const some = standardised(known.subarray(0, Math.min(STARTS, known.length / d) * d));
  const total = MOST_STEPS + 2;
  watch.onProgress?.(0, total);
  const images = await decode(some);
  watch.onProgress?.(2, total);

  let best = await evaluate(decode, wanted, nearestStart(some, images, wanted, d));
  const regressed = await evaluate(decode, wanted, regress(some, images, wanted, d));
  if (regressed.cost < best.cost) best = regressed;

  let damping = 1;
  let idle = 0;
  for (let step = 0; step < MOST_STEPS; step++) {
    throwIfCancelled(watch.signal);
    watch.onProgress?.(2 + step, total);
    const directions = directionsOf(d, step);
    const jacobian = await Jacobian.measure(decode, best.code, best.image, directions, DIFFERENCE);
    const before = best.cost;
    for (let attempt = 0; attempt < 5 && best.cost === before; attempt++) {
      const next = await evaluate(decode, wanted, moved(best, wanted, jacobian, directions, damping));
      if (next.cost < best.cost) {
        best = next;
        damping = Math.max(1e-3, damping / 4);
      } else damping *= 6;
    }
    idle = before - best.cost < WORTHWHILE * before ? idle + 1 : 0;
    if (idle >= (d <= MOST_DIRECTIONS ? 1 : PATIENCE)) break;
  }
  watch.onProgress?.(total, total);
  return raw(best.code);
}

/** To and from units in which known codes have mean 0 and variance 1 in each of their numbers. */
function scaleOf(known: Float32Array, d: number) {
  const count = known.length / d;
  const mean = new Float64Array(d);
  const spread = new Float64Array(d);
  for (let i = 0; i < known.length; i++) mean[i % d] += known[i] / count;
  for (let i = 0; i < known.length; i++) spread[i % d] += (known[i] - mean[i % d]) ** 2 / count;
  // a number that never changes is not changed either
  for (let i = 0; i < d; i++) spread[i] = Math.sqrt(spread[i]);
  return {
    standardised: (codes: Float32Array) =>
      Float32Array.from(codes, (value, i) => (spread[i % d] > 0 ? (value - mean[i % d]) / spread[i % d] : 0)),
    raw: (codes: Float32Array) => Float32Array.from(codes, (value, i) => mean[i % d] + spread[i % d] * value),
  };
}

type Decode = (codes: Float32Array) => Promise<Float32Array>;

interface Candidate {
  code: Float32Array<ArrayBuffer>;
  image: Float32Array;
  /** −ln p(x|z) − ln p(z), without constants, times twice the variance of a pixel. */
  cost: number;
}

async function evaluate(decode: Decode, wanted: Float32Array, code: Float32Array<ArrayBuffer>): Promise<Candidate> {
  const image = await decode(code);
  let cost = 0;
  for (let i = 0; i < image.length; i++) cost += (wanted[i] - image[i]) ** 2;
  for (const value of code) cost += PIXEL_VARIANCE * value * value;
  return { code, image, cost };
}

/** One damped step: (JᵀJ + (σ² + μ)·I)·δ = Jᵀ(x − D(z)) − σ²·Uᵀz, with J along the directions U. */
function moved(
  { code, image }: Candidate,
  wanted: Float32Array,
  jacobian: Jacobian,
  directions: readonly Float32Array[],
  damping: number,
): Float32Array<ArrayBuffer> {
  const m = directions.length;
  const system = new Matrix(m, m);
  for (let a = 0; a < m; a++) for (let b = 0; b < m; b++) system.set(a, b, jacobian.curvature[a * m + b]);
  const slope = jacobian.along(wanted.map((value, i) => value - image[i]));
  const right = new Matrix(m, 1);
  directions.forEach((direction, k) => {
    system.set(k, k, system.get(k, k) + PIXEL_VARIANCE + damping);
    right.set(k, 0, slope[k] - PIXEL_VARIANCE * dot(direction, code));
  });
  const step = new CholeskyDecomposition(system).solve(right);
  return code.map((value, i) => directions.reduce((sum, direction, k) => sum + step.get(k, 0) * direction[i], value));
}

/** All axes of the code, or of a long one as many orthonormal directions at random, others in every step. */
function directionsOf(d: number, step: number): Float32Array[] {
  if (d <= MOST_DIRECTIONS) {
    return Array.from({ length: d }, (_, k) => Float32Array.from({ length: d }, (_, i) => (i === k ? 1 : 0)));
  }
  const draws = normals(MOST_DIRECTIONS * d, random(0, 'directions', step));
  return orthonormalise(draws, d).q.flatMap((column) => (column ? [Float32Array.from(column)] : []));
}

/** The known code whose image is nearest. */
function nearestStart(
  codes: Float32Array,
  images: Float32Array,
  wanted: Float32Array,
  d: number,
): Float32Array<ArrayBuffer> {
  let [nearest, least] = [0, Infinity];
  for (let n = 0; n < codes.length / d; n++) {
    let squares = 0;
    for (let i = 0; i < wanted.length; i++) squares += (images[n * wanted.length + i] - wanted[i]) ** 2;
    if (squares < least) [nearest, least] = [n, squares];
  }
  return codes.slice(nearest * d, (nearest + 1) * d);
}

/** The code that ridge regression on the known ones expects for the image wanted, in its dual form. */
function regress(
  codes: Float32Array,
  images: Float32Array,
  wanted: Float32Array,
  d: number,
): Float32Array<ArrayBuffer> {
  const n = codes.length / d;
  const values = wanted.length;
  const mean = (rows: Float32Array, width: number) => {
    const sum = new Float64Array(width);
    for (let i = 0; i < n * width; i++) sum[i % width] += rows[i] / n;
    return sum;
  };
  const [meanImage, meanCode] = [mean(images, values), mean(codes, d)];
  const centred = images.map((value, i) => value - meanImage[i % values]);
  const row = (k: number) => centred.subarray(k * values, (k + 1) * values);
  const gram = new Matrix(n, n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b <= a; b++) {
      const value = dot(row(a), row(b));
      gram.set(a, b, value);
      gram.set(b, a, value);
    }
  }
  const ridge = gram.trace() / n / 10 || 1;
  for (let a = 0; a < n; a++) gram.set(a, a, gram.get(a, a) + ridge);
  const from = wanted.map((value, i) => value - meanImage[i]);
  const likeness = new Matrix(n, 1);
  for (let a = 0; a < n; a++) likeness.set(a, 0, dot(row(a), from));
  const weights = new CholeskyDecomposition(gram).solve(likeness);
  return Float32Array.from({ length: d }, (_, i) => {
    let sum = meanCode[i];
    for (let a = 0; a < n; a++) sum += weights.get(a, 0) * (codes[a * d + i] - meanCode[i]);
    return sum;
  });
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
