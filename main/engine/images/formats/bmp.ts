/** BMP files: Windows' and OS/2's headers, 1 to 32 bits a pixel, masks, run-length coding, either way up. */
import { message } from '../../../contract';
import { broken, checkSize, type Raster, UnreadableImage } from './raster';

const FILE_HEADER = 14;

/** BITMAPINFOHEADER's `biCompression`. */
const [PLAIN, RLE8, RLE4, MASKS, MASKS_WITH_ALPHA] = [0, 1, 2, 3, 6];

/** @throws UnreadableImage */
export function decodeBmp(bytes: Uint8Array): Raster {
  try {
    return decode(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    if (error instanceof RangeError) throw broken(); // read past the end
    throw error;
  }
}

function decode(bytes: Uint8Array, view: DataView): Raster {
  const pixelsAt = view.getUint32(10, true);
  const headerSize = view.getUint32(14, true);
  const old = headerSize === 12;
  const width = old ? view.getUint16(18, true) : view.getInt32(18, true);
  const rows = old ? view.getInt16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(old ? 24 : 28, true);
  const compression = old ? PLAIN : view.getUint32(30, true);
  const height = Math.abs(rows);
  checkSize(width, height);
  const place = (y: number) => (rows < 0 ? y : height - 1 - y) * width;

  if (compression === RLE8 || compression === RLE4) {
    const palette = paletteOf(bytes, view, headerSize, bits, pixelsAt);
    const indices = runs(bytes, pixelsAt, { width, height, nibbles: compression === RLE4 });
    return painted(width, height, (i) => palette[indices[place(Math.floor(i / width)) + (i % width)]] ?? 0);
  }
  if (![PLAIN, MASKS, MASKS_WITH_ALPHA].includes(compression)) {
    throw new UnreadableImage(message('unreadable.bmp-packed'));
  }

  const stride = Math.ceil((width * bits) / 32) * 4;
  // The padding of the last row is often left out.
  if (pixelsAt + stride * (height - 1) + Math.ceil((width * bits) / 8) > bytes.length) throw broken();
  if (bits <= 8) {
    if (![1, 2, 4, 8].includes(bits)) throw broken();
    const palette = paletteOf(bytes, view, headerSize, bits, pixelsAt);
    return painted(width, height, (i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      const at = x * bits;
      const row = pixelsAt + (rows < 0 ? y : height - 1 - y) * stride;
      return palette[(bytes[row + (at >> 3)] >> (8 - bits - (at & 7))) & (2 ** bits - 1)] ?? 0;
    });
  }
  if (![16, 24, 32].includes(bits)) throw broken();
  return direct(bytes, view, {
    width,
    height,
    bits,
    stride,
    pixelsAt,
    downwards: rows < 0,
    masks: masksOf(view, headerSize, bits, compression),
  });
}

/** Colours as numbers 0xRRGGBB. */
function paletteOf(bytes: Uint8Array, view: DataView, headerSize: number, bits: number, pixelsAt: number): number[] {
  const old = headerSize === 12;
  const entry = old ? 3 : 4;
  const coloursUsed = old ? 0 : view.getUint32(46, true);
  const start = FILE_HEADER + headerSize;
  const room = Math.floor((Math.min(pixelsAt, bytes.length) - start) / entry);
  const count = Math.min(coloursUsed || 2 ** bits, 2 ** bits, Math.max(0, room));
  return Array.from({ length: count }, (_, i) => {
    const at = start + i * entry;
    return (bytes[at + 2] << 16) | (bytes[at + 1] << 8) | bytes[at];
  });
}

/** RGB of the colours that `colourAt` gives for each pixel, and grey where all of them are. */
function painted(width: number, height: number, colourAt: (i: number) => number): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const colour = colourAt(i);
    data[3 * i] = colour >> 16;
    data[3 * i + 1] = (colour >> 8) & 255;
    data[3 * i + 2] = colour & 255;
  }
  return { width, height, channels: 3, data };
}

/** Red, green, blue and alpha as masks of a pixel's number; alpha 0: none. */
function masksOf(view: DataView, headerSize: number, bits: number, compression: number): number[] {
  if (compression !== PLAIN) {
    const alpha = headerSize >= 56 || compression === MASKS_WITH_ALPHA ? view.getUint32(66, true) : 0;
    return [54, 58, 62].map((at) => view.getUint32(at, true)).concat(alpha);
  }
  // The fourth byte of plain 32-bit pixels is not said to be alpha, and yet it often is.
  return bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, bits === 32 ? 0xff000000 : 0];
}

interface Direct {
  width: number;
  height: number;
  bits: number;
  stride: number;
  pixelsAt: number;
  downwards: boolean;
  masks: number[];
}

function direct(
  bytes: Uint8Array,
  view: DataView,
  { width, height, bits, stride, pixelsAt, downwards, masks }: Direct,
): Raster {
  const fields = masks.map((mask) => {
    const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
    return { mask, shift, most: mask >>> shift || 1 };
  });
  const data = new Uint8Array(width * height * 4);
  let opaque = 0;
  for (let y = 0; y < height; y++) {
    let from = pixelsAt + (downwards ? y : height - 1 - y) * stride;
    for (let x = 0, to = y * width * 4; x < width; x++, to += 4, from += bits / 8) {
      const pixel =
        bits === 16
          ? view.getUint16(from, true)
          : bits === 32
            ? view.getUint32(from, true)
            : bytes[from] | (bytes[from + 1] << 8) | (bytes[from + 2] << 16);
      fields.forEach(({ mask, shift, most }, c) => {
        data[to + c] = mask === 0 ? 255 : Math.round((((pixel & mask) >>> shift) * 255) / most);
      });
      opaque |= data[to + 3];
    }
  }
  // Alpha that is 0 everywhere was never meant.
  if (opaque === 0) for (let i = 3; i < data.length; i += 4) data[i] = 255;
  return { width, height, channels: 4, data };
}

/** Palette indices of a run-length coded picture, rows from the bottom up as they are stored. */
function runs(
  bytes: Uint8Array,
  start: number,
  { width, height, nibbles }: { width: number; height: number; nibbles: boolean },
): Uint8Array {
  const out = new Uint8Array(width * height);
  let [at, x, y] = [start, 0, 0];
  const put = (index: number) => {
    if (x < width && y < height) out[y * width + x] = index;
    x++;
  };
  const half = (byte: number, i: number) => (i % 2 === 0 ? byte >> 4 : byte & 15);
  while (y < height) {
    if (at + 1 >= bytes.length) throw broken();
    const [count, value] = [bytes[at], bytes[at + 1]];
    at += 2;
    if (count > 0) {
      for (let i = 0; i < count; i++) put(nibbles ? half(value, i) : value);
    } else if (value === 0) {
      [x, y] = [0, y + 1];
    } else if (value === 1) {
      break;
    } else if (value === 2) {
      if (at + 1 >= bytes.length) throw broken();
      x += bytes[at];
      y += bytes[at + 1];
      at += 2;
    } else {
      const stored = nibbles ? Math.ceil(value / 2) : value;
      if (at + stored > bytes.length) throw broken();
      for (let i = 0; i < value; i++) put(nibbles ? half(bytes[at + (i >> 1)], i) : bytes[at + i]);
      at += stored + (stored % 2);
    }
  }
  return out;
}
