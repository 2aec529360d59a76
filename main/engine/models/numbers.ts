/** Numbers of a network's inputs and outputs, whatever type they are stored in. */
import { Tensor } from '../onnxruntime';

/** Types in which a code can be fed. */
export const CODE_TYPES: readonly string[] = ['float32', 'float16', 'float64'];
/** Types in which inputs beside the code can be fed. */
export const FEEDABLE: readonly string[] = [...CODE_TYPES, 'int64', 'int32', 'uint8', 'bool'];
/** Types in which a picture can be given: all numbers. */
export const READABLE: readonly string[] = [...FEEDABLE, 'int8', 'int16', 'uint16', 'uint32', 'uint64'];

/** @throws RangeError for a type that cannot be fed */
export function tensorOf(type: string, values: Float32Array, dims: readonly number[]): Tensor {
  switch (type) {
    case 'float32':
      return new Tensor('float32', values, dims);
    case 'float16': {
      const halves = Uint16Array.from(values, toHalf);
      // Where JavaScript has half floats, the runtime takes those.
      const Native = (globalThis as { Float16Array?: new (buffer: ArrayBufferLike) => Uint16Array }).Float16Array;
      return new Tensor('float16', Native ? new Native(halves.buffer) : halves, dims);
    }
    case 'float64':
      return new Tensor('float64', Float64Array.from(values), dims);
    case 'int64':
      return new Tensor(
        'int64',
        BigInt64Array.from(values, (value) => BigInt(Math.round(value))),
        dims,
      );
    case 'int32':
      return new Tensor('int32', Int32Array.from(values, Math.round), dims);
    case 'uint8':
      // rounds, and keeps to 0..255
      return new Tensor('uint8', new Uint8Array(Uint8ClampedArray.from(values).buffer), dims);
    case 'bool':
      return new Tensor(
        'bool',
        Uint8Array.from(values, (value) => (value ? 1 : 0)),
        dims,
      );
    default:
      throw new RangeError(`${type} cannot be fed`);
  }
}

export function toFloats({ type, data }: Tensor): Float32Array {
  if (data instanceof Float32Array) return data;
  if (type === 'float16' && data instanceof Uint16Array) return Float32Array.from(data, fromHalf);
  return Float32Array.from(data as ArrayLike<number | bigint>, Number);
}

/** IEEE 754 binary16. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Rounds to nearest; what is too large becomes infinite. */
function toHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | Math.round(size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  const fraction = Math.round((size / 2 ** exponent - 1) * 1024);
  return sign | (((exponent + 15) << 10) + fraction);
}
