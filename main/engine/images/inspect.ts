/** What importing a folder would give, without training on it. */
import type { Curation, FolderReport, SkippedImage } from '../../contract';
import { evenly } from '../maths/evenly';
import type { Rectangle } from '../maths/rectangle';
import type { Watch } from '../scheduling/watch';
import { toImageBatch } from './batch';
import { byName, noImages, noneReadable } from './dataset';
import { forEachImage } from './each';
import { croppingOf, keptFiles } from './curation/curation';
import { findImages } from './find';
import { type ImageHeader, readHeader } from './read';
import { readTaken } from './taken';

/** Images in the preview. */
const PREVIEW = 24;

/** Pixels that training would use. */
export interface InspectOptions extends Watch, Rectangle {
  /** Whether training would align the faces. */
  align: boolean;
  /** What a person has decided about single images. */
  curation?: Curation;
}

/**
 * Reads every image's header and decodes a preview of up to 24 of them, spread evenly over the folder. An image whose
 * header is sound and whose rest is broken is found out only when it is decoded.
 * @throws UserError as `loadDataset`
 */
export async function inspectFolder(
  folder: string,
  { size, height = size, align, curation, onProgress, signal }: InspectOptions,
): Promise<FolderReport> {
  const found = await findImages(folder, signal);
  found.files = keptFiles(found.files, curation);
  if (found.files.length === 0) throw noImages(folder);

  const total = found.files.length * (align ? 2 : 1);
  const headers: ImageHeader[] = [];
  const broken = await forEachImage(
    folder,
    found.files,
    { onProgress: (done) => onProgress?.(done, total), signal },
    async (file, i) => {
      headers[i] = await readHeader(file);
    },
  );
  const readable = found.files.filter((_, i) => i in headers);
  const sound = Object.values(headers);

  const cropping = await croppingOf(
    folder,
    found.files,
    { align, curation, shape: { size, height } },
    {
      onProgress: (done, of) => onProgress?.(Math.floor((total / 2) * (1 + done / of)), total),
      signal,
    },
  );
  const shown = spread(readable, PREVIEW);
  const tiles: Uint8Array[] = [];
  const undecodable = await forEachImage(folder, shown, { signal }, async (_, i) => {
    tiles[i] = (await readTaken(folder, shown[i], { size, height }, 3, cropping)).data;
  });

  const skipped = unique([...found.skipped, ...broken, ...undecodable]).sort(byName);
  const decoded = Object.values(tiles);
  if (decoded.length === 0) throw noneReadable(folder, skipped);
  const preview = new Uint8Array(decoded.length * 3 * size * height);
  decoded.forEach((tile, i) => preview.set(tile, i * tile.length));
  return {
    path: folder,
    imageCount: found.files.length + found.skipped.length - skipped.length,
    skipped,
    smallestSide: sound.reduce((side, { width, height }) => Math.min(side, width, height), Infinity),
    grey: sound.every(({ grey }) => grey),
    preview: toImageBatch(preview, { count: decoded.length, channels: 3, height, width: size }),
  };
}

/** At most `most` of the items, evenly chosen. */
const spread = <T>(items: readonly T[], most: number): T[] => Array.from(evenly(items.length, most), (i) => items[i]);

const unique = (skipped: SkippedImage[]) => [...new Map(skipped.map((one) => [one.file, one])).values()];
