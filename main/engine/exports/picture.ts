/** Faces as picture files. */
import sharp, { type Sharp } from '../sharp';
import { type ImageBatch, type PictureFormat, type PictureOptions, type SheetOptions, UserError } from '../../contract';
import { pngWithXmp } from './png-metadata';

/** Pixels per side of a sheet: beyond this, common programs refuse the file, and WebP has no room for it. */
const LARGEST_SHEET = 16_383;
/** Between the faces of a sheet: the colour of the space, RGB. */
const PAPER = [10, 11, 13];

/**
 * Image `index` of a batch, enlarged by Lanczos resampling (three lobes), which keeps edges sharper than bilinear or cubic.
 * @param xmp where it was made, see `provenance.ts`
 * @throws UserError `bad-settings`
 */
export async function picture(
  batch: ImageBatch,
  index: number,
  { format, size }: PictureOptions,
  xmp: string | null,
): Promise<Uint8Array> {
  checkSize(size, 4096);
  return encode(resized(batch, index, size), format, xmp);
}

/** A PNG in another format, with where it was made. */
export const pictureFrom = (png: Uint8Array, format: PictureFormat, xmp: string): Promise<Uint8Array> =>
  encode(sharp(png, { limitInputPixels: LARGEST_SHEET ** 2 }).removeAlpha(), format, xmp);

/**
 * All images of a batch in one picture, row by row.
 * @throws UserError `bad-settings`, also when the sheet would be larger than 16383 pixels per side
 */
export async function contactSheet(
  batch: ImageBatch,
  { format, size, columns, gap }: SheetOptions,
  xmp: string | null,
): Promise<Uint8Array> {
  checkSize(size, 1024);
  if (!Number.isInteger(columns) || columns < 1 || !Number.isInteger(gap) || gap < 0 || gap > 64) {
    throw new UserError('bad-settings.sheet-layout');
  }
  const { width, height } = sizeOf(batch, size);
  const across = Math.min(columns, batch.count);
  const rows = Math.ceil(batch.count / across);
  const sheet = { width: across * (width + gap) + gap, height: rows * (height + gap) + gap };
  if (Math.max(sheet.width, sheet.height) > LARGEST_SHEET) {
    throw new UserError('bad-settings.sheet-size', {
      count: batch.count,
      image: `${width}×${height}`,
      sheet: `${sheet.width}×${sheet.height}`,
      most: LARGEST_SHEET,
    });
  }
  const paper = Buffer.alloc(sheet.width * sheet.height * 3, Uint8Array.from(PAPER));
  for (let i = 0; i < batch.count; i++) {
    const face = await resized(batch, i, size).raw().toBuffer();
    const left = gap + (i % across) * (width + gap);
    const top = gap + Math.floor(i / across) * (height + gap);
    for (let y = 0; y < height; y++) {
      face.copy(paper, ((top + y) * sheet.width + left) * 3, y * width * 3, (y + 1) * width * 3);
    }
  }
  return encode(sharp(paper, { raw: { ...sheet, channels: 3 }, limitInputPixels: false }), format, xmp);
}

/** Pixels of an image whose longer side has `size`. */
export function sizeOf({ width, height }: Pick<ImageBatch, 'width' | 'height'>, size: number) {
  const scale = size / Math.max(width, height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Image `index` of a batch as RGB, its longer side `size` pixels. */
export function resized(batch: ImageBatch, index: number, size: number): Sharp {
  const { width, height, data } = batch;
  const bytes = width * height * 4;
  const own = sharp(data.subarray(index * bytes, (index + 1) * bytes), { raw: { width, height, channels: 4 } });
  const image = own.removeAlpha();
  return size === Math.max(width, height) ? image : image.resize({ ...sizeOf(batch, size), fit: 'fill' });
}

/** All images of a batch, each with `size` pixels on its longer side. @throws UserError `bad-settings` */
export async function enlarged(batch: ImageBatch, size: number): Promise<ImageBatch> {
  checkSize(size, 1024);
  const { width, height } = sizeOf(batch, size);
  const data = new Uint8ClampedArray(batch.count * width * height * 4);
  for (let i = 0; i < batch.count; i++) {
    data.set(await resized(batch, i, size).ensureAlpha().raw().toBuffer(), i * width * height * 4);
  }
  return { count: batch.count, width, height, data };
}

/** @throws UserError `bad-settings` */
export function checkSize(size: number, largest: number): void {
  if (Number.isInteger(size) && size >= 8 && size <= largest) return;
  throw new UserError('bad-settings.picture-size', { most: largest, size });
}

async function encode(image: Sharp, format: PictureFormat, xmp: string | null): Promise<Uint8Array> {
  if (format === 'png') return pngWithXmp(await image.png().toBuffer(), xmp);
  const tagged = xmp === null ? image : image.withXmp(xmp);
  const encoded =
    format === 'jpg' ? tagged.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }) : tagged.webp({ quality: 92 });
  return new Uint8Array(await encoded.toBuffer());
}
