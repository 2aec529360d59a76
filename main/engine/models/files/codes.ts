/** Codes as NumPy's .npy files, the format every numeric tool reads (NumPy Enhancement Proposal 1). */
import { dump, parse } from 'npyjs';
import { UserError } from '../../../contract';

/** @param codes `[count, latentSize]` (or log-variances beside them), written as little-endian float32 */
export function encodeCodes(codes: Float32Array, latentSize: number): Uint8Array {
  return new Uint8Array(dump(codes, [codes.length / latentSize, latentSize]));
}

/**
 * The codes in an .npy file: `[count, latentSize]`, or `[latentSize]` for a single one, of any real number type.
 * @param where the file's path, for the sentences
 * @throws UserError `bad-model`
 */
export function decodeCodes(
  bytes: Uint8Array,
  latentSize: number,
  where: string,
): Float32Array {
  let file: ReturnType<typeof parse>;
  try {
    // Its own buffer: npyjs reads from the start, and numbers have to lie on their boundaries.
    file = parse(new Uint8Array(bytes).buffer);
  } catch {
    throw new UserError('bad-model.not-npy', { where });
  }
  const { data, shape, dtype, fortranOrder } = file;
  if (!(dtype in NUMBERS)) {
    throw new UserError('bad-model.npy-type', { where, dtype });
  }
  const [count, size] = shape.length === 1 ? [1, shape[0]] : shape;
  if (shape.length > 2 || size !== latentSize || count < 1) {
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
  if (!codes.every(Number.isFinite)) {
    throw new UserError('bad-model.npy-not-finite', { where });
  }
  return codes;
}

/** NumPy's names for types of real numbers. */
const NUMBERS = { f2: 1, f4: 1, f8: 1, i1: 1, i2: 1, i4: 1, i8: 1, u1: 1, u2: 1, u4: 1, u8: 1 };
