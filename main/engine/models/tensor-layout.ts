/** How the numbers that a decoder gives become pixels. */
import type { DecoderLayout } from '../../contract';

/**
 * Numbers of images in the order and range of `layout`, as planes of 0..1. `NCHW` and `flat` are planar (all of one
 * channel, then all of the next), `NHWC` has the channels of a pixel side by side, whatever the tensor's rank. Alpha, the
 * last channel where there is one, is put on white.
 * @param raw `[count, stored channels·height·width]`
 * @returns `[count, channels, height, width]`; the same array where nothing has to change. Not clamped.
 */
export function toPlanar(raw: Float32Array, layout: DecoderLayout): Float32Array {
  const { order, width, height, channels, range, colours, alpha } = layout;
  const stored = channels + (alpha ? 1 : 0);
  const interleaved = order === 'NHWC' && stored > 1;
  if (!interleaved && range === '0..1' && colours === 'RGB' && !alpha) return raw;
  const area = width * height;
  const count = raw.length / (stored * area);
  const planar = new Float32Array(count * channels * area);
  for (let n = 0; n < count; n++) {
    const at = (c: number, i: number) => raw[n * stored * area + (interleaved ? i * stored + c : c * area + i)];
    for (let c = 0; c < channels; c++) {
      const from = colours === 'BGR' && channels === 3 ? 2 - c : c;
      const toUnit = toUnitOf(range, from, channels);
      const opacity = toUnitOf(range === 'imagenet' ? '0..1' : range, 0, 1);
      for (let i = 0; i < area; i++) {
        const value = toUnit(at(from, i));
        planar[(n * channels + c) * area + i] = alpha ? 1 + (value - 1) * opacity(at(channels, i)) : value;
      }
    }
  }
  return planar;
}

/** The way back: planes of 0..1 as the numbers that `toPlanar` reads with this layout. Alpha is not written. */
export function fromPlanar(
  planes: Float32Array,
  { order, width, height, channels, range, colours }: DecoderLayout,
): Float32Array {
  const interleaved = order === 'NHWC' && channels > 1;
  if (!interleaved && range === '0..1' && colours === 'RGB') return planes;
  const area = width * height;
  const size = channels * area;
  const raw = new Float32Array(planes.length);
  for (let n = 0; n < planes.length; n += size) {
    for (let c = 0; c < channels; c++) {
      const to = colours === 'BGR' && channels === 3 ? 2 - c : c;
      const fromUnit = fromUnitOf(range, c, channels);
      for (let i = 0; i < area; i++)
        raw[n + (interleaved ? i * channels + to : to * area + i)] = fromUnit(planes[n + c * area + i]);
    }
  }
  return raw;
}

function fromUnitOf(range: DecoderLayout['range'], channel: number, channels: number): (value: number) => number {
  switch (range) {
    case '0..1':
      return (value) => value;
    case '-1..1':
      return (value) => value * 2 - 1;
    case '0..255':
      return (value) => value * 255;
    case 'logits':
      return (value) => Math.log(value / (1 - value));
    case 'imagenet': {
      const [mean, deviation] = channels === 3 ? IMAGENET[channel] : GREY;
      return (value) => (value - mean) / deviation;
    }
  }
}

/** Mean and standard deviation of red, green and blue in ImageNet, by which many networks' pictures are shifted and scaled. */
const IMAGENET = [
  [0.485, 0.229],
  [0.456, 0.224],
  [0.406, 0.225],
] as const;
/** Of grey: the means of the three. */
const GREY = [0.449, 0.226] as const;

function toUnitOf(range: DecoderLayout['range'], channel: number, channels: number): (value: number) => number {
  switch (range) {
    case '0..1':
      return (value) => value;
    case '-1..1':
      return (value) => value * 0.5 + 0.5;
    case '0..255':
      return (value) => value / 255;
    case 'logits':
      return (value) => 1 / (1 + Math.exp(-value));
    case 'imagenet': {
      const [mean, deviation] = channels === 3 ? IMAGENET[channel] : GREY;
      return (value) => value * deviation + mean;
    }
  }
}

export type Shape = Pick<DecoderLayout, 'order' | 'width' | 'height' | 'channels' | 'alpha'>;

/** A line of pixels is no picture. */
export const isPicture = ({ width, height }: Shape): boolean =>
  Math.min(width, height) >= 2 && Math.max(width, height) <= 64 * Math.min(width, height);

/**
 * What kind of image an output of these dimensions holds; null when it holds none.
 * @param image the dimensions of one image
 * @param raw some images, `[rows, …image]`
 */
export function guessShape(image: readonly number[], raw: Float32Array): Shape | null {
  // Dimensions of one that lead add nothing: [1, 3, h, w].
  if (image.length > 3 && image[0] === 1) return guessShape(image.slice(1), raw);
  if (image.length === 3) {
    const [a, b, c] = image;
    if (isChannels(a)) return { order: 'NCHW', ...channelsOf(a), height: b, width: c };
    if (isChannels(c)) return { order: 'NHWC', ...channelsOf(c), height: a, width: b };
    return null;
  }
  if (image.length === 2) return { order: 'NCHW', channels: 1, alpha: false, height: image[0], width: image[1] };
  if (image.length !== 1) return null;
  const [perImage] = image;
  // No number is both a square and three times a square, so a flat square image has one reading only.
  for (const channels of [1, 3] as const) {
    const side = Math.sqrt(perImage / channels);
    if (!Number.isInteger(side) || side < 2) continue;
    const order = channels === 3 && isInterleaved(raw, perImage, side) ? 'NHWC' : 'flat';
    return { order, channels, alpha: false, height: side, width: side };
  }
  return null;
}

/** Grey, grey and alpha, RGB, or RGBA. */
export const isChannels = (n: number): n is 1 | 2 | 3 | 4 => n >= 1 && n <= 4;
export const channelsOf = (n: 1 | 2 | 3 | 4): Pick<Shape, 'channels' | 'alpha'> => ({
  channels: n < 3 ? 1 : 3,
  alpha: n % 2 === 0,
});

/**
 * Whether flat RGB numbers hold the three channels of a pixel side by side: the value one row below is then three rows of
 * numbers away, and images change little from one row to the next.
 */
function isInterleaved(raw: Float32Array, perImage: number, side: number): boolean {
  const change = (distance: number) => {
    let sum = 0;
    let terms = 0;
    for (let image = 0; image < raw.length; image += perImage) {
      for (let i = image; i + distance < image + perImage; i++) sum += Math.abs(raw[i + distance] - raw[i]);
      terms += perImage - distance;
    }
    return sum / terms;
  };
  return change(3 * side) < change(side);
}

/**
 * Which numbers mean black and white: said by the operator that makes them, otherwise by the numbers seen. A linear output
 * trained on 0..1 strays a little below zero; one trained on −1..1 goes far below; numbers beyond both are logits, and in
 * between are pictures shifted and scaled as those of ImageNet are, where they have colours.
 */
export function guessRange(
  type: string,
  lastOperator: string | undefined,
  raw: Float32Array,
  channels: 1 | 3,
): DecoderLayout['range'] {
  if (type === 'bool') return '0..1';
  // 0 and 1 alone: black and white
  if (type === 'uint8') return raw.every((value) => value <= 1) ? '0..1' : '0..255';
  if (lastOperator === 'Sigmoid' || lastOperator === 'HardSigmoid') return '0..1';
  // A few strays among many do not decide.
  const sorted = Float32Array.from(raw).sort();
  const low = sorted[Math.floor(0.001 * (sorted.length - 1))];
  const high = sorted[Math.ceil(0.999 * (sorted.length - 1))];
  // ReLU before Tanh leaves what is above zero.
  if (lastOperator === 'Tanh') return sorted[0] < 0 ? '-1..1' : '0..1';
  if (high > 4 && low > -0.1 * high) return '0..255';
  if (Math.max(-low, high) > 3.2) return 'logits';
  if (low < -1.35) return channels === 3 ? 'imagenet' : 'logits';
  return low < -0.25 ? '-1..1' : '0..1';
}
