/** What a file is that was opened as a model and is none: people choose the file beside the one that they mean. */
import path from 'node:path';
import { UserError } from '../../contract';

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
  const no = (sentence: string) => new UserError('not-onnx', `"${where}" ${sentence}`);
  const text = start.toString('latin1');
  if (size === 0) return no('is empty. Copy or download it again.');
  if (text.startsWith('version https://git-lfs')) {
    return no('is a pointer of Git LFS, not the model itself. Fetch the model with "git lfs pull".');
  }
  if (/^(\ufeff|\s)*<(!doctype|html|head|\?xml)/i.test(start.toString('utf8'))) {
    return no('is a web page, not a model. Download the file itself, for example by "Download" or "Raw".');
  }
  if (start[0] === 0x80 && start[1] >= 2 && start[1] <= 5) {
    return no('is a pickled Python object, such as a PyTorch checkpoint. Export the network from PyTorch with torch.onnx.export, and open that file.');
  }
  if (text.startsWith('\x89HDF')) {
    return no('is an HDF5 file, as Keras saves them. Convert the model with tf2onnx or keras.export to ONNX, and open that file.');
  }
  if (text.slice(4, 8) === 'TFL3') return no('is a TensorFlow Lite model. Convert it with tf2onnx --tflite, and open that file.');
  if (text.startsWith('\x93NUMPY')) return no('is a NumPy array, not a model. Codes are opened together with a model.');
  if (text.startsWith('\x1f\x8b')) return no('is packed with gzip. Unpack it, and open what is in it.');
  if (text.startsWith('GGUF')) return no('is a GGUF file of a language model. Choose an image decoder in ONNX.');
  if (start.length > 9 && start[8] === 0x7b && start.readUIntLE(0, 6) < size && start.readUInt16LE(6) === 0) {
    return no('is a safetensors file: weights without their network. Load them into the network in PyTorch, export it with torch.onnx.export, and open that file.');
  }
  if (size > MOST_BYTES) {
    return no(`has ${(size / 2 ** 30).toFixed(1)} GiB, and ONNX files end at 2 GiB. Export it with its weights in a file beside it (external data).`);
  }
  return null;
}

/** Why a zip file that holds no model of ours cannot be opened. @param names of the files in it */
export function whyNoModelZip(names: readonly string[], where: string): UserError {
  const base = names.map((name) => path.posix.basename(name));
  if (base.includes('data.pkl')) {
    return new UserError(
      'not-onnx',
      `"${where}" is a PyTorch checkpoint: weights without their network. Export the network from PyTorch with torch.onnx.export, and open that file.`,
    );
  }
  if (base.includes('model.weights.h5') || base.includes('config.json') || base.includes('saved_model.pb')) {
    return new UserError('not-onnx', `"${where}" is a Keras or TensorFlow model. Convert it to ONNX with tf2onnx, and open that file.`);
  }
  const onnx = base.find((name) => name.endsWith('.onnx'));
  return new UserError(
    'bad-model',
    onnx
      ? `"${where}" holds ${onnx}, but no model.json of Latentscape. Unpack it, and open ${onnx}.`
      : `"${where}" holds no model: there is no model.json in it.`,
  );
}
