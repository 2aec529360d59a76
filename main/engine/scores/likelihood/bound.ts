/** The evidence lower bound of a VAE on held-out images, tighter bounds, and how far apart they are. All in nats. */
import type { BoundScores } from '../../../contract';
import { sha256 } from '../../files';
import { toUnitRange, type Images } from '../../images';
import { inPieces, type Watch } from '../../scheduling/watch';
import { ACTIVE } from '../../space/posteriors/collapse';
import { binarise } from '../../maths/binarise';
import { random } from '../../maths/random';
import { bootstrapEstimates, meanEstimate } from '../../maths/bootstrap';
import { areaOf } from '../../maths/rectangle';
import type { Likelihood } from './likelihood';
import { UnfinishedRows } from './unfinished';

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
  /** Names the networks: what was measured until the work was ended is kept under it, and the next goes on. */
  networks?: string;
}

/** Milliseconds after which what was measured is kept. */
const KEEP_EVERY = 10_000;

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
  { samples, seed = 0, networks, onProgress, signal }: BoundOptions,
): Promise<BoundScores> {
  const { logProbabilityOf: _, ...facts } = likelihood;
  const row = new Row(model.latentSize, ladder(samples));
  const identity = [
    networks ?? '',
    facts.kind,
    facts.sigma ?? 0,
    facts.binarised,
    samples,
    seed,
    sha256(images.pixels),
  ];
  const unfinished = networks === undefined ? null : new UnfinishedRows(identity, row.width);
  const rows = new Float64Array(images.count * row.width);
  const before = ((await unfinished?.read()) ?? new Float64Array()).subarray(0, rows.length);
  rows.set(before);
  const first = before.length / row.width;
  let done = first;
  let keptAt = performance.now();
  try {
    for (; done < images.count; done++) {
      if (performance.now() - keptAt > KEEP_EVERY) {
        await unfinished?.write(rows.subarray(0, done * row.width));
        keptAt = performance.now();
      }
      rows.set(await measure(model, likelihood, images, done, row, { samples, seed, signal }), done * row.width);
      onProgress?.(done + 1, images.count);
    }
  } catch (error) {
    if (done > first) await unfinished?.write(rows.subarray(0, done * row.width));
    throw error;
  }
  await unfinished?.remove();
  return { likelihood: facts, samples, ...row.summary(rows) };
}

/** Where each number that is measured of an image stands in its row. */
class Row {
  readonly #d: number;
  /** Numbers of samples whose bounds are measured. */
  readonly rungs: readonly number[];
  readonly #bounds = 4;
  readonly #kls: number;
  readonly #means: number;
  readonly width: number;

  constructor(latentSize: number, rungs: readonly number[]) {
    this.#d = latentSize;
    this.rungs = rungs;
    this.#kls = this.#bounds + rungs.length;
    this.#means = this.#kls + latentSize;
    this.width = this.#means + latentSize;
  }

  /** @param logWeights log w of each sample @param kls of each dimension */
  of(reconstruction: number, logWeights: Float64Array, kls: Float64Array, means: Float32Array): Float64Array {
    const kl = kls.reduce((a, b) => a + b);
    const row = new Float64Array(this.width);
    row.set([reconstruction, kl, reconstruction - kl, effectiveSamples(logWeights)]);
    row.set(
      this.rungs.map((k) => meanBound(logWeights, k)),
      this.#bounds,
    );
    row.set(kls, this.#kls);
    row.set(means, this.#means);
    return row;
  }

  /** @param rows `[images, width]` */
  summary(rows: Float64Array): Omit<BoundScores, 'likelihood' | 'samples'> {
    const count = rows.length / this.width;
    const column = (at: number) => Array.from({ length: count }, (_, n) => rows[n * this.width + at]);
    const columns = (from: number) => Array.from({ length: this.#d }, (_, i) => column(from + i));
    const [reconstruction, kl, elbo, effective] = [0, 1, 2, 3].map(column);
    const bounds = this.rungs.map((_, r) => column(this.#bounds + r));
    const last = bounds[bounds.length - 1];
    return {
      reconstruction: meanEstimate(reconstruction),
      kl: meanEstimate(kl),
      elbo: meanEstimate(elbo),
      iwae: meanEstimate(last),
      gap: meanEstimate(last.map((bound, n) => bound - elbo[n])),
      effectiveSamples: meanEstimate(effective),
      bySamples: this.rungs.map((k, r) => ({ samples: k, bound: meanEstimate(bounds[r]) })),
      klPerDimension: columns(this.#kls).map((values) => values.reduce((a, b) => a + b) / count),
      activeUnits: activeUnits(columns(this.#means)),
      latentSize: this.#d,
    };
  }
}

/** What is measured of image `n`, as `row` places it. */
async function measure(
  model: Variational,
  { binarised, logProbabilityOf }: Likelihood,
  images: Images,
  n: number,
  row: Row,
  { samples, seed, signal }: Required<Pick<BoundOptions, 'samples' | 'seed'>> & Pick<BoundOptions, 'signal'>,
): Promise<Float64Array> {
  const d = model.latentSize;
  const values = images.channels * areaOf(images);
  const x = toUnitRange(images.pixels.subarray(n * values, (n + 1) * values));
  if (binarised) binarise(x, random(seed, 'binarise', n));
  const logProbability = logProbabilityOf(x);
  const { mu, logVar } = await model.encode(x);
  if (!logVar) throw new Error('A bound needs a posterior: this model has none.');
  const sigma = logVar.map((value) => Math.exp(0.5 * value));
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
        const code = mu[i] + sigma[i] * epsilon;
        z[s * d + i] = code;
        logRatio[s] += 0.5 * (epsilon * epsilon + logVar[i] - code * code);
      }
    }
    const decoded = await model.decode(z);
    for (let s = 0; s < count; s++) {
      const log = logProbability(decoded, s * values);
      reconstruction += log / samples;
      logWeights[start + s] = log + logRatio[s];
    }
  }
  const kls = Float64Array.from(mu, (m, i) => 0.5 * (m * m + Math.exp(logVar[i]) - logVar[i] - 1));
  return row.of(reconstruction, logWeights, kls, mu);
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

/** How many dimensions of μ vary by more than 0.01 from image to image (Burda et al. 2016, section 5.2). @param means by dimension */
export function activeUnits(means: readonly ArrayLike<number>[]): BoundScores['activeUnits'] {
  const [active] = bootstrapEstimates(
    means[0].length,
    (rows) => {
      let active = 0;
      for (const values of means) {
        let sum = 0;
        let squares = 0;
        for (const n of rows) sum += values[n];
        for (const n of rows) squares += (values[n] - sum / rows.length) ** 2;
        if (squares / rows.length > ACTIVE) active++;
      }
      return [active];
    },
    RESAMPLES,
  );
  return active;
}
