/**
 * Gaussian mixtures of codes: where an autoencoder's codes really lie, so that it can be sampled from there (Ghosh et
 * al. 2020, section 4, "ex-post density estimation"). Fitted by expectation–maximisation (Dempster, Laird & Rubin 1977;
 * Bishop 2006, section 9.2).
 */
import { covarianceRow, cholesky, solveLower } from './cholesky';

export type CovarianceKind = 'full' | 'diagonal';

/** A density over codes of `size` numbers. */
export interface Mixture {
  size: number;
  kind: CovarianceKind;
  /** `[components]`, sums to 1. */
  weights: Float64Array;
  /** `[components, size]` */
  means: Float64Array;
  /**
   * By component: the lower Cholesky factor of its covariance, `[components, size, size]`, or the standard deviations,
   * `[components, size]`.
   */
  factors: Float64Array;
}

/** Uniform and normal numbers; the caller seeds them. */
export interface Draws {
  uniform(): number;
  normal(): number;
  integer(n: number): number;
}

/** The prior of a VAE as a mixture of one. */
export function standardNormal(size: number): Mixture {
  return {
    size,
    kind: 'diagonal',
    weights: Float64Array.of(1),
    means: new Float64Array(size),
    factors: new Float64Array(size).fill(1),
  };
}

/** log p(z) of each of `codes`, in nats: `[n, size] → [n]`. */
export function logDensity(mixture: Mixture, codes: Float32Array): Float64Array {
  return expectation(mixture, codes).logDensity;
}

/** `count` codes drawn from a mixture, `[count, size]`. */
export function sampleMixture(mixture: Mixture, count: number, draws: Draws): Float32Array {
  const { size, kind, weights, means, factors } = mixture;
  const codes = new Float32Array(count * size);
  const epsilon = new Float64Array(size);
  for (let n = 0; n < count; n++) {
    let left = draws.uniform();
    let k = 0;
    while (k < weights.length - 1 && (left -= weights[k]) >= 0) k++;
    for (let i = 0; i < size; i++) epsilon[i] = draws.normal();
    for (let i = 0; i < size; i++) {
      let value = means[k * size + i];
      if (kind === 'diagonal') value += factors[k * size + i] * epsilon[i];
      else for (let j = 0, at = (k * size + i) * size; j <= i; j++) value += factors[at + j] * epsilon[j];
      codes[n * size + i] = value;
    }
  }
  return codes;
}

/** One round of EM. */
export interface Round {
  mixture: Mixture;
  /** Mean log-density of the codes under the mixture before this round, in nats. */
  logLikelihood: number;
}

/**
 * The mixture that EM finds from `start` in one round: no code becomes less likely on average (but for the
 * regularisation).
 * @param regularisation added to every variance
 */
export function improve(start: Mixture, codes: Float32Array, regularisation: number): Round {
  const { logDensity, responsibilities } = expectation(start, codes);
  const logLikelihood = logDensity.reduce((sum, value) => sum + value, 0) / logDensity.length;
  const mixture = maximisation(codes, start.size, start.weights.length, responsibilities, start.kind, regularisation);
  return { mixture, logLikelihood };
}

const LOG_2_PI = Math.log(2 * Math.PI);
/** A code takes no part in a component that is less likely than this to have made it, and its nats. */
const NEGLIGIBLE = 1e-12;
const NEGLIGIBLE_NATS = -Math.log(NEGLIGIBLE);

/** E-step: each code's log-density, and the probability that each component made it, `[n, components]`. */
function expectation(mixture: Mixture, codes: Float32Array) {
  const { size, kind, weights, means, factors } = mixture;
  const count = codes.length / size;
  const components = weights.length;
  const stride = kind === 'full' ? size * size : size;
  const constants = Float64Array.from(weights, (weight, k) => {
    let logDeterminant = 0;
    for (let i = 0; i < size; i++)
      logDeterminant += Math.log(factors[k * stride + (kind === 'full' ? i * size + i : i)]);
    return Math.log(weight) - logDeterminant - (size / 2) * LOG_2_PI;
  });
  const logDensity = new Float64Array(count);
  const responsibilities = new Float64Array(count * components);
  const offset = new Float64Array(size);
  for (let n = 0; n < count; n++) {
    let largest = -Infinity;
    for (let k = 0; k < components; k++) {
      for (let i = 0; i < size; i++) offset[i] = codes[n * size + i] - means[k * size + i];
      let squares = 0;
      const most = 2 * (constants[k] - largest + NEGLIGIBLE_NATS);
      if (kind === 'full') squares = solveLower(factors, k * stride, size, offset, most);
      else for (let i = 0; i < size; i++) squares += (offset[i] / factors[k * stride + i]) ** 2;
      const log = constants[k] - squares / 2;
      responsibilities[n * components + k] = log;
      if (log > largest) largest = log;
    }
    let total = 0;
    for (let k = 0; k < components; k++) total += Math.exp(responsibilities[n * components + k] - largest);
    logDensity[n] = largest + Math.log(total);
    for (let k = 0; k < components; k++) {
      const at = n * components + k;
      responsibilities[at] = Math.exp(responsibilities[at] - logDensity[n]);
    }
  }
  return { logDensity, responsibilities };
}

/** M-step: the mixture whose components are the weighted means and covariances of the codes. */
export function maximisation(
  codes: Float32Array,
  size: number,
  components: number,
  responsibilities: Float64Array,
  kind: CovarianceKind,
  regularisation: number,
): Mixture {
  const count = codes.length / size;
  const stride = kind === 'full' ? size * size : size;
  const weights = new Float64Array(components);
  const means = new Float64Array(components * size);
  const factors = new Float64Array(components * stride);
  const offset = new Float64Array(size);
  for (let k = 0; k < components; k++) {
    const mean = means.subarray(k * size, (k + 1) * size);
    const spread = factors.subarray(k * stride, (k + 1) * stride);
    let total = 10 * Number.EPSILON; // keeps a component that has lost its last code finite
    for (let n = 0; n < count; n++) {
      const share = responsibilities[n * components + k];
      if (share < NEGLIGIBLE) continue;
      total += share;
      for (let i = 0; i < size; i++) mean[i] += share * codes[n * size + i];
    }
    for (let i = 0; i < size; i++) mean[i] /= total;
    for (let n = 0; n < count; n++) {
      const share = responsibilities[n * components + k];
      if (share < NEGLIGIBLE) continue;
      for (let i = 0; i < size; i++) offset[i] = codes[n * size + i] - mean[i];
      if (kind === 'full') covarianceRow(spread, offset, share / total);
      else for (let i = 0; i < size; i++) spread[i] += (share / total) * offset[i] * offset[i];
    }
    if (kind === 'full') {
      for (let i = 0; i < size; i++) spread[i * size + i] += regularisation;
      cholesky(spread, size);
    } else {
      for (let i = 0; i < size; i++) spread[i] = Math.sqrt(spread[i] + regularisation);
    }
    weights[k] = total;
  }
  const sum = weights.reduce((a, b) => a + b, 0);
  return { size, kind, weights: weights.map((w) => w / sum), means, factors };
}
