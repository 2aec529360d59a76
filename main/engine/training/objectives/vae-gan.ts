/**
 * VAE-GAN (Larsen et al. 2016): a VAE whose decoder is trained against a discriminator as well, on reconstructions and on
 * draws from the prior. Squared error blurs, for the mean of all sharp images that fit a code is blurred; what a
 * discriminator is asked for is one of them. It is paid for: what is minimised is no bound on log p(x) any more, and
 * reconstructions follow their originals less closely.
 *
 * Images are changed at random before the discriminator sees them, real and drawn ones alike, so that it cannot learn a
 * small set by heart (Zhao et al. 2020). It is kept smooth by pressing (D(x + n) − D(x))² for a small noise n: the
 * gradient penalty of Mescheder et al. (2018) as a finite difference, which needs no second derivatives.
 */
import type { Graph, Val } from '../graph';
import type { Judgement } from '../discriminator';
import { elements } from '../graph';
import { add, meanAll, scale, softplus, subtract, sumSquares } from '../ops/elementwise';
import type { Objective } from './objective';

/**
 * Weights of the terms, chosen on portraits of 64 pixels. The squared error is a sum over an image's values and the
 * others are means, so that those of encoder and decoder grow with `VALUES`.
 */
const WEIGHTS = { reconstruction: 0.5, adversarial: 12, features: 400, penalty: 60 };
/** Of such a portrait. */
const VALUES = 3 * 64 ** 2;
/** Standard deviation of the noise of the penalty; images are in 0..1. */
export const PENALTY_NOISE = 0.03;

/** What the discriminator says of photographs, of the same with noise, reconstructed, and of draws from the prior. */
export interface Judged {
  real: Judgement;
  near: Judgement;
  reconstructed: Judgement;
  drawn: Judgement;
}

/** Mean over the batch and both opinions of softplus(±logit), −log of the probability it gives to what is asked for. */
function surprise(g: Graph, { whole, patches }: Judgement, wanted: 'real' | 'drawn'): Val {
  const of = (logit: Val) => meanAll(g, softplus(g, wanted === 'real' ? scale(g, logit, -1) : logit));
  return scale(g, add(g, of(whole), of(patches)), 0.5);
}

/** What the discriminator minimises. */
export function discriminatorLoss(g: Graph, { real, near, reconstructed, drawn }: Judged): Objective {
  const both = add(g, surprise(g, reconstructed, 'drawn'), surprise(g, drawn, 'drawn'));
  const loss = add(g, surprise(g, real, 'real'), scale(g, both, 0.5));
  const difference = (part: 'whole' | 'patches') => meanSquare(g, subtract(g, near[part], real[part]));
  const penalty = scale(g, add(g, difference('whole'), difference('patches')), 0.5);
  return {
    loss: add(g, loss, scale(g, penalty, WEIGHTS.penalty)),
    terms: { discriminator: loss, penalty },
  };
}

/** What encoder and decoder minimise. `kl` comes with its weight. @param values of one image */
export function generatorLoss(
  g: Graph,
  { real, reconstructed, drawn }: Judged,
  reconstruction: Val,
  kl: Val,
  values: number,
): Objective {
  const grown = values / VALUES;
  const both = add(g, surprise(g, reconstructed, 'real'), surprise(g, drawn, 'real'));
  const adversarial = scale(g, both, 0.5);
  const features = real.features
    .map((seen, i) => meanSquare(g, subtract(g, seen, reconstructed.features[i])))
    .reduce((a, b) => add(g, a, b));
  const weighed = [
    scale(g, reconstruction, WEIGHTS.reconstruction),
    scale(g, adversarial, grown * WEIGHTS.adversarial),
    scale(g, features, grown * WEIGHTS.features),
  ];
  return { loss: weighed.reduce((a, b) => add(g, a, b), kl), terms: { adversarial, features } };
}

const meanSquare = (g: Graph, x: Val): Val => scale(g, sumSquares(g, x), 1 / elements(x.shape));
