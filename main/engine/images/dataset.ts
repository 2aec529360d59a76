/** A folder of images as the numbers a network is trained on. */
import os from 'node:os';
import path from 'node:path';
import { UserError } from '../../contract';
import { findImages, throwIfCancelled, type Skipped } from './find';
import { readSquare, UnreadableImage } from './read';

export interface Dataset {
  /** Relative to the folder, sorted; row `i` of `pixels` shows `files[i]`. */
  files: string[];
  count: number;
  /** Pixels a side. */
  size: number;
  /** 1 when every file is stored as greyscale; otherwise 3, and grey images among them become RGB. */
  channels: 1 | 3;
  /** `[count, channels, size, size]`, 0..255. */
  pixels: Uint8Array;
  skipped: Skipped[];
}

export interface LoadOptions {
  size: number;
  onProgress?(done: number, total: number, what: string): void;
  signal?: AbortSignal;
}

/**
 * Reads every image under `folder`; those that cannot be read are named in `skipped`.
 * @throws UserError `no-images` when nothing in it can be read, `not-found` | `no-access`, `no-memory` before anything
 * is read, `cancelled`
 */
export async function loadDataset(folder: string, { size, onProgress, signal }: LoadOptions): Promise<Dataset> {
  const found = await findImages(folder, signal);
  if (found.files.length === 0) throw noImages(folder);
  const area = size * size;
  const bytes = found.files.length * 3 * area;
  refuseTooLarge(bytes, found.files.length, size);

  const rgb = new Uint8Array(bytes);
  const failed = new Map<string, string>();
  let grey = true;
  let done = 0;
  await inParallel(found.files, signal, async (file, i) => {
    try {
      const image = await readSquare(path.join(folder, file), size, 3);
      rgb.set(image.data, i * 3 * area);
      grey &&= image.grey;
    } catch (error) {
      if (!(error instanceof UnreadableImage)) throw error;
      failed.set(file, error.message);
    }
    onProgress?.(++done, found.files.length, 'reading images');
  });

  const files = found.files.filter((file) => !failed.has(file));
  const skipped = [...found.skipped, ...[...failed].map(([file, reason]) => ({ file, reason }))].sort(byName);
  if (files.length === 0) throw noneReadable(folder, skipped);

  // Closes the gaps of unreadable files, and keeps one of three equal planes of grey images.
  const channels = grey ? 1 : 3;
  let row = 0;
  found.files.forEach((file, i) => {
    if (failed.has(file)) return;
    rgb.copyWithin(row * channels * area, i * 3 * area, (i * 3 + channels) * area);
    row++;
  });
  const pixels = rgb.subarray(0, row * channels * area);
  return { files, count: files.length, size, channels, pixels, skipped };
}

export const byName = (a: Skipped, b: Skipped): number => (a.file < b.file ? -1 : 1);

export function noImages(folder: string): UserError {
  return new UserError(
    'no-images',
    `There are no images in "${folder}" or the folders in it. Choose a folder with PNG, JPEG, WebP, GIF, AVIF or TIFF files.`,
  );
}

export function noneReadable(folder: string, skipped: Skipped[]): UserError {
  const [first] = skipped;
  return new UserError(
    'no-images',
    `None of the ${skipped.length} images in "${folder}" can be read: ${first.file} (${first.reason})${skipped.length > 1 ? ' and others' : ''}.`,
  );
}

/** Training holds all images at once; a machine that starts to swap looks hung. */
function refuseTooLarge(bytes: number, count: number, size: number): void {
  const free = os.freemem();
  if (bytes < 0.8 * free) return;
  const gigabytes = (b: number) => (b / 1e9).toFixed(1);
  throw new UserError(
    'no-memory',
    `${count} images at ${size}×${size} need ${gigabytes(bytes)} GB of memory and ${gigabytes(free)} GB are free. Use fewer images or a smaller size.`,
  );
}

/** Runs `work` on every item, as many at once as there are cores; stops early when `signal` is aborted. */
export async function inParallel<T>(
  items: readonly T[],
  signal: AbortSignal | undefined,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      throwIfCancelled(signal);
      const i = next++;
      await work(items[i], i);
    }
  };
  await Promise.all(Array.from({ length: Math.min(items.length, os.availableParallelism()) }, worker));
}
