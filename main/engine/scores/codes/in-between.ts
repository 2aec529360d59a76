/**
 * In-between error: two faces that differ in one factor alone, their codes' midpoint decoded, against the true face in the
 * middle. An AE has been trained at the ends only; a VAE on everything around them.
 */
import type { InBetweenScores } from '../../../contract';
import { planar } from '../../images';
import { drawFace } from '../../images/synthetic/draw';
import { between, drawFactors, FACTORS, type FactorName, type Factors } from '../../images/synthetic/factors';
import { betweenPieces, type Watch } from '../../scheduling/watch';
import { meanEstimate } from '../../maths/bootstrap';
import type { Variational } from '../likelihood/bound';
import { squaredErrors } from '../reconstruction/similarity';

/** Factors that change the shape of a face, each from its least to its most. */
export const IN_BETWEEN_FACTORS: readonly FactorName[] = [
  'jaw',
  'width',
  'eyeSize',
  'mouthWidth',
  'smile',
  'hairLength',
  'yaw',
];
/** A seed of faces that are in no data set made here. */
const SEED = 2 ** 31 - 1;

/** Pair number `pair` of faces that differ in one factor alone: the least of it, the most, and the true middle. */
export function pairOf(name: FactorName, pair: number): [least: Factors, most: Factors, middle: Factors] {
  const face = drawFactors(SEED, pair);
  const { least, most } = FACTORS[name];
  const [a, b] = [
    { ...face, [name]: least },
    { ...face, [name]: most },
  ];
  return [a, b, between(a, b, 0.5)];
}

export interface Synthetic extends Variational {
  imageSize: number;
  channels: 1 | 3;
}

/**
 * For each factor and pair: MSE of decode((z_a + z_b) / 2) against the true middle, and beside it the model's own
 * reconstruction of that middle. A ratio of 1 means that in between is as good as anywhere.
 * @throws UserError `cancelled`
 */
export async function scoreInBetween(
  model: Synthetic,
  pairs: number,
  watch: Watch = {},
  factors: readonly FactorName[] = IN_BETWEEN_FACTORS,
): Promise<InBetweenScores> {
  const { latentSize: d, imageSize: size } = model;
  const all = { midpoint: [] as number[], reconstruction: [] as number[], ratio: [] as number[] };
  const byFactor: InBetweenScores['byFactor'] = [];
  for (const [f, name] of factors.entries()) {
    const ratios: number[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      await betweenPieces(watch);
      const images = pairOf(name, pair).map((each) => planar(drawFace(each, size), model.channels));
      const { mu } = await model.encode(concatenated(images));
      const codes = new Float32Array(2 * d); // the midpoint of the ends, and the middle's own code
      for (let i = 0; i < d; i++) codes[i] = (mu[i] + mu[d + i]) / 2;
      codes.set(mu.subarray(2 * d), d);
      const decoded = await model.decode(codes);
      const [midpoint, reconstruction] = squaredErrors(decoded, concatenated([images[2], images[2]]), 2);
      all.midpoint.push(midpoint);
      all.reconstruction.push(reconstruction);
      ratios.push(midpoint / reconstruction);
      watch.onProgress?.(f * pairs + pair + 1, factors.length * pairs);
    }
    all.ratio.push(...ratios);
    byFactor.push({ factor: name, ratio: meanEstimate(ratios) });
  }
  return {
    midpoint: meanEstimate(all.midpoint),
    reconstruction: meanEstimate(all.reconstruction),
    ratio: meanEstimate(all.ratio),
    byFactor,
  };
}

function concatenated(images: Float32Array[]): Float32Array {
  const all = new Float32Array(images.length * images[0].length);
  images.forEach((image, i) => all.set(image, i * image.length));
  return all;
}
