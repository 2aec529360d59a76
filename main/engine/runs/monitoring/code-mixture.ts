/** A mixture of the codes as they are at one moment of a run: quick to fit, for pictures that are drawn every few seconds. */
import { logDensity, sampleMixture, type CovarianceKind, type Mixture } from '../../maths/gaussian-mixture';
import { fitMixture } from '../../maths/gaussian-mixture-fit';
import { random } from '../../maths/random';

/** Codes that are enough to draw pictures from; the scores of a finished model fit to all of them. */
export const CODES = 256;
/** Fewer have no distribution to speak of. */
const FEWEST = 10;
/** What scores find best on most sets: one full Gaussian, or some that lie along the axes. */
const TRIED: readonly { components: number; kind: CovarianceKind }[] = [
  { components: 1, kind: 'full' },
  { components: 8, kind: 'diagonal' },
];
const HELD_OUT = 0.2;
const ROUNDS = 20;

function fitted(codes: Float32Array, size: number, which: (typeof TRIED)[number]): Mixture {
  const components = Math.min(which.components, Math.max(1, Math.floor(codes.length / size / 5)));
  const regularisation = 0.05; // of few codes in many dimensions the covariance is known poorly
  const fit = fitMixture(codes, size, {
    ...which,
    components,
    draws: random(0, 'mixture'),
    regularisation,
    mostRounds: ROUNDS,
  });
  for (;;) {
    const step = fit.next();
    if (step.done) return step.value;
  }
}

/**
 * `count` codes drawn from a mixture fitted to `codes` `[n, size]`; of two kinds the one that makes codes likelier that it
 * was not fitted to. The same numbers are drawn each time: pictures change with the codes alone. Null for too few codes,
 * and for those of a run that diverges.
 */
export function drawsLike(codes: Float32Array, size: number, count: number, seed: number): Float32Array | null {
  const n = codes.length / size;
  if (n < FEWEST || !codes.every(Number.isFinite)) return null;
  const held = Math.max(1, Math.round(HELD_OUT * n));
  const [out, rest] = [codes.subarray(0, held * size), codes.subarray(held * size)];
  const likelihoods = TRIED.map((which) => logDensity(fitted(rest, size, which), out).reduce((a, b) => a + b));
  const best = TRIED[likelihoods.indexOf(Math.max(...likelihoods))];
  return sampleMixture(fitted(codes, size, best), count, random(seed, 'pictures from the mixture'));
}
