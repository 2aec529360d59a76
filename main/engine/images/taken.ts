/** What is taken of an image: a crop of its own, decoded once for looking and for taking. */
import path from 'node:path';
import type { Rectangle } from '../maths/rectangle';
import type { Crop, FaceFinder } from './alignment/align';
import { hold, type Opened, openImage, unreadable } from './formats';
import { croppedOf, type Pixels } from './read';

/** Shorter side of an image in which a face is looked for. */
const LOOKED_AT = 96;
/** How much larger than needed an image is held, for faces smaller than usual. */
const SPARE = 1.25;

/** What is taken of each image. */
export interface Cropping {
  /** Null when no faces are looked for, or were not found. */
  finder: FaceFinder | null;
  /**
   * The crop of the image in `file`, relative to the folder; undefined for its middle.
   * @throws UnreadableImage
   */
  of(file: string, image: Opened): Promise<Crop | undefined>;
}

/**
 * The pixels that `cropping` takes of an image, as `readCropped` gives them; null: its middle.
 * @param file relative to `folder`
 * @throws UnreadableImage
 */
export async function readTaken(
  folder: string,
  file: string,
  rectangle: Rectangle,
  channels: 1 | 3,
  cropping: Cropping | null,
): Promise<Pixels & { grey: boolean }> {
  const image = await openImage(path.join(folder, file));
  return unreadable(async () => {
    const { from, crop } = cropping
      ? await heldFor(cropping, file, image, rectangle)
      : { from: image, crop: undefined };
    return { ...(await croppedOf(from, rectangle, channels, crop)), grey: image.grey };
  });
}

/**
 * The image decoded once, with as many pixels as a usual face needs; the image itself where its crop is smaller than usual.
 * @returns what to draw the crop from
 */
export async function heldFor(
  { finder, of }: Cropping,
  file: string,
  image: Opened,
  { size }: Rectangle,
): Promise<{ from: Opened; crop: Crop | undefined }> {
  if (!finder) return { from: image, crop: await of(file, image) };
  const usual = 2 ** (finder.prior.mean[2] + finder.shrink);
  const held = await hold(image, Math.ceil(Math.max(LOOKED_AT, (SPARE * size) / usual)));
  const crop = await of(file, held);
  const pixels = (crop?.side ?? 1) * Math.min(held.width, held.height);
  const isWhole = held.width === image.width && held.height === image.height;
  return { from: isWhole || pixels >= size ? held : image, crop };
}
