/** Numbers of a network's inputs and outputs, whatever type they are stored in. */
import { fromHalf, toHalf } from '../maths/half-precision';
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
      const halves = toHalf(values);
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
  if (type === 'float16' && data instanceof Uint16Array) return fromHalf(data);
  return Float32Array.from(data as ArrayLike<number | bigint>, Number);
}
