/**
 * Images that are the same picture: saved again, resized, a little brighter or cropped by a pixel. Told by the brightness
 * at some places, less the picture's own.
 */
import { normals, random } from '../../maths/random';
import type { Images } from '../batch';

/** Places a side. */
const SIDE = 16;
const PLACES = SIDE * SIDE;
/** Mean difference of their places by which copies may differ: grey levels, and a share of the picture's contrast. */
const LEVELS = 1;
const SHARE = 0.07;
/** How much brighter one may be than the other, likewise: of plain pictures brightness is all there is. */
const BRIGHTER_LEVELS = 2;
const BRIGHTER_SHARE = 0.4;
/** Directions along which copies have to be near each other, before all of their places are compared. */
const DIRECTIONS = 3;

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
 * For each print the first one of the same picture. Sorted along one direction, so that only neighbours are compared; the
 * others sort out most of those. A hundred thousand take some seconds.
 */
export function nearCopiesAmong(prints: readonly Print[]): Uint32Array {
  const count = prints.length;
  const along = directions().map((direction) =>
    Float32Array.from(prints, ({ places }) => places.reduce((sum, place, i) => sum + place * direction[i], 0)),
  );
  const [sorted, ...checked] = along;
  const order = Uint32Array.from(prints, (_, i) => i).sort((a, b) => sorted[a] - sorted[b]);
  const first = Uint32Array.from(prints, (_, i) => i);
  const rootOf = (i: number): number => {
    while (first[i] !== i) i = first[i] = first[first[i]];
    return i;
  };
  for (let n = 0; n < count; n++) {
    const i = order[n];
    // Directions are as long as the mean is short: no mean difference moves a print further along any.
    const most = LEVELS + SHARE * prints[i].contrast;
    for (let m = n + 1; m < count && sorted[order[m]] - sorted[i] <= most; m++) {
      const j = order[m];
      if (checked.some((values) => Math.abs(values[i] - values[j]) > most) || !areCopies(prints[i], prints[j]))
        continue;
      const [a, b] = [rootOf(i), rootOf(j)];
      first[Math.max(a, b)] = Math.min(a, b);
    }
  }
  return first.map((_, i) => rootOf(i));
}

/** Weights of the places, −1/PLACES or 1/PLACES, always the same. */
const directions = (): Float32Array[] =>
  Array.from({ length: DIRECTIONS }, (_, k) =>
    normals(PLACES, random(k, 'directions of prints')).map((z) => Math.sign(z) / PLACES),
  );

function areCopies(a: Print, b: Print): boolean {
  const brighter = BRIGHTER_LEVELS + BRIGHTER_SHARE * Math.min(a.contrast, b.contrast);
  if (Math.abs(a.mean - b.mean) > brighter) return false;
  const most = limit(a.contrast, b.contrast) * PLACES;
  let difference = 0;
  for (let i = 0; i < PLACES && difference <= most; i++) difference += Math.abs(a.places[i] - b.places[i]);
  return difference <= most;
}

/** As `copiesIn`, and images that are nearly the same count as well; null when no two are. */
export function nearCopiesIn({ count, channels, pixels, size, height = size }: Images): Uint32Array | null {
  const area = size * height;
  const prints = Array.from({ length: count }, (_, row) => {
    const image = pixels.subarray(row * channels * area, (row + 1) * channels * area);
    return printOf(channels === 3 ? brightnessOf(image, area) : image, size, height);
  });
  const first = nearCopiesAmong(prints);
  return first.every((one, i) => one === i) ? null : first;
}

/** Of planes of red, green and blue (ITU-R BT.709). */
function brightnessOf(image: Uint8Array, area: number): Float32Array {
  const grey = new Float32Array(area);
  for (let i = 0; i < area; i++) grey[i] = 0.2126 * image[i] + 0.7152 * image[area + i] + 0.0722 * image[2 * area + i];
  return grey;
}
