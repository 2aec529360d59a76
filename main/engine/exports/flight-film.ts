/** Codes as a picture that moves. */
import { type MovingOptions, UserError } from '../../contract';
import { toImageBatch } from '../images';
import type { Model } from '../models';
import { betweenPieces, type Watch } from '../scheduling/watch';
import { movingPicture } from './moving-picture';
import { checkSize, resized, sizeOf } from './picture';
import { playOrder } from '../space/paths/play-order';
import { timing } from './timing';

/** Two minutes at 30 frames a second. */
const MOST_FRAMES = 3600;
const MOST_FPS = 60;

/**
 * @param codes `[n, latentSize]`
 * @param xmp where it was made, see `provenance.ts`
 * @throws UserError `bad-settings` for too many frames or none, another fps or size; `cancelled`
 */
export async function flightFilm(
  model: Model,
  codes: Float32Array,
  { format, size, fps, loop }: MovingOptions,
  xmp: string | null,
  watch: Watch = {},
): Promise<Uint8Array> {
  const { latentSize, card } = model;
  const count = codes.length / latentSize;
  if (!Number.isInteger(count) || count < 1 || count > MOST_FRAMES) {
    throw new UserError('bad-settings.film-length', { most: MOST_FRAMES, count });
  }
  checkFps(fps);
  checkSize(size, 1024);
  const { width, height, channels } = card.layout;
  const frames = timing(playOrder(count, loop), fps, format);
  let done = 0;
  const rgb = async (frame: number) => {
    await betweenPieces(watch);
    const images = await model.decode(codes.subarray(frame * latentSize, (frame + 1) * latentSize));
    const face = await resized(toImageBatch(images, { count: 1, channels, height, width }), 0, size)
      .raw()
      .toBuffer();
    watch.onProgress?.(++done, frames.frames.length);
    return face;
  };
  return movingPicture({ ...sizeOf(card.layout, size), timing: frames, rgb }, format, loop !== 'once', xmp);
}

/** @throws UserError `bad-settings` */
export function checkFps(fps: number): void {
  if (!(fps >= 1 && fps <= MOST_FPS)) {
    throw new UserError('bad-settings.film-rate', { most: MOST_FPS, fps });
  }
}
