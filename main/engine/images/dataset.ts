/** A folder of images as the numbers a network is trained on. */
import { type Curation, type SkippedImage, UserError } from '../../contract';
import { availableMemory } from '../available-memory';
import type { FaceFinder } from './alignment/align';
import { forEachImage, type ImageWatch } from './each';
import { croppingOf, keptFiles } from './curation/curation';
import { findImages } from './find';
import { areaOf, type Rectangle } from '../maths/rectangle';
import { readTaken } from './taken';

export interface Dataset {
  /** Relative to the folder, sorted; row `i` of `pixels` shows `files[i]`. */
  files: string[];
  count: number;
  /** Pixels across, and down where that is another number. */
  size: number;
  height?: number;
  /** 1 when every file is stored as greyscale; otherwise 3, and grey images among them become RGB. */
  channels: 1 | 3;
  /** How many of the images are stored as greyscale. */
  grey: number;
  /** `[count, channels, height, width]`, 0..255. */
  pixels: Uint8Array;
  skipped: SkippedImage[];
  /** Finds the faces of later images the same way; null when they were not aligned. */
  faces: FaceFinder | null;
}

export interface LoadOptions extends ImageWatch, Rectangle {
  /** Find the faces and bring them onto one another, see `learnFaces`; otherwise the middle of each image is taken. */
  align: boolean;
  /** What a person has decided about single images. */
  curation?: Curation;
  /** Images that another data set goes on with: `align` then does not count. */
  like?: LikeBefore;
}

/** How the images of an earlier data set were made. */
export interface LikeBefore {
  channels: 1 | 3;
  /** Null when they were not aligned. */
  faces: FaceFinder | null;
}

/**
 * Reads every image under `folder`; those that cannot be read are named in `skipped`.
 * @throws UserError `no-images` when nothing in it can be read, `not-found` | `no-access`, `no-memory` before anything
 * is read, `cancelled`
 */
export async function loadDataset(
  folder: string,
  { size, height, align, like, curation, ...watch }: LoadOptions,
): Promise<Dataset> {
  const rectangle = { size, height };
  const found = await findImages(folder, watch.signal);
  const wanted = keptFiles(found.files, curation);
  if (wanted.length === 0) throw noImages(folder);
  await refuseTooLarge(wanted.length, rectangle);

  const cropping = await croppingOf(folder, wanted, { align, curation, like, shape: rectangle }, watch);
  const area = areaOf(rectangle);
  const read = like?.channels ?? 3;
  // Shared, so that a thread beside the one that trains sees them without a copy.
  const pixels = new Uint8Array(new SharedArrayBuffer(wanted.length * read * area));
  const greys = new Set<string>();
  const broken = await forEachImage(folder, wanted, watch, async (_, i) => {
    const image = await readTaken(folder, wanted[i], rectangle, read, cropping);
    pixels.set(image.data, i * read * area);
    if (image.grey) greys.add(wanted[i]);
  });

  const skipped = [...found.skipped, ...broken].sort(byName);
  const left = new Set(broken.map(({ file }) => file));
  const files = wanted.filter((file) => !left.has(file));
  if (files.length === 0) throw noneReadable(folder, skipped);

  // Closes the gaps of unreadable files, and keeps one of the three equal planes of grey images.
  const channels = like ? like.channels : greys.size === files.length ? 1 : 3;
  const imageSize = channels * area;
  let row = 0;
  wanted.forEach((file, i) => {
    if (!left.has(file)) pixels.copyWithin(imageSize * row++, i * read * area, i * read * area + imageSize);
  });
  return {
    files,
    count: row,
    size,
    height,
    channels,
    grey: greys.size,
    pixels: pixels.subarray(0, row * imageSize),
    skipped,
    faces: cropping?.finder ?? null,
  };
}

export const byName = (a: SkippedImage, b: SkippedImage): number => (a.file < b.file ? -1 : 1);

export function noImages(folder: string): UserError {
  return new UserError('no-images.none', { folder });
}

export function noneReadable(folder: string, skipped: SkippedImage[]): UserError {
  const [first] = skipped;
  return new UserError('no-images.unreadable', {
    folder,
    count: skipped.length,
    first: first.file,
    reason: first.reason,
  });
}

/** Training holds all images at once, and a machine that starts to swap looks hung. */
async function refuseTooLarge(count: number, rectangle: Rectangle): Promise<void> {
  const bytes = count * 3 * areaOf(rectangle);
  const { size } = rectangle;
  const free = await availableMemory();
  if (bytes < 0.8 * free) return;
  const gigabytes = (b: number) => (b / 1e9).toFixed(1);
  throw new UserError('no-memory.images', { count, size, needed: gigabytes(bytes), free: gigabytes(free) });
}
