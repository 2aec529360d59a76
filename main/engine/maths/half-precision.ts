/** Half precision, IEEE 754 binary16: 11 significant bits, and nothing beyond 65504. */

/** The largest number there is. */
export const LARGEST_HALF = 65504;
/** The smallest with all its digits; below it numbers are multiples of `STEP`. */
const NORMAL = 2 ** -14;
const STEP = 2 ** -24;
/** From here on the nearest is infinite. */
const OVERFLOW = 65520;
const INFINITE = 0x7c00;
const NOT_A_NUMBER = 0x7e00;
const SIGN = 0x8000;

/** The bits of the nearest numbers in half precision, ties to even. */
export function toHalf(values: Float32Array): Uint16Array<ArrayBuffer> {
  const single = new Uint32Array(new Float32Array(values).buffer);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    halves[i] = ((single[i] >>> 16) & SIGN) | magnitude(Math.abs(values[i]), single[i] & 0x7fffffff);
  }
  return halves;
}

/** @param bits of `size` in single precision */
function magnitude(size: number, bits: number): number {
  if (Number.isNaN(size)) return NOT_A_NUMBER;
  if (size >= OVERFLOW) return INFINITE;
  if (size < NORMAL) return nearestEven(size / STEP);
  // thirteen digits fewer, and exponents that count from −14 instead of −126
  return ((bits + 0xfff + ((bits >>> 13) & 1)) >>> 13) - (112 << 10);
}

function nearestEven(x: number): number {
  const below = Math.floor(x);
  return x - below === 0.5 ? below + (below % 2) : Math.round(x);
}

/** The numbers that these bits stand for, exactly. */
export function fromHalf(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) {
    const size = sizeOf((halves[i] >> 10) & 31, halves[i] & 1023);
    values[i] = halves[i] & SIGN ? -size : size;
  }
  return values;
}

function sizeOf(exponent: number, fraction: number): number {
  if (exponent === 31) return fraction ? NaN : Infinity;
  return exponent === 0 ? fraction * STEP : (1 + fraction / 1024) * 2 ** (exponent - 15);
}
