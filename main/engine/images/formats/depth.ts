/** Numbers of other kinds than bytes as bytes: which of them mean black and white. */
import { message } from '../../../contract';
import { UnreadableImage } from './raster';

type Numbers = Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** Bits that cameras and scanners deliver within whole 16-bit numbers. */
const DEPTHS = [8, 10, 12, 14, 16];

/** Of floats 0..1 that keep the lights of a scene, most reach no further. */
const BEYOND_WHITE = 16;

/**
 * The number that means white among integers from 0 to `most` in a field of `bits`: 12-bit data in 16-bit files reach
 * 4095, not 65535. A file that reaches no number at all is black either way.
 */
export function whiteOf(most: number, bits: 8 | 16 | 32): number {
  if (bits === 32 && most > 0xffff) return most > 0xffffff ? 0xffffffff : 0xffffff;
  const needed = bits === 8 ? 8 : DEPTHS.find((depth) => most < 2 ** depth)!;
  return 2 ** needed - 1;
}

/**
 * Samples as bytes, by what they reach: integers from 0 as `whiteOf` says; floats 0..1, −1..1, or those of integers.
 * @throws UnreadableImage where they allow no reading: numbers that are not finite, other ranges of floats
 */
export function toBytes(samples: Numbers): Uint8Array {
  let low = Infinity;
  let high = -Infinity;
  let finite = true;
  for (const value of samples) {
    low = Math.min(low, value);
    high = Math.max(high, value);
    finite &&= Number.isFinite(value);
  }
  if (!finite) throw new UnreadableImage(message('unreadable.not-finite'));
  const isFloat = samples instanceof Float32Array || samples instanceof Float64Array;
  const [black, white] = isFloat ? floatRange(low, high) : [0, whiteOfIntegers(samples, high)];
  const scale = 255 / (white - black);
  const bytes = new Uint8ClampedArray(samples.length); // clamps, and rounds to nearest
  for (let i = 0; i < samples.length; i++) bytes[i] = (samples[i] - black) * scale;
  return new Uint8Array(bytes.buffer);
}

function whiteOfIntegers(samples: Numbers, high: number): number {
  const signed = samples instanceof Int16Array || samples instanceof Int32Array;
  const white = whiteOf(high, samples.BYTES_PER_ELEMENT === 2 ? 16 : 32);
  const whole = white === 2 ** (8 * samples.BYTES_PER_ELEMENT) - 1;
  return signed && whole ? (white - 1) / 2 : white;
}

function floatRange(low: number, high: number): [number, number] {
  const slack = 1e-3; // what rounding and sharpening leave beyond the ends
  if (low >= -slack) {
    if (high <= 1 + slack) return [0, 1];
    // up to a few: 0..1 with lights beyond white, or something very dark of 0..255
    if (high > BEYOND_WHITE && high <= 65535 + slack) return [0, whiteOf(high - slack, 16)];
  } else if (low >= -1 - slack && high <= 1 + slack) {
    return [-1, 1];
  }
  const text = (value: number) => Number(value.toPrecision(3)).toString();
  throw new UnreadableImage(message('unreadable.float-range', { low: text(low), high: text(high) }));
}
