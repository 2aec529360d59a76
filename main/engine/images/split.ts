/** Which images of a dataset are held out from training. */
import { permutation, random } from '../training/random';
import type { Dataset } from './dataset';

/** Images as networks read them. */
export interface Images {
  count: number;
  channels: 1 | 3;
  /** Pixels a side. */
  size: number;
  /** `[count, channels, size, size]`, 0..255. */
  pixels: Uint8Array;
}

/** Rows of a dataset, in the order in which they are used. */
export interface Split {
  training: Uint32Array;
  heldOut: Uint32Array;
}

/**
 * Holds out a seeded share of `count` images, at least one and at most all but one.
 * @param share 0..1
 */
export function splitRows(count: number, seed: number, share: number): Split {
  const order = permutation(count, random(seed, 'split'));
  const held = Math.min(count - 1, Math.max(1, Math.round(count * share)));
  // Training images stay in the folder's order, so that a code's number says which file it is.
  return { heldOut: order.slice(0, held), training: order.slice(held).sort() };
}

/** Some rows of a dataset, copied. */
export function pickImages({ channels, size, pixels }: Omit<Images, 'count'>, rows: ArrayLike<number>): Images {
  const values = channels * size * size;
  const picked = new Uint8Array(rows.length * values);
  for (let i = 0; i < rows.length; i++) {
    picked.set(pixels.subarray(rows[i] * values, (rows[i] + 1) * values), i * values);
  }
  return { count: rows.length, channels, size, pixels: picked };
}

/** Both parts of a dataset, copied, and the files trained on. */
export function splitDataset(
  dataset: Dataset,
  seed: number,
  share: number,
): { training: Images; heldOut: Images; files: string[] } {
  const { training, heldOut } = splitRows(dataset.count, seed, share);
  const files = Array.from(training, (row) => dataset.files[row]);
  return { training: pickImages(dataset, training), heldOut: pickImages(dataset, heldOut), files };
}
