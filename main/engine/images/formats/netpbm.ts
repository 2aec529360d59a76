/** PBM, PGM, PPM and PAM files (Netpbm's `pbm(5)`, `pgm(5)`, `ppm(5)`, `pam(5)`), as text and as bytes. */
import { whiteOf } from './depth';
import { broken, checkSize, type Raster } from './raster';

interface Header {
  width: number;
  height: number;
  channels: Raster['channels'];
  /** The number that means white. */
  white: number;
  /** How the pixels follow. */
  coding: 'text' | 'bits' | 'bytes';
  /** 1 is black and 0 is white, as in PBM. */
  inverted: boolean;
  /** Where the pixels begin. */
  start: number;
}

/** @throws UnreadableImage */
export function decodeNetpbm(bytes: Uint8Array): Raster {
  const header = bytes[1] === 0x37 ? pamHeader(bytes) : pnmHeader(bytes);
  const { width, height, channels, white, inverted } = header;
  checkSize(width, height);
  if (!(white >= 1 && white <= 65535)) throw broken();
  const samples = readSamples(bytes, header);
  const scale = 255 / (white === 0xffff ? whiteOf(most(samples), 16) : white);
  const data = new Uint8ClampedArray(samples.length);
  for (let i = 0; i < data.length; i++) data[i] = inverted ? 255 - samples[i] * 255 : samples[i] * scale;
  return { width, height, channels, data: new Uint8Array(data.buffer) };
}

function most(samples: ArrayLike<number>): number {
  let found = 0;
  for (let i = 0; i < samples.length; i++) found = Math.max(found, samples[i]);
  return found;
}

const SPACE = new Set([0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d]);

/** Words of a header or of pixels written as text; `#` begins a comment that ends with its line. */
function* words(bytes: Uint8Array, start: number): Generator<{ text: string; end: number }, undefined> {
  let i = start;
  while (i < bytes.length) {
    if (bytes[i] === 0x23) while (i < bytes.length && bytes[i] !== 0x0a) i++;
    else if (SPACE.has(bytes[i])) i++;
    else {
      const from = i;
      while (i < bytes.length && !SPACE.has(bytes[i]) && bytes[i] !== 0x23) i++;
      yield { text: Buffer.from(bytes.subarray(from, i)).toString('latin1'), end: i };
    }
  }
}

function pnmHeader(bytes: Uint8Array): Header {
  const type = bytes[1] - 0x30;
  const bitmap = type === 1 || type === 4;
  const reader = words(bytes, 2);
  let end = 2;
  const next = () => {
    const word = reader.next();
    if (word.done) throw broken();
    end = word.value.end;
    return Number(word.value.text);
  };
  const [width, height] = [next(), next()];
  const white = bitmap ? 1 : next();
  return {
    width,
    height,
    channels: type === 3 || type === 6 ? 3 : 1,
    white,
    coding: type <= 3 ? 'text' : type === 4 ? 'bits' : 'bytes',
    inverted: bitmap,
    start: end + 1, // exactly one white-space character lies between header and pixels
  };
}

function pamHeader(bytes: Uint8Array): Header {
  const text = Buffer.from(bytes.subarray(0, 4096)).toString('latin1');
  const end = /\nENDHDR[ \t\r]*\n/.exec(text);
  if (!end) throw broken();
  const fields = new Map(
    text
      .slice(0, end.index)
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/, 2) as [string, string]),
  );
  const number = (name: string) => Number(fields.get(name));
  const channels = number('DEPTH');
  if (![1, 2, 3, 4].includes(channels)) throw broken();
  return {
    width: number('WIDTH'),
    height: number('HEIGHT'),
    channels: channels as Raster['channels'],
    white: number('MAXVAL'),
    coding: 'bytes',
    inverted: false,
    start: end.index + end[0].length,
  };
}

function readSamples(
  bytes: Uint8Array,
  { width, height, channels, white, coding, inverted, start }: Header,
): ArrayLike<number> {
  const count = width * height * channels;
  if (coding === 'text') {
    const samples = new Uint16Array(Math.min(count, bytes.length));
    let i = 0;
    for (const { text } of words(bytes, start - 1)) {
      // the digits of a plain PBM need no space between them
      for (const word of inverted ? text : [text]) if (i < count) samples[i++] = Number(word);
      if (i === count) return samples;
    }
    throw broken();
  }
  if (coding === 'bits') {
    const row = Math.ceil(width / 8);
    if (bytes.length < start + row * height) throw broken();
    return Uint8Array.from({ length: count }, (_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return (bytes[start + y * row + (x >> 3)] >> (7 - (x & 7))) & 1;
    });
  }
  const wide = white > 255;
  if (bytes.length < start + count * (wide ? 2 : 1)) throw broken();
  if (!wide) return bytes.subarray(start, start + count);
  return Uint16Array.from({ length: count }, (_, i) => bytes[start + 2 * i] * 256 + bytes[start + 2 * i + 1]);
}
