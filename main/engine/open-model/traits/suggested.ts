/** Traits that are known of a model's images without anybody's labels. */
import type { SuggestedTrait } from '../../../contract';
import { decodeInPieces, type Model } from '../../models';
import type { Watch } from '../../scheduling/watch';
import { SHOWN, syntheticFactors } from './factors';

/** Faces of the cloud, the first ones, by whose pictures and factors a trait is found: more make it no better. */
const MOST_PICTURES = 400;
const MOST_FACTORS = 2000;
/** Shares of the faces at either end that have a trait which all have to some degree, or have it not. */
const END = 0.25;

/**
 * Factors of the drawing where the codes are those of synthetic faces, which is made sure of by encoding some of these; and
 * what can be measured in the decoded pictures of any faces. None without codes of images.
 * @throws UserError `cancelled`, `bad-model`
 */
export async function suggestedTraits(model: Model, watch: Watch): Promise<SuggestedTrait[]> {
  if (!model.codes) return [];
  return [...(await byFactors(model, watch)), ...(await byPictures(model, watch))];
}

async function byFactors(model: Model, watch: Watch): Promise<SuggestedTrait[]> {
  const factors = await syntheticFactors(model, watch, MOST_FACTORS);
  return factors.map(({ name, values: all }): SuggestedTrait => {
    const values = Array.from(all);
    const { some } = SHOWN.find(({ factor }) => factor === name)!;
    const sides = some ? { withIt: where(values, (v) => v > 0), without: where(values, (v) => v === 0) } : ends(values);
    return { name, by: 'factors', ...sides };
  });
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
