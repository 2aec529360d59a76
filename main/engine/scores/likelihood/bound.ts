/** The evidence lower bound of a VAE on held-out images, tighter bounds, and how far apart they are. All in nats. */
import type { BoundScores } from '../../../contract';
import { toUnitRange, type Images } from '../../images';
import { inPieces, type Watch } from '../../scheduling/watch';
import { ACTIVE } from '../../space/posteriors/collapse';
import { random, type Random } from '../../maths/random';
import { bootstrapEstimates, meanEstimate } from '../../maths/bootstrap';
import { areaOf } from '../../maths/rectangle';
import type { Likelihood } from './likelihood';

/** Codes decoded at a time. */
const SAMPLES_A_PIECE = 256;
const RESAMPLES = 200;

/** What a bound needs of a model: `Model` itself, or a test's with a known answer. */
export interface Variational {
  latentSize: number;
  encode(images: Float32Array): Promise<{ mu: Float32Array; logVar: Float32Array | null }>;
  decode(codes: Float32Array): Promise<Float32Array>;
}

export interface BoundOptions extends Watch {
  /** Importance samples an image. */
  samples: number;
  /** Names the noise. */
  seed?: number;
}

/**
 * For each image, k codes are drawn from q(z|x) and weighed with w = p(x|z)·p(z) / q(z|x):
 * - ELBO = E_q log p(x|z) − KL(q ‖ p), the first term the mean over the k codes, the second in closed form
 *   (Kingma & Welling 2014, appendix B);
 * - IWAE = log 1/k Σ w, which grows with k towards log p(x) (Burda, Grosse & Salakhutdinov 2016, theorem 1);
 * - gap = IWAE − ELBO, which grows with k towards KL(q(z|x) ‖ p(z|x)).
 * Weights are added in double precision by log-sum-exp.
 * @throws UserError `cancelled`
 */
export async function scoreBound(
  model: Variational,
  likelihood: Likelihood,
  images: Images,
  { samples, seed = 0, onProgress, signal }: BoundOptions,
): Promise<BoundScores> {
  const d = model.latentSize;
  const values = images.channels * areaOf(images);
  const rungs = ladder(samples);
  const { logProbability, ...facts } = likelihood;
  const perImage = {
    reconstruction: [] as number[],
    kl: [] as number[],
    elbo: [] as number[],
    effective: [] as number[],
  };
  const bounds = rungs.map(() => [] as number[]);
  const means = new Float64Array(images.count * d);
  const kls = new Float64Array(images.count * d);

  for (let n = 0; n < images.count; n++) {
    const x = toUnitRange(images.pixels.subarray(n * values, (n + 1) * values));
    if (facts.binarised) binarise(x, random(seed, 'binarise', n));
    const { mu, logVar } = await model.encode(x);
    if (!logVar) throw new Error('A bound needs a posterior: this model has none.');
    const rng = random(seed, 'bound', n);
    const logWeights = new Float64Array(samples);
    let reconstruction = 0;
    for await (const { start, end } of inPieces(samples, SAMPLES_A_PIECE, { signal })) {
      const count = end - start;
      const z = new Float32Array(count * d);
      const logRatio = new Float64Array(count); // log p(z) − log q(z|x): the constants cancel
      for (let s = 0; s < count; s++) {
        for (let i = 0; i < d; i++) {
          const epsilon = rng.normal();
          const code = mu[i] + Math.exp(0.5 * logVar[i]) * epsilon;
          z[s * d + i] = code;
          logRatio[s] += 0.5 * (epsilon * epsilon + logVar[i] - code * code);
        }
      }
      const decoded = await model.decode(z);
      for (let s = 0; s < count; s++) {
        const log = logProbability(x, 0, decoded, s * values, values);
        reconstruction += log / samples;
        logWeights[start + s] = log + logRatio[s];
      }
    }
    let kl = 0;
    for (let i = 0; i < d; i++) {
      const term = 0.5 * (mu[i] * mu[i] + Math.exp(logVar[i]) - logVar[i] - 1);
      kls[n * d + i] = term;
      means[n * d + i] = mu[i];
      kl += term;
    }
    perImage.reconstruction.push(reconstruction);
    perImage.kl.push(kl);
    perImage.elbo.push(reconstruction - kl);
    perImage.effective.push(effectiveSamples(logWeights));
    rungs.forEach((k, r) => bounds[r].push(meanBound(logWeights, k)));
    onProgress?.(n + 1, images.count);
  }

  const last = bounds[bounds.length - 1];
  return {
    likelihood: facts,
    samples,
    reconstruction: meanEstimate(perImage.reconstruction),
    kl: meanEstimate(perImage.kl),
    elbo: meanEstimate(perImage.elbo),
    iwae: meanEstimate(last),
    gap: meanEstimate(last.map((bound, n) => bound - perImage.elbo[n])),
    effectiveSamples: meanEstimate(perImage.effective),
    bySamples: rungs.map((k, r) => ({ samples: k, bound: meanEstimate(bounds[r]) })),
    klPerDimension: columnMeans(kls, d),
    activeUnits: activeUnits(means, d),
    latentSize: d,
  };
}

/** Draws each value as 0 or 1, its brightness the probability of 1 (Salakhutdinov & Murray 2008). */
function binarise(x: Float32Array, { uniform }: Random): void {
  for (let i = 0; i < x.length; i++) x[i] = uniform() < x[i] ? 1 : 0;
}

/** 1, 10, 100 … and `samples` itself. */
function ladder(samples: number): number[] {
  const rungs: number[] = [];
  for (let k = 1; k < samples; k *= 10) rungs.push(k);
  return [...rungs, samples];
}

/** log Σ exp. */
export function logSumExp(values: Float64Array): number {
  let largest = -Infinity;
  for (const value of values) if (value > largest) largest = value;
  if (largest === -Infinity) return -Infinity;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - largest);
  return largest + Math.log(sum);
}

/** The bound of k samples, averaged over the groups of k among all. */
function meanBound(logWeights: Float64Array, k: number): number {
  const groups = Math.floor(logWeights.length / k);
  let sum = 0;
  for (let g = 0; g < groups; g++) sum += logSumExp(logWeights.subarray(g * k, (g + 1) * k)) - Math.log(k);
  return sum / groups;
}

/** (Σ w)² / Σ w² (Kong 1992): near 1, a single code decides, and the bound is still far from log p(x). */
function effectiveSamples(logWeights: Float64Array): number {
  return Math.exp(2 * logSumExp(logWeights) - logSumExp(logWeights.map((w) => 2 * w)));
}

function columnMeans(rows: Float64Array, d: number): number[] {
  const count = rows.length / d;
  const sums = new Float64Array(d);
  for (let at = 0; at < rows.length; at++) sums[at % d] += rows[at];
  return Array.from(sums, (sum) => sum / count);
}

/** How many dimensions of μ vary by more than 0.01 from image to image (Burda et al. 2016, section 5.2). */
export function activeUnits(means: ArrayLike<number>, d: number): BoundScores['activeUnits'] {
  const [active] = bootstrapEstimates(
    means.length / d,
    (rows) => {
      let active = 0;
      for (let i = 0; i < d; i++) {
        let sum = 0;
        let squares = 0;
        for (const n of rows) sum += means[n * d + i];
        for (const n of rows) squares += (means[n * d + i] - sum / rows.length) ** 2;
        if (squares / rows.length > ACTIVE) active++;
      }
      return [active];
    },
    RESAMPLES,
  );
  return active;
}
