/** What a frame does not show, as coordinates to steer by hand. */
import { EigenvalueDecomposition } from 'ml-matrix';
import type { Frame, HiddenCoordinates, LinearFrame } from '../../../contract';
import { covarianceOf } from '../../maths/covariance';
import { interpolate } from './scattered-interpolation';
import { meanOf } from '../../maths/mean';
import { evenly, evenRows } from '../../maths/evenly';
import { orthonormalise } from '../../maths/qr';

/** Directions given at most: no one moves more sliders. */
const MOST_DIRECTIONS = 64;
/** Codes by which directions are found; how much each matters is measured on all. */
const SAMPLES = 8192;
/** Places of a layout at which it is seen what interpolation misses. */
const LAYOUT_SAMPLES = 2048;
/** Variance along a direction, as a share of all, that is rounding. */
const NOTHING = 1e-9;

/**
 * The coordinates off a frame, those that matter most first: by the mean KL divergence of the posteriors from the prior
 * along each direction, or where there are no posteriors by variance. In a frame of latents they are the other latents; in
 * any other the principal components of what the frame leaves of the codes.
 * @param codes `[count, latentSize]`
 * @param logVar ln σ² of the posteriors, as large; null where codes are points
 */
export function hiddenCoordinates(
  frame: Frame,
  codes: Float32Array,
  latentSize: number,
  logVar: Float32Array | null,
): HiddenCoordinates {
  const mean = meanOf(codes, latentSize);
  const candidates = frame.kind === 'latents' ? otherLatents(frame) : directionsBeside(frame, codes, latentSize);
  const measured = candidates.map((direction) => ({ direction, ...measure(direction, codes, mean, logVar) }));
  measured.sort((a, b) => b.weight - a.weight);
  const kept = measured.slice(0, MOST_DIRECTIONS);
  const directions = new Float32Array(kept.length * latentSize);
  kept.forEach(({ direction }, k) => directions.set(direction, k * latentSize));
  return {
    directions,
    latents: frame.kind === 'latents' ? kept.map(({ direction }) => direction.indexOf(1)) : null,
    measure: logVar ? 'kl' : 'variance',
    weights: Float32Array.from(kept, ({ weight }) => weight),
    spreads: Float32Array.from(kept, ({ spread }) => spread),
  };
}

/**
 * Share of the codes' variance that a layout misses: what interpolation at the place of a code, from the others laid out,
 * is off by, squared, over the squared distances from the mean. Above 1 would be worse than the mean face: 1 then.
 */
export function omittedByLayout(codes: Float32Array, positions: Float32Array, latentSize: number): number {
  const total = varianceOf(codes, meanOf(codes, latentSize));
  if (total === 0) return 0;
  const missed = missedByLayout(codes, positions, latentSize);
  const off = missed.reduce((sum, value) => sum + value * value, 0) / (missed.length / latentSize);
  return Math.min(1, off / total);
}

/** Mean squared distance from the mean code. */
function varianceOf(codes: Float32Array, mean: Float64Array): number {
  const d = mean.length;
  let total = 0;
  for (let i = 0; i < codes.length; i++) total += (codes[i] - mean[i % d]) ** 2;
  return total / (codes.length / d);
}

function otherLatents({ axes, origin }: LinearFrame): Float32Array[] {
  const d = origin.length;
  const directions: Float32Array[] = [];
  for (let i = 0; i < d; i++) {
    if (axes[i] !== 0 || axes[d + i] !== 0 || axes[2 * d + i] !== 0) continue;
    const direction = new Float32Array(d);
    direction[i] = 1;
    directions.push(direction);
  }
  return directions;
}

/** Unit vectors along which codes vary most beside the axes of a frame, and at right angles to them. */
export function directionsBeside(frame: Frame, codes: Float32Array, latentSize: number): Float32Array[] {
  return principalDirections(
    leftOf(frame, codes, latentSize),
    latentSize,
    NOTHING * varianceOf(codes, meanOf(codes, latentSize)),
  );
}

/** What the frame leaves of some codes, evenly chosen, `[n, latentSize]`. */
function leftOf(frame: Frame, codes: Float32Array, latentSize: number): Float32Array {
  if (frame.kind === 'layout') return missedByLayout(frame.codes, frame.positions, latentSize);
  const { q } = orthonormalise(frame.axes, latentSize);
  const left = evenRows(codes, latentSize, SAMPLES);
  for (let start = 0; start < left.length; start += latentSize) {
    for (const column of q) {
      if (!column) continue;
      let along = 0;
      for (let i = 0; i < latentSize; i++) along += left[start + i] * column[i];
      for (let i = 0; i < latentSize; i++) left[start + i] -= along * column[i];
    }
  }
  return left;
}

/** Codes less what is interpolated at their places from the others, of some codes evenly chosen. */
function missedByLayout(codes: Float32Array, positions: Float32Array, latentSize: number): Float32Array {
  const count = positions.length / 3;
  const numbers = evenly(count, LAYOUT_SAMPLES);
  const places = evenRows(positions, 3, LAYOUT_SAMPLES);
  const missed = evenRows(codes, latentSize, LAYOUT_SAMPLES);
  if (count < 2) return missed.fill(0);
  interpolate(positions, 3, codes, latentSize, places, numbers).forEach((value, i) => (missed[i] -= value));
  return missed;
}

/** Unit vectors along which codes vary, by falling variance, as long as that is more than `least`. */
function principalDirections(codes: Float32Array, latentSize: number, least: number): Float32Array[] {
  const covariance = covarianceOf(codes, meanOf(codes, latentSize));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  const directions: Float32Array[] = [];
  // ml-matrix sorts the eigenvalues of a symmetric matrix in ascending order
  for (let k = latentSize - 1; k >= 0 && directions.length < MOST_DIRECTIONS && realEigenvalues[k] > least; k--) {
    const direction = Float32Array.from(eigenvectorMatrix.getColumn(k));
    const largest = direction.reduce((a, b) => (Math.abs(b) > Math.abs(a) * (1 + 1e-6) ? b : a));
    directions.push(largest < 0 ? direction.map((value) => -value) : direction);
  }
  return directions;
}

/**
 * What a direction u is worth: its share of the variance, or with posteriors the mean of KL(N(u·μ, Σ u_i² σ_i²) ‖ N(0, 1)) =
 * ½ (m² + s² − 1 − ln s²) (Kingma & Welling 2014, appendix B, of the posteriors' marginals along u).
 */
function measure(u: Float32Array, codes: Float32Array, mean: Float64Array, logVar: Float32Array | null) {
  const d = u.length;
  const count = codes.length / d;
  let squares = 0;
  let kl = 0;
  let total = 0;
  for (let start = 0; start < codes.length; start += d) {
    let m = 0;
    let offset = 0;
    let variance = 0;
    for (let i = 0; i < d; i++) {
      const value = codes[start + i];
      m += u[i] * value;
      offset += u[i] * mean[i];
      if (logVar) variance += u[i] !== 0 ? u[i] * u[i] * Math.exp(logVar[start + i]) : 0;
      else total += (value - mean[i]) ** 2;
    }
    squares += (m - offset) ** 2;
    if (logVar) kl += (m * m + variance - 1 - Math.log(variance)) / 2;
  }
  const weight = logVar ? kl / count : total > 0 ? squares / total : 0;
  return { weight, spread: Math.sqrt(squares / count) };
}
