/** Fits Gaussian mixtures to codes, and chooses how many components by codes that were held out. */
import { improve, logDensity, maximisation, type CovarianceKind, type Draws, type Mixture } from './gaussian-mixture';

export interface FitOptions extends Ending {
  components: number;
  kind: CovarianceKind;
  draws: Draws;
}

/** How closely EM fits the codes, and when it stops. */
interface Ending {
  /** Share of the codes' mean variance that is added to every variance: keeps components from collapsing. */
  regularisation?: number;
  /** EM ends when a round gains less than so many nats per code, or after so many rounds. */
  tolerance?: number;
  mostRounds?: number;
}

const DEFAULTS = { regularisation: 1e-3, tolerance: 1e-3, mostRounds: 100 };
/** Rounds of k-means that give EM its start. */
const LLOYD_ROUNDS = 10;

/**
 * EM from a start by k-means++ (Arthur & Vassilvitskii 2007). Yields the mean log-likelihood of each round, so that the
 * caller can show progress, let others work, or give up.
 * @param codes `[n, size]`, at least `components` of them
 */
export function* fitMixture(codes: Float32Array, size: number, options: FitOptions): Generator<number, Mixture> {
  const { components, kind, draws, regularisation } = { ...DEFAULTS, ...options };
  const added = addedTo(codes, size, regularisation);
  const assigned = kMeans(codes, size, components, draws);
  const responsibilities = new Float64Array(assigned.length * components);
  assigned.forEach((k, n) => (responsibilities[n * components + k] = 1));
  return yield* improved(maximisation(codes, size, components, responsibilities, kind, added), codes, options);
}

/** EM from `start`; yields as `fitMixture` does. */
function* improved(start: Mixture, codes: Float32Array, options: Ending): Generator<number, Mixture> {
  const { regularisation, tolerance, mostRounds } = { ...DEFAULTS, ...options };
  const added = addedTo(codes, start.size, regularisation);
  let mixture = start;
  let before = -Infinity;
  for (let round = 0; round < mostRounds; round++) {
    const better = improve(mixture, codes, added);
    yield better.logLikelihood;
    if (better.logLikelihood - before < tolerance) break;
    before = better.logLikelihood;
    mixture = better.mixture;
  }
  return mixture;
}

/** What is added to every variance. Codes that are all alike have none of their own: a little of their size, then. */
function addedTo(codes: Float32Array, size: number, regularisation: number): number {
  const meanSquare = codes.reduce((sum, value) => sum + value ** 2, 0) / codes.length;
  return Math.max(regularisation * meanVariance(codes, size), 1e-12 * meanSquare, 1e-200);
}

/** A mixture that was tried, and how likely it makes codes that it was not fitted to. */
export interface Candidate {
  components: number;
  kind: CovarianceKind;
  /** Mean log-density of held-out codes, in nats. */
  heldOut: number;
}

export interface Chosen {
  mixture: Mixture;
  /** All that were tried, in that order. */
  candidates: Candidate[];
  best: Candidate;
  /** The codes that were held out, `[n, size]`. */
  heldOut: Float32Array;
}

/** Nats per code: numbers of components differ by more than that, and most rounds gain less. */
const TELLING = 0.01;
/** Tried in this order; a kind is given up once two in a row are worse than its best. */
const COMPONENTS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32];
/**
 * A round of EM takes time by `codes × size²`. Choosing takes most rounds by far and needs fewer codes; more than so many
 * make no better mixture either.
 */
const MOST_WORK = { choosing: 3e6, fitting: 1e7 };
const MOST_CODES = { least: 1000, most: 10_000 };
const HELD_OUT = 0.2;
const FEWEST_A_COMPONENT = 5;

/**
 * The mixture with the number and kind of components that make held-out codes (a fifth) likeliest, fitted on to all of
 * them. Yields the share done, 0..1.
 * @param codes `[n, size]`, at least two
 */
export function* chooseMixture(codes: Float32Array, size: number, draws: Draws): Generator<number, Chosen> {
  const rows = shuffled(codes, size, draws);
  const count = affordable(rows.length / size, size, MOST_WORK.choosing);
  const held = Math.max(1, Math.round(HELD_OUT * count));
  const [heldOut, fitted] = [rows.subarray(0, held * size), rows.subarray(held * size, count * size)];
  const most = Math.max(1, Math.floor((count - held) / FEWEST_A_COMPONENT));
  const tries = COMPONENTS.filter((components) => components <= most);
  const candidates: Candidate[] = [];
  let likeliest: { mixture: Mixture; candidate: Candidate } | null = null;
  const kinds: CovarianceKind[] = ['diagonal', 'full'];
  for (const [k, kind] of kinds.entries()) {
    let best = -Infinity;
    let worse = 0;
    for (const [t, components] of tries.entries()) {
      const share = (part: number) => (k + (t + part) / tries.length) / (kinds.length + 0.25);
      const fit = fitMixture(fitted, size, { components, kind, draws, tolerance: TELLING });
      let step = fit.next();
      for (let round = 1; !step.done; round++) {
        yield share(1 - 0.9 ** round);
        step = fit.next();
      }
      const likelihood = mean(logDensity(step.value, heldOut));
      const candidate = { components, kind, heldOut: likelihood };
      candidates.push(candidate);
      if (!likeliest || likelihood > likeliest.candidate.heldOut) likeliest = { mixture: step.value, candidate };
      worse = likelihood > best ? 0 : worse + 1;
      best = Math.max(best, likelihood);
      if (worse === 2) break;
    }
  }
  const { mixture: start, candidate: best } = likeliest!;
  const fit = improved(start, rows, {});
  let step = fit.next();
  while (!step.done) {
    yield 0.9;
    step = fit.next();
  }
  return { mixture: step.value, candidates, best, heldOut };
}

const affordable = (count: number, size: number, work: number): number =>
  Math.min(count, MOST_CODES.most, Math.max(MOST_CODES.least, Math.round(work / size ** 2)));

/** A random order of the codes, at most as many as can be fitted in reasonable time. */
function shuffled(codes: Float32Array, size: number, { integer }: Draws): Float32Array {
  const order = Uint32Array.from({ length: codes.length / size }, (_, n) => n);
  const count = affordable(order.length, size, MOST_WORK.fitting);
  const rows = new Float32Array(count * size);
  for (let n = 0; n < count; n++) {
    const other = n + integer(order.length - n);
    [order[n], order[other]] = [order[other], order[n]];
    rows.set(codes.subarray(order[n] * size, (order[n] + 1) * size), n * size);
  }
  return rows;
}

/** Which of `components` clusters each code belongs to: k-means++ seeds, then Lloyd's rounds. */
function kMeans(codes: Float32Array, size: number, components: number, draws: Draws): Uint32Array {
  const count = codes.length / size;
  const centres = new Float64Array(components * size);
  const nearest = new Float64Array(count).fill(Infinity);
  const assigned = new Uint32Array(count);
  let chosen = draws.integer(count);
  for (let k = 0; k < components; k++) {
    for (let i = 0; i < size; i++) centres[k * size + i] = codes[chosen * size + i];
    let total = 0;
    for (let n = 0; n < count; n++)
      total += nearest[n] = Math.min(nearest[n], squaredDistance(codes, n, centres, k, size));
    let left = draws.uniform() * total;
    chosen = 0;
    while (chosen < count - 1 && (left -= nearest[chosen]) >= 0) chosen++;
  }
  for (let round = 0; round < LLOYD_ROUNDS; round++) {
    let moved = 0;
    for (let n = 0; n < count; n++) {
      let best = 0;
      let least = Infinity;
      for (let k = 0; k < components; k++) {
        const distance = squaredDistance(codes, n, centres, k, size);
        if (distance < least) [least, best] = [distance, k];
      }
      if (assigned[n] !== best) moved++;
      assigned[n] = best;
    }
    if (round > 0 && moved === 0) break;
    const totals = new Float64Array(components);
    const sums = new Float64Array(centres.length);
    for (let n = 0; n < count; n++) {
      totals[assigned[n]]++;
      for (let i = 0; i < size; i++) sums[assigned[n] * size + i] += codes[n * size + i];
    }
    for (let at = 0; at < sums.length; at++) {
      const total = totals[Math.floor(at / size)];
      if (total) centres[at] = sums[at] / total; // an empty cluster stays where it is
    }
  }
  return assigned;
}

function squaredDistance(codes: Float32Array, n: number, centres: Float64Array, k: number, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += (codes[n * size + i] - centres[k * size + i]) ** 2;
  return sum;
}

function meanVariance(codes: Float32Array, size: number): number {
  const count = codes.length / size;
  let total = 0;
  for (let i = 0; i < size; i++) {
    let sum = 0;
    let squares = 0;
    for (let n = 0; n < count; n++) sum += codes[n * size + i];
    for (let n = 0; n < count; n++) squares += (codes[n * size + i] - sum / count) ** 2;
    total += squares / count;
  }
  return total / size;
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
