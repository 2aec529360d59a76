/** KL(q(z|x) ‖ p(z)) for a diagonal Gaussian against N(0, I): Kingma & Welling 2014, appendix B. */
import type { Graph, Val } from '../graph';
import { add, atLeast, exp, meanRows, multiply, scale, subtract, sum } from '../ops/elementwise';

/** ½ (μ² + σ² − log σ² − 1) for each latent dimension, averaged over the batch: `[n, d] → [d]`. */
export function klPerDimension(g: Graph, mu: Val, logVar: Val): Val {
  const squares = add(g, multiply(g, mu, mu), exp(g, logVar));
  const perCode = subtract(g, squares, add(g, logVar, g.constant([1])));
  return scale(g, meanRows(g, perCode), 0.5);
}

/**
 * The KL term of the objective. `freeBits` λ > 0 stops pressing a dimension below λ nats, against posterior
 * collapse: Σ_d max(λ, KL_d) (Kingma et al. 2016, section 2.1 of IAF).
 */
export function klTerm(g: Graph, perDimension: Val, freeBits: number): Val {
  return sum(g, freeBits > 0 ? atLeast(g, perDimension, freeBits) : perDimension);
}
