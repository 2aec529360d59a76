/** How alike two images are. Values are 0..1. */
import { areaOf, heightOf, type Rectangle } from '../../maths/rectangle';

/** PSNR of images that are equal but for less than this: a ratio to nothing has no number. */
const LEAST_ERROR = 1e-10;

/** Mean squared error of each image. @param a, b `[count, values]` */
export function squaredErrors(a: ArrayLike<number>, b: ArrayLike<number>, count: number): Float64Array {
  const values = a.length / count;
  const errors = new Float64Array(count);
  for (let n = 0; n < count; n++) {
    let sum = 0;
    for (let i = n * values; i < (n + 1) * values; i++) sum += (a[i] - b[i]) ** 2;
    errors[n] = sum / values;
  }
  return errors;
}

/** Peak signal-to-noise ratio in decibels, 10·log₁₀(1 / MSE); at most 100 dB. */
export function psnr(mse: number): number {
  return -10 * Math.log10(Math.max(LEAST_ERROR, mse));
}

/** Wang et al. 2004, section III.B: an 11×11 Gaussian window with σ = 1.5, K₁ = 0.01, K₂ = 0.03, range 1. */
const WINDOW = 11;
const SIGMA = 1.5;
const C1 = 0.01 ** 2;
const C2 = 0.03 ** 2;
const KERNEL = (() => {
  const weights = Float64Array.from({ length: WINDOW }, (_, i) => Math.exp(-0.5 * ((i - 5) / SIGMA) ** 2));
  const total = weights.reduce((sum, w) => sum + w, 0);
  return weights.map((w) => w / total);
})();

/** The smallest image that SSIM's window fits into. */
export const SMALLEST_FOR_SSIM = WINDOW;

/**
 * Structural similarity of two planar images (Wang et al. 2004): the mean over all windows that lie inside the
 * image, and over its channels.
 * @param a, b `[channels, height, width]`, both at least 11
 */
export function ssim(a: Float32Array, b: Float32Array, channels: number, rectangle: Rectangle): number {
  const area = areaOf(rectangle);
  let [total, windows] = [0, 0];
  for (let c = 0; c < channels; c++) {
    const [x, y] = [a.subarray(c * area, (c + 1) * area), b.subarray(c * area, (c + 1) * area)];
    const meanX = blur(x, rectangle);
    const meanY = blur(y, rectangle);
    const xx = blur(product(x, x), rectangle);
    const yy = blur(product(y, y), rectangle);
    const xy = blur(product(x, y), rectangle);
    windows += meanX.length;
    for (let i = 0; i < meanX.length; i++) {
      const [mx, my] = [meanX[i], meanY[i]];
      const covariance = xy[i] - mx * my;
      const variances = xx[i] - mx * mx + yy[i] - my * my;
      total += ((2 * mx * my + C1) * (2 * covariance + C2)) / ((mx * mx + my * my + C1) * (variances + C2));
    }
  }
  return total / windows;
}

function product(a: Float32Array, b: Float32Array): Float64Array {
  return Float64Array.from(a, (value, i) => value * b[i]);
}

/** Gaussian means over the windows inside an image: `[height, width]` to `[height − 10, width − 10]`. */
function blur(image: ArrayLike<number>, rectangle: Rectangle): Float64Array {
  const [width, height] = [rectangle.size, heightOf(rectangle)];
  const [inner, innerRows] = [width - WINDOW + 1, height - WINDOW + 1];
  const across = new Float64Array(height * inner);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < inner; x++) {
      let sum = 0;
      for (let k = 0; k < WINDOW; k++) sum += KERNEL[k] * image[y * width + x + k];
      across[y * inner + x] = sum;
    }
  }
  const down = new Float64Array(innerRows * inner);
  for (let y = 0; y < innerRows; y++) {
    for (let x = 0; x < inner; x++) {
      let sum = 0;
      for (let k = 0; k < WINDOW; k++) sum += KERNEL[k] * across[(y + k) * inner + x];
      down[y * inner + x] = sum;
    }
  }
  return down;
}
