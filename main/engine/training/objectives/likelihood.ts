/** −log p(x | z), summed over the values of an image. */
import type { Graph, Val } from '../graph';
import type { Convolutions } from '../ops/convolution';
import {
  add,
  exp,
  meanRows,
  multiply,
  scale,
  sigmoid,
  subtract,
  sum,
  sumRows,
  sumSquaresRows,
} from '../ops/elementwise';
import type { Reconstruction } from './objective';

/**
 * How an image is distributed around its decoded mean.
 * - `gaussian`: fixed σ = 1/√2, so that −log p(x|z) is ‖x − x̂‖² up to a constant (Kingma & Welling 2014).
 * - `learned-sigma`: one σ for all values, learned with the weights (Rybkin, Daniilidis & Levine 2021, σ-VAE).
 * - `bernoulli`: values are probabilities of white (Kingma & Welling 2014, appendix C.1).
 */
export type Likelihood = 'gaussian' | 'learned-sigma' | 'bernoulli';

/** What a likelihood says of each image of a batch, `[n]`, and scalars to watch. */
export interface NegativeLogLikelihood {
  perImage: Val;
  terms: Record<string, Val>;
}

/** ‖x − x̂‖² of each image, `[n]`. */
export function squaredErrors(g: Graph, ops: Convolutions, { image, logits, channels }: Reconstruction): Val {
  return sumSquaresRows(g, ops.maskImage(g, subtract(g, sigmoid(g, logits), image), channels));
}

/** D·log σ + ‖x − x̂‖² / 2σ², without the constant D/2·log 2π; σ is a parameter that starts at 0.25. */
function learnedSigma(g: Graph, ops: Convolutions, r: Reconstruction): NegativeLogLikelihood {
  const logSigma = g.parameter('likelihood.logSigma', [1], () => Math.log(0.25));
  const errors = squaredErrors(g, ops, r);
  const precision = exp(g, scale(g, logSigma, -2));
  const perImage = add(g, scale(g, multiply(g, errors, precision), 0.5), scale(g, logSigma, r.values));
  return { perImage, terms: { squaredError: meanRows(g, errors), sigma: exp(g, sum(g, logSigma)) } };
}

/**
 * Σ softplus(l) − l·x of each image, `[n]`: the cross-entropy of logits l with targets x in 0..1. softplus(l) is taken as
 * max(l, 0) − log sigmoid(|l|), which is as exact and, without the runtime's own `Softplus`, five times as fast.
 */
function crossEntropies(g: Graph, ops: Convolutions, r: Reconstruction): Val {
  const certain = g.unary('Log', g.unary('Sigmoid', g.unary('Abs', r.logits)));
  const softplus = g.binary('Sub', g.unary('Relu', r.logits), certain);
  const loss = g.binary('Sub', softplus, g.binary('Mul', r.logits, r.image));
  const perValue = g.differentiable(loss, [r.logits], (dy) => [
    g.binary('Mul', dy, g.binary('Sub', g.unary('Sigmoid', r.logits), r.image)),
  ]);
  return sumRows(g, ops.maskImage(g, perValue, r.channels));
}

export function negativeLogLikelihood(
  g: Graph,
  ops: Convolutions,
  kind: Likelihood,
  r: Reconstruction,
): NegativeLogLikelihood {
  if (kind === 'learned-sigma') return learnedSigma(g, ops, r);
  return { perImage: (kind === 'gaussian' ? squaredErrors : crossEntropies)(g, ops, r), terms: {} };
}
