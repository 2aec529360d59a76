/**
 * What a face looks like whatever its light and skin: a grid of cells that each hold the directions
 * of the edges in them, as the first harmonics of the orientation histogram (Liu et al. 2014,
 * "Rotation-invariant HOG descriptors using Fourier analysis in polar and spherical coordinates";
 * Dalal and Triggs 2005, "Histograms of oriented gradients for human detection").
 *
 * For an edge of strength m and direction θ the channels are m, m·cos θ, m·sin θ, m·cos 2θ, m·sin 2θ:
 * the first harmonic knows dark from light (eyes are darker than skin), the second only the line
 * (hair may be darker or lighter than the wall behind it).
 */

/** A grey image, row-major, 0..1. */
export interface GreyImage {
  width: number;
  height: number;
  grey: Float32Array;
}

/** `rows × columns` cells, each `CHANNELS` numbers. */
export interface FeatureMap {
  columns: number;
  rows: number;
  data: Float32Array;
}

export const CHANNELS = 5;

/** What a left-right mirror image does to each channel: θ becomes π − θ. */
export const MIRROR_SIGNS = [1, -1, 1, 1, -1];

/** Gradients are taken on a grid twice as fine as the cells. */
const PIXELS_PER_CELL = 2;
/** Makes the central difference a derivative, and the pooling weights sum to one. */
const POOL = 1 / 2 / 64;
/** Grey levels per pixel below which an edge counts as noise. */
const NOISE = 0.015;

/** Filter taps that resample one axis: `first[i]` and `count` weights for output i, edges replicated. */
function taps(length: number, start: number, step: number, count: number) {
  const support = Math.max(1, step);
  const width = 2 * Math.ceil(support) + 1;
  const index = new Int32Array(count * width);
  const weight = new Float32Array(count * width);
  for (let i = 0; i < count; i++) {
    const centre = start + (i + 0.5) * step - 0.5;
    const first = Math.ceil(centre - support);
    let sum = 0;
    for (let k = 0; k < width; k++) {
      const w = Math.max(0, 1 - Math.abs(first + k - centre) / support);
      index[i * width + k] = Math.min(length - 1, Math.max(0, first + k));
      weight[i * width + k] = w;
      sum += w;
    }
    for (let k = 0; k < width; k++) weight[i * width + k] /= sum;
  }
  return { width, index, weight };
}

/**
 * Resamples a part of an image: `columns × rows` pixels of `step` image pixels each, from (`left`, `top`),
 * with a tent filter wide enough not to alias. Outside the image its edge is repeated.
 */
export function resample(
  image: GreyImage,
  left: number,
  top: number,
  step: number,
  columns: number,
  rows: number,
): Float32Array {
  const { width, index, weight } = taps(image.width, left, step, columns);
  const down = taps(image.height, top, step, rows);
  const used = new Uint8Array(image.height);
  for (const y of down.index) used[y] = 1;
  const { grey } = image;
  const lines = new Float32Array(image.height * columns);
  for (let y = 0; y < image.height; y++) {
    if (!used[y]) continue;
    const from = y * image.width;
    const to = y * columns;
    // Most grids are about as fine as the image: three taps, without a loop.
    if (width === 3) {
      for (let x = 0, k = 0; x < columns; x++, k += 3) {
        lines[to + x] =
          weight[k] * grey[from + index[k]] +
          weight[k + 1] * grey[from + index[k + 1]] +
          weight[k + 2] * grey[from + index[k + 2]];
      }
      continue;
    }
    for (let x = 0, k = 0; x < columns; x++) {
      let sum = 0;
      for (const end = k + width; k < end; k++) sum += weight[k] * grey[from + index[k]];
      lines[to + x] = sum;
    }
  }
  const out = new Float32Array(columns * rows);
  for (let y = 0; y < rows; y++) {
    for (let k = y * down.width, end = k + down.width; k < end; k++) {
      const share = down.weight[k];
      if (share === 0) continue;
      const line = down.index[k] * columns;
      for (let x = 0, to = y * columns; x < columns; x++, to++) out[to] += share * lines[line + x];
    }
  }
  return out;
}

/**
 * Features of the part of `image` that starts at (`left`, `top`) and holds `columns × rows` cells of
 * `cell` image pixels each. Contrast is evened out over a neighbourhood of `reach` cells.
 */
export function features(
  image: GreyImage,
  left: number,
  top: number,
  cell: number,
  columns: number,
  rows: number,
  reach: number,
): FeatureMap {
  const step = cell / PIXELS_PER_CELL;
  const width = columns * PIXELS_PER_CELL + 4;
  const height = rows * PIXELS_PER_CELL + 4;
  const grey = resample(image, left - 2 * step, top - 2 * step, step, width, height);
  const data = new Float32Array(columns * rows * CHANNELS);
  // Gradients are pooled 4×4 into cells with weights 1 3 3 1, so that cells overlap and nothing jumps from one to the
  // next: first along a line (with a spare cell at both ends), then down.
  const line = new Float32Array((columns + 2) * CHANNELS);
  for (let y = 1; y < height - 1; y++) {
    line.fill(0);
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const gx = (grey[at + 1] - grey[at - 1]) * POOL;
      const gy = (grey[at + width] - grey[at - width]) * POOL;
      const m = Math.sqrt(gx * gx + gy * gy) + 1e-9;
      const cos2 = (gx * gx - gy * gy) / m;
      const sin2 = (2 * gx * gy) / m;
      const near = (x >> 1) * CHANNELS;
      const far = x & 1 ? near + CHANNELS : near - CHANNELS;
      line[near] += 3 * m;
      line[near + 1] += 3 * gx;
      line[near + 2] += 3 * gy;
      line[near + 3] += 3 * cos2;
      line[near + 4] += 3 * sin2;
      line[far] += m;
      line[far + 1] += gx;
      line[far + 2] += gy;
      line[far + 3] += cos2;
      line[far + 4] += sin2;
    }
    const near = (y >> 1) - 1;
    const far = y & 1 ? near + 1 : near - 1;
    if (near >= 0 && near < rows) addLine(data, near * columns * CHANNELS, line, columns * CHANNELS, 3);
    if (far >= 0 && far < rows) addLine(data, far * columns * CHANNELS, line, columns * CHANNELS, 1);
  }
  normalise(data, columns, rows, reach);
  return { columns, rows, data };
}

function addLine(data: Float32Array, to: number, line: Float32Array, count: number, weight: number): void {
  for (let i = 0; i < count; i++) data[to + i] += weight * line[CHANNELS + i];
}

/** Divides each cell by the mean edge strength around it. */
function normalise(data: Float32Array, columns: number, rows: number, reach: number): void {
  const wide = columns + 1;
  const sums = new Float64Array(wide * (rows + 1));
  for (let y = 0; y < rows; y++) {
    let line = 0;
    for (let x = 0; x < columns; x++) {
      line += data[(y * columns + x) * CHANNELS];
      sums[(y + 1) * wide + x + 1] = sums[y * wide + x + 1] + line;
    }
  }
  for (let y = 0; y < rows; y++) {
    const y0 = Math.max(0, y - reach);
    const y1 = Math.min(rows, y + reach + 1);
    for (let x = 0; x < columns; x++) {
      const x0 = Math.max(0, x - reach);
      const x1 = Math.min(columns, x + reach + 1);
      const sum = sums[y1 * wide + x1] - sums[y0 * wide + x1] - sums[y1 * wide + x0] + sums[y0 * wide + x0];
      const mean = sum / ((y1 - y0) * (x1 - x0));
      const scale = 1 / (mean + NOISE);
      const at = (y * columns + x) * CHANNELS;
      for (let c = 0; c < CHANNELS; c++) data[at + c] *= scale;
      data[at] -= mean * scale;
    }
  }
}
