/**
 * Posterior collapse: the posteriors q(z|x) of a VAE fall back onto the prior, so that codes say nothing of the images
 * and the decoder does without them (Bowman et al. 2016, section 3; Lucas et al. 2019).
 */
import type { CodeUse, Collapse } from '../../../contract';
import { meanOf } from '../../maths/mean';

/** A unit of the code is active when the variance of its mean μ over images is more than this (Burda et al. 2016, section 5.2). */
export const ACTIVE = 0.01;

/** Share of what follows warm-up, and steps, before which a run is too young to be judged: an encoder begins with μ ≈ 0. */
const YOUNG = { share: 0.25, steps: 500 };

/** How many units are active. @param means μ of images, `[count, latentSize]` */
export function countActive(means: Float32Array, latentSize: number): number {
  const mean = meanOf(means, latentSize);
  const sums = new Float64Array(latentSize);
  means.forEach((value, i) => (sums[i % latentSize] += (value - mean[i % latentSize]) ** 2));
  return sums.filter((sum) => (sum * latentSize) / means.length > ACTIVE).length;
}

/** Where a run stands. */
export interface Moment {
  step: number;
  /** Of the whole run. */
  steps: number;
  /** Share of the run over which the weight of the KL term rises. */
  warmUp: number;
}

/**
 * `all`: no unit is active; `most`: less than half of them are. While the KL term is still warming up, for a quarter of
 * the steps after that and for the first 500 steps nothing is reported.
 */
export function collapseOf(active: number, latentSize: number, { step, steps, warmUp }: Moment): Collapse {
  const judged = warmUp + (1 - warmUp) * YOUNG.share;
  if (step < YOUNG.steps || step < judged * steps) return 'none';
  if (active === 0) return 'all';
  return 2 * active < latentSize ? 'most' : 'none';
}

/**
 * What a VAE makes of its code.
 * @param means μ of images, `[count, latentSize]`
 * @param kl mean KL(q(z|x) ‖ p(z)) of each unit, nats, `[latentSize]`
 */
export function codeUse(means: Float32Array, kl: Float32Array, moment: Moment): CodeUse {
  const active = countActive(means, kl.length);
  return { step: moment.step, active, klPerUnit: [...kl], collapse: collapseOf(active, kl.length, moment) };
}
