/**
 * Variational autoencoder: −ELBO = −E_q log p(x|z) + β·KL(q(z|x) ‖ N(0, I)) (Kingma & Welling 2014; β from
 * Higgins et al. 2017). The expectation takes one reparameterised sample z = μ + σ ⊙ ε.
 */
import type { Graph, Val } from '../graph';
import type { Convolutions } from '../ops/convolution';
import { add, exp, meanRows, multiply, scale } from '../ops/elementwise';
import { klPerDimension, klTerm } from './kl';
import { negativeLogLikelihood, type Likelihood } from './likelihood';
import type { Objective, Reconstruction } from './objective';

export interface VaeConfig {
  likelihood: Likelihood;
  /** Nats a dimension may carry for free; 0 for the plain objective. */
  freeBits: number;
}

/** z = μ + exp(½ log σ²) ⊙ ε */
export function reparameterise(g: Graph, mu: Val, logVar: Val, epsilon: Val): Val {
  return add(g, mu, multiply(g, exp(g, scale(g, logVar, 0.5)), epsilon));
}

/** `beta` is an input of the graph, so that it can warm up from 0 during the run. */
export function variational(
  g: Graph,
  ops: Convolutions,
  r: Reconstruction,
  posterior: { mu: Val; logVar: Val },
  beta: Val,
  config: VaeConfig,
): Objective {
  const { perImage, terms } = negativeLogLikelihood(g, ops, config.likelihood, r);
  const reconstruction = meanRows(g, perImage);
  const perDimension = klPerDimension(g, posterior.mu, posterior.logVar);
  const kl = klTerm(g, perDimension, config.freeBits);
  const loss = add(g, reconstruction, multiply(g, kl, beta));
  return { loss, terms: { reconstruction, ...terms, kl: klTerm(g, perDimension, 0) } };
}
