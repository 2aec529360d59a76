/** JPEG 2000 files: OpenJPEG compiled to WebAssembly, loaded when the first one is met. */
import { message } from '../../../contract';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { broken, checkSize, type Raster, UnreadableImage } from './raster';
import { whiteOf } from './depth';

/** What of the codec is used; the package brings no types. */
interface Codec {
  J2KDecoder: new () => {
    getEncodedBuffer(size: number): Uint8Array;
    decode(): void;
    getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number };
    getDecodedBuffer(): Uint8Array;
    delete(): void;
  };
}

let codec: Promise<Codec> | null = null;

async function load(): Promise<Codec> {
  const require = createRequire(import.meta.url);
  const create = require('@cornerstonejs/codec-openjpeg/decodewasmjs') as (options: object) => Promise<Codec>;
  const wasmBinary = await readFile(require.resolve('@cornerstonejs/codec-openjpeg/decodewasm'));
  return create({ wasmBinary, print() {}, printErr() {} });
}

/** @throws UnreadableImage */
export async function decodeJpeg2000(bytes: Uint8Array): Promise<Raster> {
  checkHeader(bytes);
  codec ??= load();
  const decoder = new (await codec).J2KDecoder();
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    const { width, height, bitsPerSample, componentCount } = decoder.getFrameInfo();
    const decoded = decoder.getDecodedBuffer().slice(); // the codec's own memory is used again
    const count = width * height * componentCount;
    const samples = bitsPerSample > 8 ? new Uint16Array(decoded.buffer, 0, count) : decoded.subarray(0, count);
    let most = 0;
    for (const value of samples) most = Math.max(most, value);
    const white = bitsPerSample < 16 ? 2 ** bitsPerSample - 1 : whiteOf(most, 16);
    const data = Uint8Array.from(samples as ArrayLike<number>, (value) => Math.round((value * 255) / white));
    return { width, height, channels: componentCount as 1 | 3, data };
  } catch (error) {
    if (error instanceof UnreadableImage) throw error;
    throw broken(); // the codec throws numbers and strings
  } finally {
    decoder.delete();
  }
}

/** Looks at the codestream's header (ISO/IEC 15444-1, A.5.1), wherever in the file it lies. */
function checkHeader(bytes: Uint8Array): void {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = data.indexOf('ff4fff51', 0, 'hex');
  if (start < 0 || data.length < start + 43) throw broken();
  const [right, bottom, left, top] = [8, 12, 16, 20].map((at) => data.readUInt32BE(start + at));
  checkSize(right - left, bottom - top);
  const components = data.readUInt16BE(start + 40);
  const signed = data[start + 42] >= 128;
  if (signed || (components !== 1 && components !== 3)) {
    throw new UnreadableImage(
      signed
        ? message('unreadable.jpeg2000-signed')
        : message('unreadable.jpeg2000-channels', { channels: components }),
    );
  }
}
