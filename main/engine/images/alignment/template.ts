/**
 * The face all others are brought onto: a square of feature cells, the mean of the crops found so far
 * together with their mirror images (faces are bilaterally symmetric, so this halves the noise and
 * keeps the nose in the middle).
 */
import { CHANNELS, MIRROR_SIGNS, type FeatureMap, type GreyImage } from './features';

/** A rectangle of cells, as a vector of unit length `[rows, columns, CHANNELS]`. */
export type Template = FeatureMap;

/** Where the eyes of an aligned face lie, as shares of the crop's side. */
export const EYES = { x: 0.5, y: 0.45, apart: 0.22 };

/** Energy per cell below which a window is too plain to resemble anything. */
const FLOOR = 0.5;

/** The same as seen in a mirror. */
export function mirrored({ columns, rows, data }: FeatureMap): FeatureMap {
  const out = new Float32Array(data.length);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const to = (y * columns + x) * CHANNELS;
      const from = (y * columns + columns - 1 - x) * CHANNELS;
      for (let c = 0; c < CHANNELS; c++) out[to + c] = MIRROR_SIGNS[c] * data[from + c];
    }
  }
  return { columns, rows, data: out };
}

/** A template from a sum of windows: the sum with its mirror image, of unit length. */
export function template(sum: FeatureMap): Template {
  const other = mirrored(sum).data;
  const data = sum.data.map((value, i) => value + other[i]);
  const length = Math.hypot(...data) || 1;
  return { ...sum, data: data.map((value) => value / length) };
}

/** Cosine of the angle between two windows of the same shape; 0 if one of them is empty. */
export function cosine({ data: a }: FeatureMap, { data: b }: FeatureMap): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    ab += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return ab / (Math.sqrt(aa * bb) || 1);
}

/**
 * Correlation of the template with every window of a map, −1..1 (the cosine of the angle between the two):
 * `[map.rows − template.rows + 1, map.columns − template.columns + 1]`, one number per cell.
 */
export function correlate(
  map: FeatureMap,
  { columns: across, rows: down, data: t }: Template,
): { columns: number; rows: number; data: Float32Array } {
  const columns = map.columns - across + 1;
  const rows = map.rows - down + 1;
  const out = new Float32Array(columns * rows);
  const wide = map.columns + 1;
  const energy = new Float64Array(wide * (map.rows + 1));
  for (let y = 0; y < map.rows; y++) {
    let line = 0;
    for (let x = 0; x < map.columns; x++) {
      const at = (y * map.columns + x) * CHANNELS;
      for (let c = 0; c < CHANNELS; c++) line += map.data[at + c] ** 2;
      energy[(y + 1) * wide + x + 1] = energy[y * wide + x + 1] + line;
    }
  }
  const f = map.data;
  const step = CHANNELS; // A local: some bundlers look an import up anew each time, and this is the innermost loop.
  const run = across * step;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      // One sum per channel: five independent sums keep the processor busy where one would have it wait for itself.
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      let e = 0;
      for (let j = 0, k = 0; j < down; j++) {
        let at = ((y + j) * map.columns + x) * step;
        for (const end = k + run; k < end; k += step, at += step) {
          a += f[at] * t[k];
          b += f[at + 1] * t[k + 1];
          c += f[at + 2] * t[k + 2];
          d += f[at + 3] * t[k + 3];
          e += f[at + 4] * t[k + 4];
        }
      }
      const norm =
        energy[(y + down) * wide + x + across] -
        energy[y * wide + x + across] -
        energy[(y + down) * wide + x] +
        energy[y * wide + x];
      out[y * columns + x] = (a + b + c + d + e) / Math.sqrt(norm + FLOOR * across * down);
    }
  }
  return { columns, rows, data: out };
}

/**
 * A schematic face to begin with: what all faces share and nothing more. A lighter oval, two dark eyes
 * under two brows, the shadow below a nose, a mouth. Drawn, not learned.
 */
export function drawnFace(): GreyImage {
  const side = 96;
  const grey = new Float32Array(side * side).fill(0.45);
  const blob = (x: number, y: number, rx: number, ry: number, depth: number, soft: number) => {
    for (let j = 0; j < side; j++) {
      for (let i = 0; i < side; i++) {
        const r = Math.hypot(((i + 0.5) / side - x) / rx, ((j + 0.5) / side - y) / ry);
        grey[j * side + i] += depth / (1 + Math.exp((r - 1) / soft));
      }
    }
  };
  const { x, y, apart } = EYES;
  blob(x, y + 0.04, 0.25, 0.35, 0.2, 0.06);
  for (const eye of [x - apart / 2, x + apart / 2]) {
    blob(eye, y, 0.06, 0.022, -0.3, 0.2);
    blob(eye, y - 0.07, 0.075, 0.018, -0.2, 0.2);
    blob(eye, y - 0.03, 0.085, 0.06, -0.08, 0.2);
  }
  blob(x, y + 0.15, 0.05, 0.02, -0.12, 0.25);
  blob(x, y + 0.255, 0.085, 0.018, -0.22, 0.2);
  return { width: side, height: side, grey };
}
