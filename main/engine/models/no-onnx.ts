/** What kind of file was opened that is not a model: people choose the file beside the one that they mean. */
import path from 'node:path';
import { type english, UserError } from '../../contract';

type NotOnnx = Exclude<keyof (typeof english)['not-onnx'], 'too-large'>;

/** Bytes at the start of a file that tell. */
export const START = 512;

/** Larger files cannot be ONNX: protobuf's messages end at 2 GiB. */
export const MOST_BYTES = 2 ** 31 - 1;

/**
 * Why the file that begins with `start` is no ONNX model; null where it may be one.
 * @param start its first `START` bytes, fewer where it is shorter
 * @param size of the whole file, bytes
 */
export function whyNoOnnx(start: Buffer, size: number, where: string): UserError | null {
  const no = (kind: NotOnnx) => new UserError(`not-onnx.${kind}`, { where });
  const text = start.toString('latin1');
  if (size === 0) return no('empty');
  if (text.startsWith('version https://git-lfs')) {
    return no('git-lfs');
  }
  if (/^(\ufeff|\s)*<(!doctype|html|head|\?xml)/i.test(start.toString('utf8'))) {
    return no('web-page');
  }
  if (start[0] === 0x80 && start[1] >= 2 && start[1] <= 5) {
    return no('pickle');
  }
  if (text.startsWith('\x89HDF')) {
    return no('hdf5');
  }
  if (text.slice(4, 8) === 'TFL3') return no('tflite');
  if (text.startsWith('\x93NUMPY')) return no('npy');
  if (text.startsWith('\x1f\x8b')) return no('gzip');
  if (text.startsWith('GGUF')) return no('gguf');
  if (start.length > 9 && start[8] === 0x7b && start.readUIntLE(0, 6) < size && start.readUInt16LE(6) === 0) {
    return no('safetensors');
  }
  if (size > MOST_BYTES) {
    return new UserError('not-onnx.too-large', { where, size: (size / 2 ** 30).toFixed(1) });
  }
  return null;
}

/** Why a zip file that holds no model of ours cannot be opened. @param names of the files in it */
export function whyNoModelZip(names: readonly string[], where: string): UserError {
  const base = names.map((name) => path.posix.basename(name));
  if (base.includes('data.pkl')) {
    return new UserError('not-onnx.pytorch', { where });
  }
  if (base.includes('model.weights.h5') || base.includes('config.json') || base.includes('saved_model.pb')) {
    return new UserError('not-onnx.keras', { where });
  }
  const onnx = base.find((name) => name.endsWith('.onnx'));
  return onnx
    ? new UserError('bad-model.zip-of-onnx', { where, name: onnx })
    : new UserError('bad-model.zip-without-model', { where });
}
