/** What β trades: rate against distortion, and how good draws from the prior are. */
import type { BetaMember, Estimate } from '../../contract';
import type { Images } from '../images';
import { type Model, priorCodes } from '../models';
import { scoreBound, scoreSampling } from '../scores';

/** Draws from each posterior. */
const DRAWS = 8;
/** Names the draws from the prior. */
const SEED = 0;

export type Measured = Omit<BetaMember, 'beta' | 'reconstructions' | 'samples'>;

/**
 * Rate and distortion as the objective has them (Alemi et al. 2018, "Fixing a broken ELBO", section 2): KL(q(z|x) ‖ p(z))
 * in nats, and ‖x − f(z)‖² with z drawn from q(z|x), both an image; `sampleDistance` as `scoreSampling` measures it.
 * @param images at least 24 that the model has not seen
 */
export async function measureMember(model: Model, images: Images): Promise<Measured & { realDistance: Estimate }> {
  const { latentSize } = model.card;
  const variational = {
    latentSize,
    encode: (pixels: Float32Array) => model.encode(pixels),
    decode: (codes: Float32Array) => model.decode(codes),
  };
  const bound = await scoreBound(variational, MINUS_SQUARED_ERROR, images, { samples: DRAWS });
  const codes = priorCodes(latentSize, images.count, SEED);
  const sampling = await scoreSampling(variational, images, { prior: codes });
  if (!sampling) throw new Error(`${images.count} images are too few to compare samples with.`);
  const { value, interval, count } = bound.reconstruction;
  return {
    rate: bound.kl,
    distortion: { value: -value, interval: interval && [-interval[1], -interval[0]], count },
    klPerDimension: bound.klPerDimension,
    activeUnits: bound.activeUnits,
    sampleDistance: sampling.sets.prior.frechet,
    realDistance: sampling.sets.real.frechet,
  };
}

/** In place of a likelihood: what the objective holds against β·KL. */
const MINUS_SQUARED_ERROR: Parameters<typeof scoreBound>[1] = {
  kind: 'gaussian',
  sigma: Math.SQRT1_2,
  binarised: false,
  beta: 1,
  logProbabilityOf: (image) => (means, start) => {
    let squares = 0;
    for (let i = 0; i < image.length; i++) squares += (image[i] - means[start + i]) ** 2;
    return -squares;
  },
};
