/** The film of a training as a picture that moves. */
import sharp from '../sharp';
import type { TrainingFilm } from '../../contract';
import { checkFps } from './flight-film';
import { movingPicture } from './moving-picture';
import { playOrder } from '../space/paths/play-order';
import { timing } from './timing';

/** The last frame stays for longer: it is the model. */
const LAST_FRAME_MS = 2000;

/**
 * Above the held-out images reconstructed, below the draws from N(0, I) decoded, one frame of the film after the other.
 * @param fps frames per second, 1 to 60
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
  const { data, info } = await sharp(sheet).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const [width, height] = [columns * tile, rows.length * tile];
  const rgb = async (frame: number): Promise<Buffer> => {
    const picture = Buffer.alloc(width * height * 3);
    for (let y = 0; y < tile; y++) {
      rows.forEach(({ left, count }, row) => {
        const from = ((frame * tile + y) * info.width + left * tile) * 3;
        data.copy(picture, (row * tile + y) * width * 3, from, from + count * tile * 3);
      });
    }
    return picture;
  };
  const shown = timing(playOrder(steps.length, 'forever'), fps, format);
  shown.delays[shown.delays.length - 1] += LAST_FRAME_MS;
  return movingPicture({ width, height, timing: shown, rgb }, format, true, null);
}
