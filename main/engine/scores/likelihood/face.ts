/** The bound for one face, and where its terms come from. */
import { type FaceBound, UserError } from '../../../contract';
import { toUnitRange } from '../../images';
import { type Model, rectangleOf } from '../../models';
import { scoreBound } from './bound';
import { likelihoodOf } from './likelihood';

/**
 * What a VAE says of the face that it decodes at `code`: its posterior, and the terms of the bound with `samples`
 * importance samples. The face is rounded to bytes first, as every image is that a model sees.
 * @throws UserError `bad-model` for a model without a posterior, `bad-settings` when the code is of another size
 */
export async function faceBound(model: Model, code: Float32Array, samples: number): Promise<FaceBound> {
  const { card, source } = model;
  if (card.kind !== 'vae' || !source) {
    throw new UserError('bad-model.no-posterior', { path: card.path });
  }
  const decoded = await model.decode(code);
  const pixels = new Uint8Array(Uint8ClampedArray.from(decoded, (value) => 255 * value).buffer);
  const { mu, logVar } = await model.encode(toUnitRange(pixels));
  const variational = {
    latentSize: card.latentSize,
    encode: () => Promise.resolve({ mu, logVar }),
    decode: (codes: Float32Array) => model.decode(codes),
  };
  const images = { count: 1, channels: card.channels, ...rectangleOf(model), pixels };
  const bound = await scoreBound(variational, likelihoodOf(source.manifest, card.path), images, { samples });
  return { bound, mu, logVar: logVar! };
}
