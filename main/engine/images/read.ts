/** Image files as numbers: what sharp reads, turned upright, put on white, cropped square and scaled. */
import sharp, { type Sharp } from 'sharp';
import { readReason, readWhole } from '../files';
import { type Crop, plainCrop } from './alignment/align';
import type { GreyImage } from './alignment/features';
import { toUnitRange } from './batch';

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
 * A square part of the image in `file`, `size × size` pixels; alpha flattened on white, EXIF orientation applied, any
 * colour space turned into sRGB (or grey, for one channel).
 * @param crop which part; the default is the middle. Where it reaches outside the image, the image's edge goes on.
 * @throws UnreadableImage
 */
export async function readSquare(
  file: string,
  size: number,
  channels: 1 | 3,
  crop?: Crop,
): Promise<Pixels & { grey: boolean }> {
  return unreadable(file, async () => {
    const image = await open(file);
    const header = await headerOf(image);
    const { inside, scaled, beyond } = place(crop ?? plainCrop(header), header, size);
    image
      .autoOrient()
      .extract(inside)
      .flatten({ background: '#ffffff' })
      .resize(scaled.width, scaled.height, { fit: 'fill' })
      .extend({ ...beyond, extendWith: 'copy' });
    return { ...(await planar(image, channels)), grey: header.grey };
  });
}

/** The whole image in `file` in grey, its longer side `side` pixels. @throws UnreadableImage */
export async function readGrey(file: string, side: number): Promise<GreyImage> {
  return unreadable(file, async () => {
    const image = (await open(file)).autoOrient().flatten({ background: '#ffffff' });
    const { width, height, data } = await planar(image.resize(side, side, { fit: 'inside' }), 1);
    return { width, height, grey: toUnitRange(data) };
  });
}

/** The pixels of a crop that lie in the image, their size in a square of `size` pixels, and the borders left around them. */
function place(crop: Crop, { width, height }: ImageHeader, size: number) {
  const short = Math.min(width, height);
  const side = crop.side * short;
  const along = (start: number, length: number) => {
    const first = Math.min(length - 1, Math.max(0, Math.round(start)));
    const last = Math.max(first + 1, Math.min(length, Math.round(start + side)));
    const before = Math.min(size - 1, Math.max(0, Math.round(((first - start) / side) * size)));
    const after = Math.min(size - 1 - before, Math.max(0, Math.round(((start + side - last) / side) * size)));
    return { first, count: last - first, before, after, scaled: size - before - after };
  };
  const x = along(crop.left * short, width);
  const y = along(crop.top * short, height);
  return {
    inside: { left: x.first, top: y.first, width: x.count, height: y.count },
    scaled: { width: x.scaled, height: y.scaled },
    beyond: { left: x.before, right: x.after, top: y.before, bottom: y.after },
  };
}

async function open(file: string): Promise<Sharp> {
  return sharp(await readWhole(file), { failOn: 'error' });
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
