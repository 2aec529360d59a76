/** What the faces of a model were drawn from, where they are synthetic. */
import type { Factor, SuggestedName } from '../../../contract';
import { splitRows, toUnitRange } from '../../images';
import { drawFactors, type FactorName } from '../../images/synthetic/factors';
import { drawImages } from '../../images/synthetic/images';
import type { Model } from '../../models';
import { inPieces, type Watch } from '../../scheduling/watch';

/** Drawn faces that are compared with the model's codes to make sure that those are theirs. */
const COMPARED = 8;
/** Largest difference of a code from the stored one, relative to the codes' size: other machines round otherwise. */
const SAME_CODE = 1e-2;
/** Faces whose factors are drawn at a time. */
const AT_ONCE = 500;

/** Factors that one sees, the most telling first; what only some faces have at all is had or not. */
export const SHOWN: readonly { factor: FactorName & SuggestedName; some?: true }[] = [
  { factor: 'smile' },
  { factor: 'glasses', some: true },
  { factor: 'beard', some: true },
  { factor: 'age' },
  { factor: 'hairLength' },
  { factor: 'hairColour' },
  { factor: 'curl' },
  { factor: 'fringe' },
  { factor: 'skin' },
  { factor: 'jaw' },
  { factor: 'width' },
  { factor: 'eyeSize' },
  { factor: 'browThickness' },
  { factor: 'mouthWidth' },
  { factor: 'lips' },
  { factor: 'yaw' },
  { factor: 'pitch' },
  { factor: 'light' },
];

/**
 * The factors in `SHOWN` of the faces that the codes are of, in its order; none where those are other images.
 * @param most faces at most, the first ones
 * @throws UserError `cancelled`, `bad-model`
 */
export async function syntheticFactors(model: Model, watch: Watch, most = Infinity): Promise<Factor[]> {
  const faces = await syntheticFaces(model);
  if (!faces) return [];
  const count = Math.min(most, faces.numbers.length);
  const found = SHOWN.map(({ factor }) => ({ name: factor, values: new Float32Array(count) }));
  for await (const { start, end } of inPieces(count, AT_ONCE, watch)) {
    for (let face = start; face < end; face++) {
      const factors = drawFactors(faces.seed, faces.numbers[face]);
      for (const { name, values } of found) values[face] = factors[name];
    }
  }
  return found;
}

/**
 * Which synthetic faces the codes are of: those left for training by the model's settings, of the seed that its data set's
 * name says, or of the usual one. Null where the codes are others.
 */
async function syntheticFaces(model: Model): Promise<{ seed: number; numbers: Uint32Array } | null> {
  const { source, codes, latentSize: d, card } = model;
  const manifest = source?.manifest;
  if (!manifest || !card.canEncode || !codes || card.channels !== 3) return null;
  const { seed: split, validation, align } = manifest.training;
  const { images, validationImages, name } = manifest.dataset;
  if (!/synthetic faces/i.test(name) || align !== false || split === undefined || typeof validation !== 'number')
    return null;
  const numbers = splitRows(images + validationImages, split, validation).training;
  if (numbers.length * d !== codes.length) return null;
  const seed = Number(/seed (\d+)/.exec(name)?.[1] ?? 1);
  let [difference, size] = [0, 0];
  for (let row = 0; row < Math.min(COMPARED, numbers.length); row++) {
    const { pixels } = drawImages({ seed, first: numbers[row], count: 1 }, card.imageSize);
    const { mu } = await model.encode(toUnitRange(pixels));
    for (let i = 0; i < d; i++) {
      difference += (mu[i] - codes[row * d + i]) ** 2;
      size += codes[row * d + i] ** 2;
    }
  }
  return difference <= SAME_CODE ** 2 * size ? { seed, numbers } : null;
}
