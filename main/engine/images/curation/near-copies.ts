/**
 * Images that are the same picture: saved again, resized, a little brighter or cropped by a pixel. Told by the brightness
 * at some places, less the picture's own.
 */
import { EigenvalueDecomposition } from 'ml-matrix';
import { covarianceOf } from '../../maths/covariance';
import { evenly } from '../../maths/evenly';
import { joined } from '../../maths/joined';
import { meanOf } from '../../maths/mean';
import { inPieces } from '../../scheduling/watch';
import type { Images } from '../batch';
import type { ImageWatch } from '../each';

/** Places a side. */
const SIDE = 16;
const PLACES = SIDE * SIDE;
/** Mean difference of their places by which copies may differ: grey levels, and a share of the picture's contrast. */
const LEVELS = 1;
const SHARE = 0.07;
/**
 * The root mean square of that difference, in those limits. Copies differ a little everywhere; two sketches of one thing,
 * such as a digit by two hands, differ much in a few places.
 */
const STEEP = 1.5;
/** How much brighter one may be than the other, likewise: of plain pictures brightness is all there is. */
const BRIGHTER_LEVELS = 2;
const BRIGHTER_SHARE = 0.4;
/** Directions along which copies have to be near each other, before all of their places are compared. */
const DIRECTIONS = 8;
/** Prints that tell the directions in which most of them differ. */
const MOST_LOOKED_AT = 1000;

/** Images that are looked at in one go: a few milliseconds. */
const A_PIECE = 256;

/** What copies are recognised by. */
export interface Print {
  /** Mean brightness at each place, 0..255, less the picture's. */
  places: Float32Array;
  /** The picture's own brightness, and the standard deviation of that of its places. */
  mean: number;
  contrast: number;
}

/** @param grey `[height, width]`, 0..255 */
export function printOf(grey: ArrayLike<number>, width: number, height: number): Print {
  const places = new Float32Array(PLACES);
  for (let r = 0; r < SIDE; r++) {
    const [top, bottom] = span(r, height);
    for (let c = 0; c < SIDE; c++) {
      const [left, right] = span(c, width);
      let sum = 0;
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += grey[y * width + x];
      places[r * SIDE + c] = sum / ((bottom - top) * (right - left));
    }
  }
  const mean = places.reduce((sum, place) => sum + place, 0) / PLACES;
  for (let i = 0; i < PLACES; i++) places[i] -= mean;
  return { places, mean, contrast: Math.sqrt(places.reduce((sum, place) => sum + place * place, 0) / PLACES) };
}

/** The pixels of part `i`, at least one. */
function span(i: number, length: number): [number, number] {
  const first = Math.min(length - 1, Math.floor((i * length) / SIDE));
  return [first, Math.max(first + 1, Math.floor(((i + 1) * length) / SIDE))];
}

/** How far apart, in the mean over their places, two of these contrasts may be. */
const limit = (a: number, b: number): number => LEVELS + SHARE * Math.min(a, b);

/**
 * For each print the first one of the same picture. Sorted along the direction in which they differ most, so that only
 * neighbours are compared; further directions sort out nearly all of those. A hundred thousand take some seconds.
 * @throws UserError `cancelled`
 */
export async function nearCopiesAmong(prints: readonly Print[], watch: ImageWatch = {}): Promise<Uint32Array> {
  const count = prints.length;
  const along = directions(prints).map((direction) =>
    Float32Array.from(prints, ({ places }) => places.reduce((sum, place, i) => sum + place * direction[i], 0)),
  );
  const order = Uint32Array.from(prints, (_, i) => i).sort((a, b) => along[0][a] - along[0][b]);
  // In that order, so that neighbours in it are neighbours in memory.
  const sorted = new Float32Array(count * DIRECTIONS);
  order.forEach((i, n) => along.forEach((values, k) => (sorted[n * DIRECTIONS + k] = values[i])));
  const first = Uint32Array.from(prints, (_, i) => i);
  const rootOf = (i: number): number => {
    while (first[i] !== i) i = first[i] = first[first[i]];
    return i;
  };
  const onProgress = (done: number, total: number) => watch.onProgress?.(done, total, 'finding copies');
  for await (const { start, end } of inPieces(count, A_PIECE, { ...watch, onProgress })) {
    for (let n = start; n < end; n++) {
      const i = order[n];
      // No distance along directions at right angles is longer than the whole one.
      const most = STEEP * Math.sqrt(PLACES) * limit(prints[i].contrast, Infinity);
      const last = sorted[n * DIRECTIONS] + most;
      for (let m = n + 1; m < count && sorted[m * DIRECTIONS] <= last; m++) {
        if (!areWithin(most, sorted, n, m) || !areCopies(prints[i], prints[order[m]])) continue;
        const [a, b] = [rootOf(i), rootOf(order[m])];
        first[Math.max(a, b)] = Math.min(a, b);
      }
    }
  }
  return first.map((_, i) => rootOf(i));
}

/** Whether rows `n` and `m` of `[count, DIRECTIONS]` are no further apart than `most`. */
function areWithin(most: number, rows: Float32Array, n: number, m: number): boolean {
  let left = most * most;
  for (let k = 0, a = n * DIRECTIONS, b = m * DIRECTIONS; k < DIRECTIONS; k++) {
    const by = rows[a + k] - rows[b + k];
    left -= by * by;
    if (left < 0) return false;
  }
  return true;
}

/** Orthonormal weights of the places, along which these prints differ most: the principal ones of some of them. */
function directions(prints: readonly Print[]): Float32Array[] {
  const some = evenly(prints.length, MOST_LOOKED_AT);
  const places = joined(...Array.from(some, (i) => prints[i].places));
  const { eigenvectorMatrix } = new EigenvalueDecomposition(covarianceOf(places, meanOf(places, PLACES)), {
    assumeSymmetric: true,
  });
  // The strongest come last.
  return Array.from({ length: DIRECTIONS }, (_, k) => Float32Array.from(eigenvectorMatrix.getColumn(PLACES - 1 - k)));
}

function areCopies(a: Print, b: Print): boolean {
  const brighter = BRIGHTER_LEVELS + BRIGHTER_SHARE * Math.min(a.contrast, b.contrast);
  if (Math.abs(a.mean - b.mean) > brighter) return false;
  const most = limit(a.contrast, b.contrast);
  let [difference, squares] = [0, 0];
  for (let i = 0; i < PLACES && difference <= most * PLACES; i++) {
    const by = a.places[i] - b.places[i];
    difference += Math.abs(by);
    squares += by * by;
  }
  return difference <= most * PLACES && squares <= (STEEP * most) ** 2 * PLACES;
}

/** As `copiesIn`, and images that are nearly the same count as well; null when no two are. @throws UserError `cancelled` */
export async function nearCopiesIn(
  { count, channels, pixels, size, height = size }: Images,
  watch: ImageWatch = {},
): Promise<Uint32Array | null> {
  const area = size * height;
  const prints: Print[] = [];
  for await (const { start, end } of inPieces(count, A_PIECE, { signal: watch.signal })) {
    for (let row = start; row < end; row++) {
      const image = pixels.subarray(row * channels * area, (row + 1) * channels * area);
      prints.push(printOf(channels === 3 ? brightnessOf(image, area) : image, size, height));
    }
  }
  const first = await nearCopiesAmong(prints, watch);
  return first.every((one, i) => one === i) ? null : first;
}

/** Of planes of red, green and blue (ITU-R BT.709). */
function brightnessOf(image: Uint8Array, area: number): Float32Array {
  const grey = new Float32Array(area);
  for (let i = 0; i < area; i++) grey[i] = 0.2126 * image[i] + 0.7152 * image[area + i] + 0.0722 * image[2 * area + i];
  return grey;
}
