/** What importing a folder would give, without training on it. */
import path from 'node:path';
import type { FolderReport } from '../../contract';
import { toImageBatch } from './batch';
import { byName, inParallel, noImages, noneReadable } from './dataset';
import { findImages, throwIfCancelled, type Skipped } from './find';
import { readHeader, readSquare, UnreadableImage, type ImageHeader } from './read';

/** Images in the preview. */
const PREVIEW = 24;

export interface InspectOptions {
  /** Pixels a side that training would use. */
  size: number;
  onProgress?(done: number, total: number): void;
  signal?: AbortSignal;
}

/**
 * Reads every image's header and decodes a preview of up to 24 of them, spread evenly over the folder. An image whose
 * header is sound and whose rest is broken is found out only when it is decoded.
 * @throws UserError as `loadDataset`
 */
export async function inspectFolder(
  folder: string,
  { size, onProgress, signal }: InspectOptions,
): Promise<FolderReport> {
  const found = await findImages(folder, signal);
  if (found.files.length === 0) throw noImages(folder);

  const headers = new Map<string, ImageHeader>();
  const skipped: Skipped[] = [...found.skipped];
  let done = 0;
  await inParallel(found.files, signal, async (file) => {
    await reading(file, skipped, async () => void headers.set(file, await readHeader(path.join(folder, file))));
    onProgress?.(++done, found.files.length);
  });
  const readable = found.files.filter((file) => headers.has(file));

  const preview = new Uint8Array(PREVIEW * 3 * size * size);
  let count = 0;
  const step = Math.max(1, readable.length / PREVIEW);
  for (let i = 0; i < readable.length && count < PREVIEW; i += step) {
    throwIfCancelled(signal);
    const file = readable[Math.floor(i)];
    const sound = await reading(file, skipped, async () => {
      const { data } = await readSquare(path.join(folder, file), size, 3);
      preview.set(data, count++ * data.length);
    });
    if (!sound) headers.delete(file);
  }
  if (count === 0) throw noneReadable(folder, skipped.sort(byName));

  const all = [...headers.values()];
  return {
    path: folder,
    imageCount: all.length,
    skipped: skipped.sort(byName),
    smallestSide: all.reduce((side, { width, height }) => Math.min(side, width, height), Infinity),
    grey: all.every(({ grey }) => grey),
    preview: toImageBatch(preview, { count, channels: 3, height: size, width: size }),
  };
}

/** Whether `read` succeeded; an unreadable image is added to `skipped`. */
async function reading(file: string, skipped: Skipped[], read: () => Promise<void>): Promise<boolean> {
  try {
    await read();
    return true;
  } catch (error) {
    if (!(error instanceof UnreadableImage)) throw error;
    skipped.push({ file, reason: error.message });
    return false;
  }
}
