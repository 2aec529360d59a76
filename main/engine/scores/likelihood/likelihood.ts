/** log p(x|z) as the model was trained to maximise it, in nats, constants included. */
import { UserError, type LikelihoodFacts } from '../../../contract';
import type { Manifest } from '../../models';

/** Probabilities are kept so far from 0 and 1: single precision rounds a confident pixel to certainty. */
const CERTAIN = 1e-7;

export interface Likelihood extends LikelihoodFacts {
  /** log p(image | mean) for one image of `values` numbers, 0..1; both arrays from their own starts. */
  logProbability(images: Float32Array, image: number, means: Float32Array, mean: number, values: number): number;
}

/**
 * The likelihood of a VAE.
 *
 * Fixed σ: training minimises ‖x − x̂‖² + β·KL, which is −β times the ELBO of a Gaussian with σ² = β/2, up to a
 * constant (Rybkin, Daniilidis & Levine 2021, section 3): that Gaussian is the model. A learned σ is in the manifest.
 * Bernoulli: Σ x·log p + (1 − x)·log(1 − p); for images that are not black and white it is no normalised density
 * (Loaiza-Ganem & Cunningham 2019), which the facts say.
 * @throws UserError `bad-model` when the manifest does not say enough
 */
export function likelihoodOf({ likelihood, training, history }: Manifest, where: string): Likelihood {
  const beta = training.beta ?? 1;
  const binarised = training.binarise === true;
  if (likelihood === 'bernoulli') return { kind: 'bernoulli', sigma: null, beta, binarised, logProbability: bernoulli };
  const learned = typeof training.sigma === 'number' ? training.sigma : history.at(-1)?.terms.sigma;
  const sigma = likelihood === 'learned-sigma' ? learned : likelihood === 'gaussian' ? Math.sqrt(beta / 2) : undefined;
  if (!sigma || !(sigma > 0)) {
    throw new UserError('bad-model.no-likelihood', { where, likelihood: likelihood ?? '?' });
  }
  return { kind: 'gaussian', sigma, beta, binarised, logProbability: gaussian(sigma) };
}

/** −D/2·log 2πσ² − ‖x − x̂‖² / 2σ² */
export function gaussian(sigma: number): Likelihood['logProbability'] {
  const constant = -0.5 * Math.log(2 * Math.PI * sigma * sigma);
  return (images, image, means, mean, values) => {
    let squares = 0;
    for (let i = 0; i < values; i++) squares += (images[image + i] - means[mean + i]) ** 2;
    return values * constant - squares / (2 * sigma * sigma);
  };
}

export const bernoulli: Likelihood['logProbability'] = (images, image, means, mean, values) => {
  let sum = 0;
  for (let i = 0; i < values; i++) {
    const p = Math.min(1 - CERTAIN, Math.max(CERTAIN, means[mean + i]));
    const x = images[image + i];
    // black and white need one logarithm, and logarithms are what takes time
    if (x === 1) sum += Math.log(p);
    else if (x === 0) sum += Math.log1p(-p);
    else sum += x * Math.log(p) + (1 - x) * Math.log1p(-p);
  }
  return sum;
};
