/** Codes as NumPy's .npy files, the format every numeric tool reads (NumPy Enhancement Proposal 1). */
import { dump, parse } from 'npyjs';
import { UserError } from '../../../contract';

/** Squares of larger numbers overflow where many of them are added up. */
export const FARTHEST = 1e15;
/** Larger log-variances are of a spread that no code has: e⁵⁰ and more. */
export const WIDEST = 100;

/** @param codes `[count, latentSize]` (or log-variances beside them), written as little-endian float32 */
export function encodeCodes(codes: Float32Array, latentSize: number): Uint8Array {
  return new Uint8Array(dump(codes, [codes.length / latentSize, latentSize]));
}

/**
 * The codes in an .npy file: `[count, latentSize]`, or `[latentSize]` for a single one, of any real number type.
 * @param where the file's path, for the sentences
 * @param most numbers beyond it, in either direction, are of no network
 * @throws UserError `bad-model`
 */
export function decodeCodes(bytes: Uint8Array, latentSize: number, where: string, most = FARTHEST): Float32Array {
  let file: ReturnType<typeof parse>;
  try {
    // Its own buffer: npyjs reads from the start, and numbers have to lie on their boundaries.
    file = parse(littleEndian(new Uint8Array(bytes)).buffer);
  } catch {
    throw new UserError('bad-model.not-npy', { where });
  }
  const { data, shape, dtype, fortranOrder } = file;
  if (!(dtype in NUMBERS)) {
    throw new UserError('bad-model.npy-type', { where, dtype });
  }
  const [count, size] = shape.length === 1 ? [1, shape[0]] : shape;
  if (shape.length > 2 || size !== latentSize || count < 1 || !Number.isInteger(count)) {
    throw new UserError('bad-model.npy-shape', { where, shape: shape.join(', '), latentSize });
  }
  const values = data as unknown as ArrayLike<number | bigint>;
  if (values.length < count * size) {
    throw new UserError('bad-model.npy-cut', { where, count });
  }
  const codes = new Float32Array(count * size);
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < size; i++) codes[n * size + i] = Number(values[fortranOrder ? i * count + n : n * size + i]);
  }
  if (!codes.every((value) => Math.abs(value) <= most)) {
    throw new UserError('bad-model.npy-not-finite', { where });
  }
  return codes;
}

/** The same array with its numbers' bytes the other way round, where they are big-endian: npyjs reads little-endian only. */
function littleEndian(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer);
  if (bytes.length < 12) return bytes;
  const start = bytes[6] === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
  const header = Buffer.from(bytes.buffer, 0, Math.min(start, bytes.length));
  const at = /'descr'\s*:\s*'>[fiu](\d)'/.exec(header.toString('latin1'));
  if (!at) return bytes;
  header.write('<', header.indexOf('>', at.index));
  const size = Number(at[1]);
  for (let i = start; i + size <= bytes.length; i += size) bytes.subarray(i, i + size).reverse();
  return bytes;
}

/** NumPy's names for types of real numbers. */
const NUMBERS = { f2: 1, f4: 1, f8: 1, i1: 1, i2: 1, i4: 1, i8: 1, u1: 1, u2: 1, u4: 1, u8: 1 };
