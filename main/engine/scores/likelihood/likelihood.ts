/** log p(x|z) as the model was trained to maximise it, in nats, constants included. */
import { UserError, type LikelihoodFacts } from '../../../contract';
import type { Manifest } from '../../models';

/** Probabilities are kept so far from 0 and 1: single precision rounds a confident pixel to certainty. */
const CERTAIN = 1e-7;
/** Of which a product is as exact as its logarithm: even (10⁻⁷)³² is far from the smallest double. Logarithms take time. */
const FACTORS = 32;

export interface Likelihood extends LikelihoodFacts {
  /**
   * log p(image | mean) of one image of values 0..1.
   * @returns of its mean, which begins at `start` of `means`
   */
  logProbabilityOf(image: Float32Array): (means: Float32Array, start: number) => number;
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
  if (likelihood === 'bernoulli')
    return { kind: 'bernoulli', sigma: null, beta, binarised, logProbabilityOf: bernoulli };
  const learned = typeof training.sigma === 'number' ? training.sigma : history.at(-1)?.terms.sigma;
  const sigma = likelihood === 'learned-sigma' ? learned : likelihood === 'gaussian' ? Math.sqrt(beta / 2) : undefined;
  if (!sigma || !(sigma > 0)) {
    throw new UserError('bad-model.no-likelihood', { where, likelihood: likelihood ?? '?' });
  }
  return { kind: 'gaussian', sigma, beta, binarised, logProbabilityOf: gaussian(sigma) };
}

/** −D/2·log 2πσ² − ‖x − x̂‖² / 2σ² */
export function gaussian(sigma: number): Likelihood['logProbabilityOf'] {
  const constant = -0.5 * Math.log(2 * Math.PI * sigma * sigma);
  return (image) => (means, start) => {
    let squares = 0;
    for (let i = 0; i < image.length; i++) squares += (image[i] - means[start + i]) ** 2;
    return image.length * constant - squares / (2 * sigma * sigma);
  };
}

/** Σ x·log p + (1 − x)·log(1 − p) */
export const bernoulli: Likelihood['logProbabilityOf'] = (image) =>
  image.every((x) => x === 0 || x === 1) ? ofBlackAndWhite(image) : ofGreys(image);

const ofGreys = (image: Float32Array) => (means: Float32Array, start: number) => {
  let sum = 0;
  for (let i = 0; i < image.length; i++) {
    const p = Math.min(1 - CERTAIN, Math.max(CERTAIN, means[start + i]));
    sum += image[i] * Math.log(p) + (1 - image[i]) * Math.log1p(-p);
  }
  return sum;
};

/** Each value is as likely as p or 1 − p: one number a value, of many of which one logarithm is taken. */
function ofBlackAndWhite(image: Float32Array) {
  const slope = image.map((x) => 2 * x - 1);
  const atZero = image.map((x) => 1 - x);
  return (means: Float32Array, start: number) => {
    let sum = 0;
    for (let from = 0; from < image.length; from += FACTORS) {
      const end = Math.min(image.length, from + FACTORS);
      let product = 1;
      for (let i = from; i < end; i++) product *= Math.max(CERTAIN, atZero[i] + slope[i] * means[start + i]);
      sum += Math.log(product);
    }
    return sum;
  };
}
