/** TGA files (Truevision TGA File Format Specification 2.0): true colour, grey and palette, run-length coded or not. */
import { message } from '../../../contract';
import { broken, checkSize, type Raster, UnreadableImage } from './raster';

const HEADER = 18;

/** @throws UnreadableImage */
export function decodeTga(bytes: Uint8Array): Raster {
  if (bytes.length < HEADER) throw broken();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [idLength, hasPalette, type] = bytes;
  const [first, length, entryBits] = [view.getUint16(3, true), view.getUint16(5, true), bytes[7]];
  const [width, height, bits, descriptor] = [view.getUint16(12, true), view.getUint16(14, true), bytes[16], bytes[17]];
  const kind = { 1: 'palette', 2: 'colour', 3: 'grey' }[type & 7];
  const fits =
    kind === 'colour' ? [15, 16, 24, 32].includes(bits) : kind === 'grey' ? [8, 16].includes(bits) : bits === 8;
  if (!kind || type > 11 || hasPalette > 1 || !fits || (kind === 'palette' && ![15, 16, 24, 32].includes(entryBits))) {
    throw new UnreadableImage(message('unreadable.no-image'));
  }
  checkSize(width, height);

  const paletteStart = HEADER + idLength;
  const start = paletteStart + (hasPalette ? length * Math.ceil(entryBits / 8) : 0);
  const unit = Math.ceil(bits / 8);
  const packed =
    type & 8 ? unpack(bytes, start, unit, width * height) : bytes.subarray(start, start + unit * width * height);
  if (packed.length < unit * width * height) throw broken();

  const alpha = kind === 'grey' ? bits === 16 : (kind === 'palette' ? entryBits : bits) === 32;
  const channels = ((kind === 'grey' ? 1 : 3) + (alpha ? 1 : 0)) as Raster['channels'];
  const data = new Uint8Array(width * height * channels);
  const [leftwards, downwards] = [descriptor & 0x10, descriptor & 0x20];
  let opaque = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * unit;
      const to = ((downwards ? y : height - 1 - y) * width + (leftwards ? width - 1 - x : x)) * channels;
      if (kind === 'grey') {
        for (let c = 0; c < channels; c++) data[to + c] = packed[from + c];
      } else if (kind === 'colour') {
        colour(packed, from, bits, data, to);
      } else {
        const entry = packed[from] - first;
        if (entry < 0 || entry >= length) throw broken();
        colour(bytes, paletteStart + entry * Math.ceil(entryBits / 8), entryBits, data, to);
      }
      if (alpha) opaque |= data[to + channels - 1];
    }
  }
  // Programs that know no alpha leave it at 0 everywhere.
  if (alpha && opaque === 0) for (let i = channels - 1; i < data.length; i += channels) data[i] = 255;
  return { width, height, channels, data };
}

/** Little-endian BGR, BGRA, or five bits a colour. */
function colour(from: Uint8Array, at: number, bits: number, to: Uint8Array, place: number): void {
  if (bits <= 16) {
    const value = from[at] | (from[at + 1] << 8);
    for (let c = 0; c < 3; c++) to[place + c] = Math.round((((value >> (10 - 5 * c)) & 31) * 255) / 31);
    return;
  }
  for (let c = 0; c < 3; c++) to[place + c] = from[at + 2 - c];
  if (bits === 32) to[place + 3] = from[at + 3];
}

/** Packets of runs and of single pixels. */
function unpack(bytes: Uint8Array, start: number, unit: number, count: number): Uint8Array {
  const out = new Uint8Array(unit * count);
  let [from, to] = [start, 0];
  while (to < out.length) {
    if (from >= bytes.length) throw broken();
    const packet = bytes[from++];
    const pixels = Math.min((packet & 127) + 1, (out.length - to) / unit);
    const stored = packet & 128 ? unit : pixels * unit;
    if (from + stored > bytes.length) throw broken();
    if (packet & 128) for (let i = 0; i < pixels; i++) out.set(bytes.subarray(from, from + unit), to + i * unit);
    else out.set(bytes.subarray(from, from + stored), to);
    from += stored;
    to += pixels * unit;
  }
  return out;
}
