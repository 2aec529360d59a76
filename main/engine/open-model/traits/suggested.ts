/** Traits that are known of a model's images without anybody's labels. */
import type { SuggestedName, SuggestedTrait } from '../../../contract';
import { splitRows, toUnitRange } from '../../images';
import { drawFactors, type FactorName } from '../../images/synthetic/factors';
import { drawImages } from '../../images/synthetic/images';
import { decodeInPieces, type Model } from '../../models';
import type { Watch } from '../../scheduling/watch';

/** Drawn faces that are compared with the model's codes to make sure that those are theirs. */
const COMPARED = 8;
/** Largest difference of a code from the stored one, relative to the codes' size: other machines round otherwise. */
const SAME_CODE = 1e-2;
/** Faces of the cloud, the first ones, by whose pictures and factors a trait is found: more make it no better. */
const MOST_PICTURES = 400;
const MOST_FACTORS = 2000;
/** Shares of the faces at either end that have a trait which all have to some degree, or have it not. */
const END = 0.25;

/** Factors that one sees, the most telling first; what only some faces have at all is had or not. */
const SHOWN: readonly { factor: FactorName; some?: true }[] = [
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
 * Factors of the drawing where the codes are those of synthetic faces, which is made sure of by encoding some of these; and
 * what can be measured in the decoded pictures of any faces. None without codes of images.
 * @throws UserError `cancelled`, `bad-model`
 */
export async function suggestedTraits(model: Model, watch: Watch): Promise<SuggestedTrait[]> {
  if (!model.codes) return [];
  return [...(await byFactors(model)), ...(await byPictures(model, watch))];
}

async function byFactors(model: Model): Promise<SuggestedTrait[]> {
  const faces = await syntheticFaces(model);
  if (!faces) return [];
  const factors = Array.from(faces.numbers.subarray(0, MOST_FACTORS), (number) => drawFactors(faces.seed, number));
  return SHOWN.map(({ factor, some }): SuggestedTrait => {
    const values = factors.map((all) => all[factor]);
    const sides = some ? { withIt: where(values, (v) => v > 0), without: where(values, (v) => v === 0) } : ends(values);
    return { name: factor as SuggestedName, by: 'factors', ...sides };
  });
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

async function byPictures(model: Model, watch: Watch): Promise<SuggestedTrait[]> {
  const { codes, latentSize, card } = model;
  const { width, height, channels } = card.layout;
  const some = codes!.subarray(0, MOST_PICTURES * latentSize);
  const readings = { lightSide: [] as number[], background: [] as number[], warmth: [] as number[] };
  const area = width * height;
  for await (const { codes: piece, images } of decodeInPieces(model, some, watch)) {
    for (let n = 0; n < piece.length / latentSize; n++) {
      const at = (x: number, y: number, c: number) =>
        images[(n * channels + Math.min(c, channels - 1)) * area + y * width + x];
      const grey = (x: number, y: number) => (at(x, y, 0) + at(x, y, 1) + at(x, y, 2)) / 3;
      const mean = (value: (x: number, y: number) => number, part: (u: number, v: number) => boolean) => {
        let [sum, count] = [0, 0];
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            if (!part((x + 0.5) / width, (y + 0.5) / height)) continue;
            sum += value(x, y);
            count++;
          }
        }
        return sum / Math.max(1, count);
      };
      const inFace = (u: number, v: number) => Math.hypot(u - 0.5, v - 0.52) < 0.25;
      readings.lightSide.push(
        mean(grey, (u, v) => inFace(u, v) && u > 0.5) - mean(grey, (u, v) => inFace(u, v) && u < 0.5),
      );
      readings.background.push(mean(grey, (u, v) => v < 0.35 && (u < 0.12 || u > 0.88)));
      readings.warmth.push(mean((x, y) => at(x, y, 0) - at(x, y, 2), inFace));
    }
  }
  const names =
    channels === 3 ? (['background', 'lightSide', 'warmth'] as const) : (['background', 'lightSide'] as const);
  return names
    .filter((name) => new Set(readings[name]).size > 1)
    .map((name) => ({ name, by: 'pictures', ...ends(readings[name]) }));
}

/** The faces at the upper and the lower end. */
function ends(values: readonly number[]): Pick<SuggestedTrait, 'withIt' | 'without'> {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const [low, high] = [at(END), at(1 - END)];
  return { withIt: where(values, (v) => v >= high && v > low), without: where(values, (v) => v <= low) };
}

const where = (values: readonly number[], has: (value: number) => boolean): Uint32Array =>
  Uint32Array.from(values.flatMap((value, face) => (has(value) ? [face] : [])));
