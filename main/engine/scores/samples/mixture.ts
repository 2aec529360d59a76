/** A Gaussian mixture of a model's codes: what repairs the sampling of an autoencoder. */
import { type MixtureFacts, UserError } from '../../../contract';
import { betweenPieces, type Watch } from '../../scheduling/watch';
import { logDensity, standardNormal, type Mixture } from '../../maths/gaussian-mixture';
import { chooseMixture, fitMixture } from '../../maths/gaussian-mixture-fit';
import { normals, permutation, random } from '../../maths/random';

/** Fewer codes than this have no distribution to speak of. */
export const FEWEST_CODES = 10;

export interface FittedMixture {
  mixture: Mixture;
  facts: MixtureFacts;
}

/**
 * The codes a mixture is fitted to: those of the training images, and of a VAE one draw from the posterior of each, as
 * the decoder saw them in training.
 * @param logVar null for a model without
 */
export function codesToFit(codes: Float32Array, logVar: Float32Array | null): Float32Array {
  if (!logVar) return codes;
  const epsilon = normals(codes.length, random(0, 'posterior draws'));
  return codes.map((mu, i) => mu + Math.exp(0.5 * logVar[i]) * epsilon[i]);
}

/** @throws UserError `no-images` when there are too few codes, `cancelled` */
export async function fitToCodes(codes: Float32Array, latentSize: number, watch: Watch = {}): Promise<FittedMixture> {
  const count = codes.length / latentSize;
  if (count < FEWEST_CODES) {
    throw new UserError('no-images.too-few-for-mixture', { least: FEWEST_CODES, count });
  }
  watch.onProgress?.(0, 1000);
  const from = performance.now();
  const fit = chooseMixture(codes, latentSize, random(0, 'mixture'));
  let rested = from;
  let step = fit.next();
  for (; !step.done; step = fit.next()) {
    if (performance.now() - rested < 50) continue;
    watch.onProgress?.(Math.round(1000 * step.value), 1000);
    await betweenPieces(watch);
    rested = performance.now();
  }
  const { mixture, best, candidates, heldOut } = step.value;
  const prior = logDensity(standardNormal(latentSize), heldOut);
  return {
    mixture,
    facts: {
      components: best.components,
      covariance: best.kind,
      codes: count,
      heldOut: best.heldOut,
      priorHeldOut: prior.reduce((sum, value) => sum + value, 0) / prior.length,
      candidates: candidates.map(({ components, kind, heldOut }) => ({ components, covariance: kind, heldOut })),
      seconds: (performance.now() - from) / 1000,
    },
  };
}

/** Codes that a quick mixture is fitted to, and Gaussians it has: enough for new faces, too few for a score. */
const QUICK_CODES = 2000;
const QUICK_COMPONENTS = 4;
/** Multiplications of all rounds of EM: about a second. */
const QUICK_MULTIPLICATIONS = 1e9;

/**
 * A mixture to draw from at once, without choosing the number of its components.
 * @throws UserError `no-images` when there are too few codes, `cancelled`
 */
export async function quickMixture(codes: Float32Array, latentSize: number, watch: Watch = {}): Promise<Mixture> {
  const count = codes.length / latentSize;
  if (count < FEWEST_CODES) throw new UserError('no-images.too-few-for-mixture', { least: FEWEST_CODES, count });
  const rows = permutation(count, random(0, 'quick mixture')).subarray(0, QUICK_CODES);
  const some = new Float32Array(rows.length * latentSize);
  rows.forEach((row, n) => some.set(codes.subarray(row * latentSize, (row + 1) * latentSize), n * latentSize));
  // a Gaussian needs several codes for each of its numbers
  const components = Math.max(1, Math.min(QUICK_COMPONENTS, Math.floor(rows.length / (8 * latentSize))));
  const kind = rows.length > 2 * latentSize ? 'full' : 'diagonal';
  const round = components * rows.length * (kind === 'full' ? latentSize ** 2 : latentSize);
  const mostRounds = Math.max(2, Math.min(40, Math.floor(QUICK_MULTIPLICATIONS / round)));
  const fit = fitMixture(some, latentSize, { components, kind, draws: random(0, 'quick mixture'), mostRounds });
  for (;;) {
    const step = fit.next();
    if (step.done) return step.value;
    await betweenPieces(watch);
  }
}
