/** Image files as numbers: what sharp reads, turned upright, put on white, cropped square and scaled. */
import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { readReason } from '../files';

// The cache is keyed by path and would show a file's old content after it has changed.
sharp.cache(false);

/** `order: 'planar'`: all of one channel, then all of the next, as networks read it. */
export interface Pixels {
  width: number;
  height: number;
  channels: 1 | 3;
  /** `[channels, height, width]` bytes. */
  data: Uint8Array;
}

/** A part of an upright image as shares of its width and height, 0..1. */
export interface Crop {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** What an image's header says. Sizes are in pixels, of the upright image. */
export interface ImageHeader {
  width: number;
  height: number;
  /** The file is stored as greyscale (a colour file that happens to show greys is not). */
  grey: boolean;
}

/** Thrown with a reason that fits behind a file's name: "portraits/x.jpg: it is cut short". */
export class UnreadableImage extends Error {}

/** Reads nothing but the header. @throws UnreadableImage */
export async function readHeader(file: string): Promise<ImageHeader> {
  return unreadable(file, async () => headerOf(await open(file)));
}

/**
 * The image in the middle square of `file`, `size × size` pixels; alpha flattened on white, EXIF orientation applied,
 * any colour space turned into sRGB (or grey, for one channel).
 * @throws UnreadableImage
 */
export async function readSquare(file: string, size: number, channels: 1 | 3): Promise<Pixels & { grey: boolean }> {
  return unreadable(file, async () => {
    const image = await open(file);
    const { grey } = await headerOf(image);
    const pixels = await planar(
      image.autoOrient().flatten({ background: '#ffffff' }).resize(size, size, { fit: 'cover', position: 'centre' }),
      channels,
    );
    return { ...pixels, grey };
  });
}

async function open(file: string): Promise<Sharp> {
  return sharp(await readFile(file), { failOn: 'error' });
}

async function headerOf(image: Sharp): Promise<ImageHeader> {
  const { autoOrient, space } = await image.metadata();
  return { width: autoOrient.width, height: autoOrient.height, grey: space === 'b-w' || space === 'grey16' };
}

async function planar(image: Sharp, channels: 1 | 3): Promise<Pixels> {
  const { data, info } = await image
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const count = info.width * info.height;
  const planes = new Uint8Array(channels * count);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < count; i++) planes[c * count + i] = data[i * info.channels + c];
  }
  return { width: info.width, height: info.height, channels, data: planes };
}

async function unreadable<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new UnreadableImage(reasonOf(error, file));
  }
}

/** libvips' and the file system's messages in plain words. */
function reasonOf(error: unknown, file: string): string {
  if ((error as NodeJS.ErrnoException).code) return readReason(error);
  const message = error instanceof Error ? error.message : String(error);
  if (/is empty/i.test(message)) return 'the file is empty';
  if (/pixel limit/i.test(message)) return 'it has more than 268 million pixels';
  if (/unsupported image format/i.test(message)) {
    const unread = /\.(bmp|heic|heif|jxl)$/i.exec(file)?.[1].toUpperCase();
    return unread ? `${unread} is not supported, save it as PNG or JPEG` : 'it is not an image, or its start is broken';
  }
  return 'it is broken or cut short';
}
