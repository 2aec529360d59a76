/** Which images of a dataset are held out from training. */
import { createHash } from 'node:crypto';
import { permutation, random } from '../maths/random';
import { areaOf } from '../maths/rectangle';
import { nearCopiesIn } from './curation/near-copies';
import type { ImageWatch } from './each';
import type { Images } from './batch';
import type { Dataset } from './dataset';

export type { Images } from './batch';

/** Rows of a dataset, in the order in which they are used. */
export interface Split {
  training: Uint32Array;
  heldOut: Uint32Array;
}

/**
 * Holds out a seeded share of `count` images, at least one and at most all but one. Copies of one image are on one side: a
 * model would be measured on what it was trained on.
 * @param share 0..1
 * @param same what `copiesIn` gives; the default is that every image is another
 */
export function splitRows(count: number, seed: number, share: number, same: Uint32Array | null = null): Split {
  const order = permutation(count, random(seed, 'split'));
  const held = Math.min(count - 1, Math.max(1, Math.round(count * share)));
  // Training images stay in the folder's order, so that a code's number says which file it is.
  const plain = () => ({ heldOut: order.slice(0, held), training: order.slice(held).sort() });
  if (!same) return plain();

  const rowsOf = new Map<number, number[]>();
  for (const row of order) rowsOf.set(same[row], [...(rowsOf.get(same[row]) ?? []), row]);
  // A single image in many copies leaves no other to measure on.
  if (rowsOf.size === 1) return plain();
  const [heldOut, training]: [number[], number[]] = [[], []];
  [...rowsOf.values()].forEach((rows, i) => {
    const last = i === rowsOf.size - 1 && training.length === 0;
    (last || heldOut.length >= held ? training : heldOut).push(...rows);
  });
  return { heldOut: Uint32Array.from(heldOut), training: Uint32Array.from(training).sort() };
}

/** For each image the first one with the same pixels; null when no two are the same. */
export function copiesIn({ count, channels, pixels, ...rectangle }: Images): Uint32Array | null {
  const values = channels * areaOf(rectangle);
  const first = new Map<string, number>();
  const same = Uint32Array.from({ length: count }, (_, row) => {
    const digest = createHash('sha1')
      .update(pixels.subarray(row * values, (row + 1) * values))
      .digest('base64');
    if (!first.has(digest)) first.set(digest, row);
    return first.get(digest)!;
  });
  return first.size === count ? null : same;
}

/** Some rows of a dataset, copied. */
export function pickImages(images: Omit<Images, 'count'>, rows: ArrayLike<number>): Images {
  const { channels, size, height, pixels } = images;
  const values = channels * areaOf(images);
  const picked = new Uint8Array(rows.length * values);
  for (let i = 0; i < rows.length; i++) {
    picked.set(pixels.subarray(rows[i] * values, (rows[i] + 1) * values), i * values);
  }
  return { count: rows.length, channels, size, height, pixels: picked };
}

/**
 * Both parts of a dataset, the files trained on, and how many of all images are different ones. Those to train on stay in its memory, moved up to close the gaps: a second copy of a large
 * folder might not fit. The dataset's own rows mean nothing afterwards.
 * @throws UserError `cancelled`, before anything has moved
 */
export async function splitDataset(
  dataset: Dataset,
  seed: number,
  share: number,
  watch: ImageWatch = {},
): Promise<{ training: Images; heldOut: Images; files: string[]; different: number }> {
  const same = await nearCopiesIn(dataset, watch);
  const rows = splitRows(dataset.count, seed, share, same);
  const { channels, size, height, pixels } = dataset;
  const heldOut = pickImages(dataset, rows.heldOut);
  const values = channels * areaOf(dataset);
  rows.training.forEach((row, i) => pixels.copyWithin(i * values, row * values, (row + 1) * values));
  const { length: count } = rows.training;
  const files = Array.from(rows.training, (row) => dataset.files[row]);
  const different = same ? new Set(same).size : dataset.count;
  return {
    training: { count, channels, size, height, pixels: pixels.subarray(0, count * values) },
    heldOut,
    files,
    different,
  };
}
