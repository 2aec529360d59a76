/** How the numbers that a decoder gives become pixels. */
import type { DecoderLayout } from '../../contract';

/**
 * Numbers of one image in the order and range of `layout`, as planes of 0..1. `NCHW` and `flat` are planar (all of one
 * channel, then all of the next), `NHWC` has the channels of a pixel side by side, whatever the tensor's rank.
 * @param raw `[count, channels·height·width]`
 * @returns `[count, channels, height, width]`; the same array where nothing has to change. Not clamped.
 */
export function toPlanar(raw: Float32Array, layout: DecoderLayout): Float32Array {
  const { order, width, height, channels, range } = layout;
  const interleaved = order === 'NHWC' && channels > 1;
  if (!interleaved && range === '0..1') return raw;
  const [scale, offset] = TO_UNIT[range];
  const area = width * height;
  const planar = new Float32Array(raw.length);
  for (let image = 0; image < raw.length; image += channels * area) {
    for (let c = 0; c < channels; c++) {
      for (let i = 0; i < area; i++) {
        const value = raw[image + (interleaved ? i * channels + c : c * area + i)];
        planar[image + c * area + i] = value * scale + offset;
      }
    }
  }
  return planar;
}

const TO_UNIT: Record<DecoderLayout['range'], [scale: number, offset: number]> = {
  '0..1': [1, 0],
  '-1..1': [0.5, 0.5],
  '0..255': [1 / 255, 0],
};

type Shape = Pick<DecoderLayout, 'order' | 'width' | 'height' | 'channels'>;

/**
 * What kind of image an output of these dimensions holds; null when it holds none.
 * @param image the dimensions of one image
 * @param raw some images, `[rows, …image]`
 */
export function guessShape(image: readonly number[], raw: Float32Array): Shape | null {
  if (image.length === 3) {
    const [a, b, c] = image;
    if (isChannels(a)) return { order: 'NCHW', channels: a, height: b, width: c };
    if (isChannels(c)) return { order: 'NHWC', channels: c, height: a, width: b };
    return null;
  }
  if (image.length === 2) return { order: 'NCHW', channels: 1, height: image[0], width: image[1] };
  if (image.length !== 1) return null;
  const [perImage] = image;
  // No number is both a square and three times a square, so a flat square image has one reading only.
  for (const channels of [1, 3] as const) {
    const side = Math.sqrt(perImage / channels);
    if (!Number.isInteger(side) || side < 2) continue;
    const order = channels === 3 && isInterleaved(raw, perImage, side) ? 'NHWC' : 'flat';
    return { order, channels, height: side, width: side };
  }
  return null;
}

const isChannels = (n: number): n is 1 | 3 => n === 1 || n === 3;

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
 * trained on 0..1 strays a little below zero; one trained on −1..1 goes far below.
 */
export function guessRange(lastOperator: string | undefined, raw: Float32Array): DecoderLayout['range'] {
  if (lastOperator === 'Sigmoid') return '0..1';
  if (lastOperator === 'Tanh') return '-1..1';
  let low = Infinity;
  let high = -Infinity;
  for (const value of raw) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (high > 4) return '0..255';
  return low < -0.25 ? '-1..1' : '0..1';
}
