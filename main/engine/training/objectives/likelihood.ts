/** −log p(x | z), summed over the values of an image and averaged over the batch. */
import type { Graph, Val } from '../graph';
import type { Convolutions } from '../ops/convolution';
import { add, exp, multiply, scale, sigmoid, subtract, sum, sumSquares } from '../ops/elementwise';
import type { Objective, Reconstruction } from './objective';

/**
 * How an image is distributed around its decoded mean.
 * - `gaussian`: fixed σ = 1/√2, so that −log p(x|z) is ‖x − x̂‖² up to a constant (Kingma & Welling 2014).
 * - `learned-sigma`: one σ for all values, learned with the weights (Rybkin, Daniilidis & Levine 2021, σ-VAE).
 * - `bernoulli`: values are probabilities of white (Kingma & Welling 2014, appendix C.1).
 */
export type Likelihood = 'gaussian' | 'learned-sigma' | 'bernoulli';

/** ‖x − x̂‖² per image. */
export function squaredError(g: Graph, ops: Convolutions, { image, logits, channels, batch }: Reconstruction): Val {
  const difference = ops.maskImage(g, subtract(g, sigmoid(g, logits), image), channels);
  return scale(g, sumSquares(g, difference), 1 / batch);
}

/** D·log σ + ‖x − x̂‖² / 2σ², without the constant D/2·log 2π; σ is a parameter that starts at 0.25. */
function learnedSigma(g: Graph, ops: Convolutions, r: Reconstruction): Objective {
  const logSigma = g.parameter('likelihood.logSigma', [1], () => Math.log(0.25));
  const error = squaredError(g, ops, r);
  const precision = exp(g, scale(g, logSigma, -2));
  const loss = add(g, scale(g, sum(g, multiply(g, precision, error)), 0.5), scale(g, sum(g, logSigma), r.values));
  return { loss, terms: { reconstruction: loss, squaredError: error, sigma: exp(g, sum(g, logSigma)) } };
}

/** Σ softplus(l) − l·x, the cross-entropy of logits l with targets x in 0..1. */
function crossEntropy(g: Graph, ops: Convolutions, r: Reconstruction): Val {
  const softplus = g.node('Softplus', [r.logits], r.logits.shape);
  const loss = g.binary('Sub', softplus, g.binary('Mul', r.logits, r.image));
  const perValue = g.differentiable(loss, [r.logits], (dy) => [
    g.binary('Mul', dy, g.binary('Sub', g.unary('Sigmoid', r.logits), r.image)),
  ]);
  return scale(g, sum(g, ops.maskImage(g, perValue, r.channels)), 1 / r.batch);
}

export function negativeLogLikelihood(g: Graph, ops: Convolutions, kind: Likelihood, r: Reconstruction): Objective {
  if (kind === 'learned-sigma') return learnedSigma(g, ops, r);
  const loss = kind === 'gaussian' ? squaredError(g, ops, r) : crossEntropy(g, ops, r);
  return { loss, terms: { reconstruction: loss } };
}
