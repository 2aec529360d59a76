/** The endless, seeded stream of training images: shuffled epochs, augmentation, the graph's own memory layout. */
import type { ImageLayout } from '../ops/convolution';
import { binarise } from '../../maths/binarise';
import { permutation, random } from '../../maths/random';
import { areaOf, heightOf, type Rectangle } from '../../maths/rectangle';

/** Images in memory: planar bytes, `pixels[image][channel][y][x]`. */
export interface Images extends Rectangle {
  count: number;
  channels: 1 | 3;
  pixels: Uint8Array;
}

/** Random changes that leave a face a face. All amounts are upper bounds; 0 switches one off. */
export interface Augmentation {
  /** Mirror half of the images. */
  mirror: boolean;
  /** Pixels in each direction, the border repeated. */
  shift: number;
  /** Share of the side that a crop may leave out, scaled back up (bilinear). */
  crop: number;
  /** Relative change of each colour's contrast and shift of its brightness. */
  colour: number;
  /** Draw each value as 0 or 1 with its brightness as the probability of 1, again each time (dynamic binarisation). */
  binarise: boolean;
}

export const NO_AUGMENTATION: Augmentation = { mirror: false, shift: 0, crop: 0, colour: 0, binarise: false };

/** What a byte means. */
const LEVELS = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

export class BatchStream {
  readonly #images: Images;
  readonly #batchSize: number;
  readonly #layout: ImageLayout;
  readonly #augmentation: Augmentation;
  readonly #seed: number;
  readonly #values: number;
  #order: Uint32Array = new Uint32Array();
  #orderEpoch = -1;

  constructor(images: Images, batchSize: number, layout: ImageLayout, augmentation: Augmentation, seed: number) {
    this.#images = images;
    this.#batchSize = batchSize;
    this.#layout = layout;
    this.#augmentation = augmentation;
    this.#seed = seed;
    this.#values = images.channels * areaOf(images);
  }

  /** Steps that show every image about once. */
  get stepsPerEpoch(): number {
    return Math.ceil(this.#images.count / this.#batchSize);
  }

  /**
   * Fills `target` (`[batchSize, layout.length]`, zero wherever the layout has no pixel) with the images of
   * `step`, values 0..1. Each epoch is a fresh permutation; a batch may span two. Depends on the seed and the
   * step alone.
   */
  fill(step: number, target: Float32Array): void {
    for (let slot = 0; slot < this.#batchSize; slot++) {
      const position = step * this.#batchSize + slot;
      const start = slot * this.#layout.length;
      this.#read(this.#imageAt(position), position, target, start);
    }
    if (this.#augmentation.binarise) binarise(target, random(this.#seed, 'binarise', step));
  }

  #imageAt(position: number): number {
    const { count } = this.#images;
    const epoch = Math.floor(position / count);
    if (epoch !== this.#orderEpoch) {
      this.#order = permutation(count, random(this.#seed, 'order', epoch));
      this.#orderEpoch = epoch;
    }
    return this.#order[position % count];
  }

  /** Writes an image, changed as its position in the stream says, to `target` from `start` on. */
  #read(image: number, position: number, target: Float32Array, start: number): void {
    const { pixels, size: width, channels } = this.#images;
    const height = heightOf(this.#images);
    const { offsets, inOrder } = this.#layout;
    const { mirror, shift, crop, colour } = this.#augmentation;
    const values = this.#values;
    const base = image * values;
    if (!mirror && !shift && !crop && !colour) {
      if (inOrder) {
        // Converted by the engine, many at a time.
        target.set(pixels.subarray(base, base + values), start);
        for (let i = start; i < start + values; i++) target[i] /= 255;
      } else {
        for (let i = 0; i < values; i++) target[start + offsets[i]] = LEVELS[pixels[base + i]];
      }
      return;
    }
    const rng = random(this.#seed, 'augment', position);
    const flip = mirror && rng.uniform() < 0.5;
    const zoom = 1 - crop * rng.uniform();
    const left = (1 - zoom) * (width - 1) * rng.uniform() + Math.round(shift * (2 * rng.uniform() - 1));
    const top = (1 - zoom) * (height - 1) * rng.uniform() + Math.round(shift * (2 * rng.uniform() - 1));
    const { low, high, fraction } = axisSamples(width, left, zoom, flip);
    const rows = axisSamples(height, top, zoom, false);
    for (let c = 0, out = 0; c < channels; c++) {
      const gain = (1 + colour * (2 * rng.uniform() - 1)) / 255;
      const offset = 0.5 * colour * (2 * rng.uniform() - 1);
      const plane = base + c * width * height;
      for (let y = 0; y < height; y++) {
        const above = plane + rows.low[y] * width;
        const below = plane + rows.high[y] * width;
        const fy = rows.fraction[y];
        for (let x = 0; x < width; x++, out++) {
          const l = low[x];
          const r = high[x];
          const fx = fraction[x];
          const upper = pixels[above + l] + fx * (pixels[above + r] - pixels[above + l]);
          const lower = pixels[below + l] + fx * (pixels[below + r] - pixels[below + l]);
          const value = gain * (upper + fy * (lower - upper)) + offset;
          target[start + offsets[out]] = value < 0 ? 0 : value > 1 ? 1 : value;
        }
      }
    }
  }
}

/** Where each output pixel of a row or column samples the source: two neighbours and the weight of the second. */
function axisSamples(size: number, start: number, zoom: number, flip: boolean) {
  const low = new Int32Array(size);
  const high = new Int32Array(size);
  const fraction = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    const at = Math.min(size - 1, Math.max(0, start + (flip ? size - 1 - i : i) * zoom));
    low[i] = Math.floor(at);
    high[i] = Math.min(size - 1, low[i] + 1);
    fraction[i] = at - low[i];
  }
  return { low, high, fraction };
}
