/** Codes as pictures that move, or lie beside one another. */
import sharp from 'sharp';
import { type FilmFormat, type ImageBatch, UserError } from '../../contract';
import { toImageBatch } from '../images';
import { decodeInPieces, encodeCodes, type Model } from '../models';
import type { Watch } from '../scheduling/watch';
import { sheet } from './png';

/** Two minutes at 30 frames a second. */
const MOST_FRAMES = 3600;
const MOST_FPS = 60;

/**
 * @param codes `[n, latentSize]`
 * @param fps frames a second, 1 to 60, of formats that move; GIF keeps hundredths of a second between frames
 * @throws UserError `bad-settings` for too many frames or none, or another fps; `cancelled`
 */
export async function film(
  model: Model,
  codes: Float32Array,
  format: FilmFormat,
  fps: number,
  watch: Watch = {},
): Promise<Uint8Array> {
  const { latentSize } = model.card;
  const count = codes.length / latentSize;
  if (!Number.isInteger(count) || count < 1 || count > MOST_FRAMES) {
    throw new UserError(
      'bad-settings',
      `A film has 1 to ${MOST_FRAMES} frames, not ${count}. Record a shorter flight.`,
    );
  }
  checkFps(fps);
  if (format === 'codes') return encodeCodes(codes, latentSize);
  const images = await decodeAll(model, codes, watch);
  if (format === 'sheet') return sheet(images);
  return moving(images, format, new Array<number>(count).fill(Math.round(1000 / fps)));
}

/** @throws UserError `bad-settings` */
export function checkFps(fps: number): void {
  if (!(fps >= 1 && fps <= MOST_FPS)) {
    throw new UserError('bad-settings', `A film runs at 1 to ${MOST_FPS} frames a second, not ${fps}.`);
  }
}

/** Images one after the other, for ever. @param delay of each, milliseconds */
export async function moving(images: ImageBatch, format: 'webp' | 'gif', delay: number[]): Promise<Uint8Array> {
  const { count, width, height, data } = images;
  // pages of a moving picture lie below one another
  const pages = sharp(data, { raw: { width, height: height * count, channels: 4, pageHeight: height } }).removeAlpha();
  const encoded =
    format === 'gif' ? pages.gif({ delay, loop: 0 }) : pages.webp({ delay, loop: 0, quality: 90, effort: 3 });
  return new Uint8Array(await encoded.toBuffer());
}

async function decodeAll(model: Model, codes: Float32Array, watch: Watch): Promise<ImageBatch> {
  const { width, height, channels } = model.card.layout;
  const count = codes.length / model.latentSize;
  const data = new Uint8ClampedArray(count * width * height * 4);
  for await (const { start, codes: piece, images } of decodeInPieces(model, codes, watch)) {
    const pixels = toImageBatch(images, { count: piece.length / model.latentSize, channels, height, width });
    data.set(pixels.data, start * width * height * 4);
  }
  return { count, width, height, data };
}
