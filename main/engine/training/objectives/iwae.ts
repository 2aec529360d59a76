/**
 * Importance-weighted autoencoder: −L_k = −E log 1/k Σᵢ p(x|zᵢ)·p(zᵢ) / q(zᵢ|x) with k reparameterised samples zᵢ
 * (Burda, Grosse & Salakhutdinov 2016, equation 8). L_1 is the ELBO; L_k rises towards log p(x) with k.
 */
import type { Graph, Val } from '../graph';
import type { Convolutions } from '../ops/convolution';
import { add, logSumExpColumns, meanRows, scale, subtract, sumRows, sumSquaresRows } from '../ops/elementwise';
import { reshape } from '../ops/dense';
import { klPerDimension, klTerm } from './kl';
import { negativeLogLikelihood, type Likelihood } from './likelihood';
import type { Objective, Reconstruction } from './objective';

/**
 * @param r all k·n images, sample by sample: image j of sample i is row `i·n + j`
 * @param posterior of the n images, `[n, d]`
 * @param repeated log σ² of each sample's posterior, `[k·n, d]`
 * @param z `μ + σ ⊙ epsilon`, both `[k·n, d]`
 */
export function importanceWeighted(
  g: Graph,
  ops: Convolutions,
  r: Reconstruction,
  posterior: { mu: Val; logVar: Val },
  repeated: Val,
  z: Val,
  epsilon: Val,
  likelihood: Likelihood,
): Objective {
  const n = posterior.mu.shape[0];
  const k = z.shape[0] / n;
  const { perImage, terms } = negativeLogLikelihood(g, ops, likelihood, r);
  // log p(z) − log q(z|x): the constants cancel, and (z − μ)/σ is epsilon.
  const ofPrior = scale(g, sumSquaresRows(g, z), -0.5);
  const ofPosterior = scale(g, add(g, sumSquaresRows(g, epsilon), sumRows(g, repeated)), -0.5);
  const logWeights = subtract(g, subtract(g, ofPrior, ofPosterior), perImage);
  const bound = logSumExpColumns(g, reshape(g, logWeights, [k, n]));
  const loss = add(g, scale(g, meanRows(g, bound), -1), g.scalar(Math.log(k)));
  const kl = klTerm(g, klPerDimension(g, posterior.mu, posterior.logVar), 0);
  return { loss, terms: { reconstruction: meanRows(g, perImage), ...terms, kl } };
}
