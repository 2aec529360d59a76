/** What is odd about one image, as far as its numbers tell. */
import type { ImageMark } from '../../../contract';

/** An image in grey, its longer side about 160 pixels. */
export interface Measured {
  /** Standard deviation of brightness, 0..255. */
  contrast: number;
  /** Correlation of neighbouring pixels, −1..1: pictures are smooth, noise is not. */
  smoothness: number;
  /** How much of its change is between neighbouring pixels rather than over some of them: low where it is blurred. */
  sharpness: number;
}

/** Brightness that hardly varies: a black, white or plain picture. */
const PLAIN = 4;
/** Neighbours that have little to do with each other. */
const NOISE = 0.35;
/** A blurred picture has less than this share of the sharpness that is usual in its folder. */
const BLURRED = 0.45;

/** @param grey `[height, width]`, 0..255 */
export function measure(grey: ArrayLike<number>, width: number, height: number): Measured {
  const count = width * height;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    sum += grey[i];
    squares += grey[i] ** 2;
  }
  const mean = sum / count;
  const variance = Math.max(0, squares / count - mean ** 2);
  // Differences of neighbours, and of pixels four apart: blurring takes away the former first.
  const change = (distance: number) => {
    let total = 0;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x + distance < width; x++) total += (grey[y * width + x + distance] - grey[y * width + x]) ** 2;
    }
    return total / (height * Math.max(1, width - distance));
  };
  const [near, far] = [change(1), change(4)];
  return {
    contrast: Math.sqrt(variance),
    smoothness: variance > 0 ? 1 - near / (2 * variance) : 1,
    sharpness: far > 0 ? near / far : 0,
  };
}

/**
 * @param usual the folder's usual sharpness
 * @returns of what the numbers say; the rest of an image's marks comes from elsewhere
 */
export function marksOf({ contrast, smoothness, sharpness }: Measured, usual: number): ImageMark[] {
  if (contrast < PLAIN) return ['plain'];
  if (smoothness < NOISE) return ['noise'];
  return sharpness < BLURRED * usual ? ['blurred'] : [];
}

/** The middle one of some numbers; 0 of none. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted.length > 0 ? sorted[sorted.length >> 1] : 0;
}
