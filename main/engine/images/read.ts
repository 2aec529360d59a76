/** Image files as numbers: turned upright, put on white, cropped square and scaled. */
import type { Sharp } from '../sharp';
import type { Crop } from './alignment/align';
import type { GreyImage } from './alignment/features';
import { heightOf, type Rectangle } from '../maths/rectangle';
import { toUnitRange } from '../maths/unit-range';
import { type Opened, openImage, type Raster, unreadable } from './formats';

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

/** Reads no more than tells its size, where the format allows that. @throws UnreadableImage */
export async function readHeader(file: string): Promise<ImageHeader> {
  const { width, height, grey } = await openImage(file);
  return { width, height, grey };
}

/**
 * A part of the image in `file`, as `rectangle` says; alpha flattened on white, EXIF orientation applied, any
 * colour space turned into sRGB (or grey, for one channel).
 * @param crop which part; the default is the middle. A part higher or lower than its square has the same middle. Where it
 * reaches outside the image, the image's edge is repeated.
 * @throws UnreadableImage
 */
export async function readCropped(
  file: string,
  rectangle: Rectangle,
  channels: 1 | 3,
  crop?: Crop,
): Promise<Pixels & { grey: boolean }> {
  const image = await openImage(file);
  return unreadable(async () => ({ ...(await croppedOf(image, rectangle, channels, crop)), grey: image.grey }));
}

/** As `readCropped`, of an image that is open. */
export async function croppedOf(image: Opened, rectangle: Rectangle, channels: 1 | 3, crop?: Crop): Promise<Pixels> {
  const { size } = rectangle;
  // Without a crop of its own, a JPEG is decoded no larger than it is needed.
  const shape = crop
    ? cropTo(crop, image, rectangle)
    : (drawn: Sharp) => drawn.resize(size, heightOf(rectangle), { fit: 'cover', position: 'centre' });
  return planar(await image.draw(shape, channels), channels);
}

/** The whole image in `file` in grey, its longer side `side` pixels. @throws UnreadableImage */
export async function readGrey(file: string, side: number): Promise<GreyImage> {
  const image = await openImage(file);
  return unreadable(() => greyOf(image, side));
}

/** As `readGrey`, of an image that is open. */
export async function greyOf(image: Opened, side: number): Promise<GreyImage> {
  const { width, height, data } = planar(
    await image.draw((drawn) => drawn.resize(side, side, { fit: 'inside' }), 1),
    1,
  );
  return { width, height, grey: toUnitRange(data) };
}

function cropTo(crop: Crop, header: ImageHeader, rectangle: Rectangle): (image: Sharp) => Sharp {
  const { inside, scaled, beyond } = place(crop, header, rectangle);
  return (image) =>
    image
      .extract(inside)
      .resize(scaled.width, scaled.height, { fit: 'fill' })
      .extend({ ...beyond, extendWith: 'copy' });
}

/** The pixels of a crop that lie in the image, their size in the rectangle, and the borders left around them. */
function place(crop: Crop, { width, height }: ImageHeader, rectangle: Rectangle) {
  const short = Math.min(width, height);
  const side = crop.side * short;
  const tall = (side * heightOf(rectangle)) / rectangle.size;
  const along = (start: number, length: number, side: number, size: number) => {
    const first = Math.min(length - 1, Math.max(0, Math.round(start)));
    const last = Math.max(first + 1, Math.min(length, Math.round(start + side)));
    const before = Math.min(size - 1, Math.max(0, Math.round(((first - start) / side) * size)));
    const after = Math.min(size - 1 - before, Math.max(0, Math.round(((start + side - last) / side) * size)));
    return { first, count: last - first, before, after, scaled: size - before - after };
  };
  const x = along(crop.left * short, width, side, rectangle.size);
  const y = along(crop.top * short - (tall - side) / 2, height, tall, heightOf(rectangle));
  return {
    inside: { left: x.first, top: y.first, width: x.count, height: y.count },
    scaled: { width: x.scaled, height: y.scaled },
    beyond: { left: x.before, right: x.after, top: y.before, bottom: y.after },
  };
}

/** Planes of a raster, on white where it is transparent. */
function planar({ width, height, channels: stored, data }: Raster, channels: 1 | 3): Pixels {
  const count = width * height;
  const planes = new Uint8Array(channels * count);
  const hasAlpha = stored % 2 === 0;
  const colours = stored - (hasAlpha ? 1 : 0);
  for (let c = 0; c < channels; c++) {
    const from = Math.min(c, colours - 1);
    for (let i = 0; i < count; i++) {
      const value = data[i * stored + from];
      const alpha = hasAlpha ? data[i * stored + colours] : 255;
      planes[c * count + i] = alpha === 255 ? value : Math.round(255 + ((value - 255) * alpha) / 255);
    }
  }
  return { width, height, channels, data: planes };
}
