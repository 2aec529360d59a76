/** The film of a training as a picture that moves. */
import sharp from 'sharp';
import type { TrainingFilm } from '../../contract';
import { checkFps, moving } from './flight-film';

/** The last frame stays for so long, milliseconds: it is the model. */
const LAST = 2000;

/**
 * Above the held-out images reconstructed, below the draws from N(0, I) decoded, one frame of the film after the other.
 * @param fps frames a second, 1 to 60
 * @throws UserError `bad-settings` for another fps
 */
export async function movingTrainingFilm(
  { steps, sheet, tile, reconstructions, samples }: TrainingFilm,
  format: 'webp' | 'gif',
  fps: number,
): Promise<Uint8Array> {
  checkFps(fps);
  const rows = [
    { left: 0, count: reconstructions },
    { left: reconstructions, count: samples },
  ];
  const columns = Math.max(reconstructions, samples);
  const { data, info } = await sharp(sheet).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const [width, height] = [columns * tile, rows.length * tile];
  const frames = new Uint8ClampedArray(steps.length * width * height * 4);
  for (let y = 0; y < info.height; y++) {
    const frame = Math.floor(y / tile);
    rows.forEach(({ left, count }, row) => {
      const from = (y * info.width + left * tile) * 4;
      frames.set(data.subarray(from, from + count * tile * 4), (frame * height + row * tile + (y % tile)) * width * 4);
    });
  }
  const delay = steps.map((_, k) => Math.round(1000 / fps) + (k === steps.length - 1 ? LAST : 0));
  return moving({ count: steps.length, width, height, data: frames }, format, delay);
}
