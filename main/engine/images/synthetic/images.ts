/** Synthetic faces as networks read them, without a file between: a PNG file gives the same bytes back. */
import type { Images } from '../split';
import { drawFace } from './draw';
import { drawFactors } from './factors';

/** A stretch of the endless list of faces that a seed names. */
export interface FaceRange {
  seed: number;
  /** Number of the first one. */
  first: number;
  count: number;
}

export function drawImages({ seed, first, count }: FaceRange, size: number): Images {
  const area = size * size;
  const pixels = new Uint8Array(count * 3 * area);
  for (let n = 0; n < count; n++) {
    const rgb = drawFace(drawFactors(seed, first + n), size);
    for (let i = 0; i < 3 * area; i++) pixels[(3 * n + (i % 3)) * area + Math.floor(i / 3)] = rgb[i];
  }
  return { count, channels: 3, size, pixels };
}
