/** One photo that a person brings, as it is looked at and kept. */
import type { ImageBatch } from '../../contract';
import sharp from '../sharp';
import { type Opened, openBytes, unreadable } from './formats';

/** Pixels of the longer side of a photo that is kept: a face in it is still larger than any model's images. */
const LARGEST = 1024;
/** Visually lossless. */
const QUALITY = 92;
/** Pixels of the longer side of a photo that is shown. */
const SHOWN = 512;

export interface OpenPhoto {
  /** WebP: what is kept is what was looked at, so that both give the same code. */
  file: Uint8Array;
  image: Opened;
}

/** @param name of the file, for what only that tells @throws UnreadableImage */
export async function openPhoto(bytes: Uint8Array, name: string): Promise<OpenPhoto> {
  const image = await openBytes(Buffer.from(bytes), name);
  return unreadable(async () => {
    const { data, ...raw } = await image.draw((drawn) => drawn.resize(fit(LARGEST)), 3);
    const webp = sharp(data, { raw }).flatten({ background: '#ffffff' }).webp({ quality: QUALITY });
    return reopenPhoto(new Uint8Array(await webp.toBuffer()));
  });
}

/** The photo in a file that `openPhoto` made. @throws UnreadableImage */
export async function reopenPhoto(file: Uint8Array): Promise<OpenPhoto> {
  return { file, image: await openBytes(Buffer.from(file), 'photo.webp') };
}

/** The whole photo for a screen. */
export async function shownPhoto({ file }: OpenPhoto): Promise<ImageBatch> {
  const drawn = sharp(file).resize(fit(SHOWN)).ensureAlpha().raw();
  const { data, info } = await drawn.toBuffer({ resolveWithObject: true });
  return { count: 1, width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

const fit = (side: number) => ({ width: side, height: side, fit: 'inside', withoutEnlargement: true }) as const;
