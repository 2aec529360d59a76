/** Writes images in formats that sharp does not write, as programs do. */

/** A picture of numbers 0..255: value of channel `c` at (x, y). */
export interface Picture {
  width: number;
  height: number;
  at(x: number, y: number, c: number): number;
}

/** Smooth and colourful, another one for each seed. */
export function picture(seed: number, width = 16, height = 12): Picture {
  const wave = (x: number, y: number, c: number) =>
    Math.sin(seed + c * 2 + (3 * x) / width) + Math.cos(seed * 1.7 + c + (2 * y) / height);
  return { width, height, at: (x, y, c) => Math.round(((wave(x, y, c) + 2) / 4) * 255) };
}

/** As `picture`, without colours. */
export const greyPicture = (seed: number, width?: number, height?: number): Picture => {
  const { at, ...size } = picture(seed, width, height);
  return { ...size, at: (x, y) => at(x, y, 0) };
};

/** Values row by row, those of a pixel side by side. */
export function samples(
  { width, height, at }: Picture,
  channels: number[],
  map: (value: number) => number = (v) => v,
): number[] {
  const values: number[] = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) for (const c of channels) values.push(map(at(x, y, c)));
  return values;
}

const RGB = [0, 1, 2];
const bigEndian16 = (values: number[]) => Buffer.from(values.flatMap((value) => [value >> 8, value & 255]));

export interface NetpbmOptions {
  type: 1 | 2 | 3 | 4 | 5 | 6;
  white?: number;
  comment?: boolean;
}

export function pnm(of: Picture, { type, white = 255, comment = false }: NetpbmOptions): Buffer {
  const { width, height } = of;
  const bitmap = type === 1 || type === 4;
  const note = comment ? '# made by hand\n' : '';
  const header = Buffer.from(`P${type}\n${note}${width} ${height}\n${bitmap ? '' : `${note}${white}\n`}`);
  const channels = type === 3 || type === 6 ? RGB : [0];
  if (bitmap) {
    const bits = samples(of, [0], (value) => (value < 128 ? 1 : 0));
    if (type === 1) return Buffer.concat([header, Buffer.from(bits.join(comment ? '' : ' ') + '\n')]);
    const stride = Math.ceil(width / 8);
    const packed = Buffer.alloc(stride * height);
    bits.forEach(
      (bit, i) => (packed[Math.floor(i / width) * stride + ((i % width) >> 3)] |= bit << (7 - ((i % width) & 7))),
    );
    return Buffer.concat([header, packed]);
  }
  const values = samples(of, channels, (value) => Math.round((value / 255) * white));
  if (type <= 3) return Buffer.concat([header, Buffer.from(values.join('\n') + '\n')]);
  return Buffer.concat([header, white > 255 ? bigEndian16(values) : Buffer.from(values)]);
}

export function pam(of: Picture, channels: number[], white = 255): Buffer {
  const { width, height } = of;
  const header = `P7\n# made by hand\nWIDTH ${width}\nHEIGHT ${height}\nDEPTH ${channels.length}\nMAXVAL ${white}\nTUPLTYPE X\nENDHDR\n`;
  const values = samples(of, channels, (value) => Math.round((value / 255) * white));
  return Buffer.concat([Buffer.from(header), white > 255 ? bigEndian16(values) : Buffer.from(values)]);
}

export interface TgaOptions {
  kind: 'palette' | 'colour' | 'grey';
  bits: 8 | 16 | 24 | 32;
  packed?: boolean;
  /** Rows from the top, pixels from the right. */
  downwards?: boolean;
  leftwards?: boolean;
  /** Of every pixel, where there is one. */
  alpha?: number;
}

export function tga(
  of: Picture,
  { kind, bits, packed = false, downwards = false, leftwards = false, alpha = 255 }: TgaOptions,
): Buffer {
  const { width, height, at } = of;
  const header = Buffer.alloc(18);
  header[0] = 5; // an identification of five bytes
  header[1] = kind === 'palette' ? 1 : 0;
  header[2] = { palette: 1, colour: 2, grey: 3 }[kind] + (packed ? 8 : 0);
  if (kind === 'palette') {
    header.writeUInt16LE(256, 5);
    header[7] = 24;
  }
  header.writeUInt16LE(width, 12);
  header.writeUInt16LE(height, 14);
  header[16] = bits;
  header[17] = (leftwards ? 0x10 : 0) | (downwards ? 0x20 : 0);
  const palette =
    kind === 'palette'
      ? Buffer.from(Array.from({ length: 256 }, (_, i) => [255 - i, i, i >> 1]).flat())
      : Buffer.alloc(0);
  const pixels: number[][] = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [x, y] = [leftwards ? width - 1 - column : column, downwards ? row : height - 1 - row];
      const [r, g, b] = RGB.map((c) => at(x, y, c));
      if (kind === 'palette') pixels.push([r]);
      else if (kind === 'grey') pixels.push(bits === 16 ? [r, alpha] : [r]);
      else if (bits === 16) {
        const value = ((r >> 3) << 10) | ((g >> 3) << 5) | (b >> 3);
        pixels.push([value & 255, value >> 8]);
      } else pixels.push(bits === 32 ? [b, g, r, alpha] : [b, g, r]);
    }
  }
  const body: number[] = [];
  if (!packed) body.push(...pixels.flat());
  else {
    for (let i = 0; i < pixels.length;) {
      let run = 1;
      while (run < 128 && i + run < pixels.length && pixels[i + run].join() === pixels[i].join()) run++;
      if (run > 1) body.push(127 + run, ...pixels[i]);
      else body.push(0, ...pixels[i]);
      i += run;
    }
  }
  return Buffer.concat([header, Buffer.from('hello'), palette, Buffer.from(body)]);
}

export interface BmpOptions {
  bits: 1 | 4 | 8 | 16 | 24 | 32;
  header?: 12 | 40 | 56 | 108 | 124;
  downwards?: boolean;
  /** Five, six and five bits a colour. */
  masks565?: boolean;
  packed?: boolean;
  alpha?: number;
}

/** Pictures of a palette show the first channel: as 0 or 1, 0..15, or 0..255. */
export function bmp(
  of: Picture,
  { bits, header: size = 40, downwards = false, masks565 = false, packed = false, alpha = 255 }: BmpOptions,
): Buffer {
  const { width, height, at } = of;
  const colours = bits <= 8 ? 2 ** bits : 0;
  const masked = masks565 || (bits === 32 && size >= 56);
  const extra = masked && size === 40 ? 12 : 0;
  const entry = size === 12 ? 3 : 4;
  const pixelsAt = 14 + size + extra + colours * entry;
  const header = Buffer.alloc(14 + size + extra);
  header.write('BM');
  header.writeUInt32LE(pixelsAt, 10);
  header.writeUInt32LE(size, 14);
  if (size === 12) {
    header.writeUInt16LE(width, 18);
    header.writeInt16LE(height, 20);
    header.writeUInt16LE(1, 22);
    header.writeUInt16LE(bits, 24);
  } else {
    header.writeInt32LE(width, 18);
    header.writeInt32LE(downwards ? -height : height, 22);
    header.writeUInt16LE(1, 26);
    header.writeUInt16LE(bits, 28);
    header.writeUInt32LE(masked ? 3 : packed ? (bits === 4 ? 2 : 1) : 0, 30);
    if (masked) {
      const masks = masks565 ? [0xf800, 0x7e0, 0x1f] : [0xff0000, 0xff00, 0xff];
      masks.forEach((mask, i) => header.writeUInt32LE(mask, 54 + 4 * i));
      if (size >= 56) header.writeUInt32LE(masks565 ? 0 : 0xff000000, 66);
    }
  }
  const palette = Buffer.from(
    Array.from({ length: colours }, (_, i) => {
      const value = Math.round((i * 255) / (colours - 1));
      return size === 12 ? [value, value, value] : [value, value, value, 0];
    }).flat(),
  );
  const index = (x: number, y: number) => Math.round((at(x, y, 0) * (colours - 1)) / 255);
  const stride = Math.ceil((width * bits) / 32) * 4;
  const rows: number[] = [];
  for (let row = 0; row < height; row++) {
    const y = downwards ? row : height - 1 - row;
    const line = Buffer.alloc(stride);
    for (let x = 0; x < width; x++) {
      const [r, g, b] = RGB.map((c) => at(x, y, c));
      if (bits <= 8) line[(x * bits) >> 3] |= index(x, y) << (8 - bits - ((x * bits) & 7));
      else if (bits === 16)
        line.writeUInt16LE(
          masks565 ? ((r >> 3) << 11) | ((g >> 2) << 5) | (b >> 3) : ((r >> 3) << 10) | ((g >> 3) << 5) | (b >> 3),
          2 * x,
        );
      else line.set(bits === 32 ? [b, g, r, alpha] : [b, g, r], (x * bits) / 8);
    }
    if (!packed) rows.push(...line);
    else if (bits === 8) {
      // the first half as runs, the rest as it is
      const half = width - Math.max(3, width >> 1);
      for (let x = 0; x < half; x++) rows.push(1, line[x]);
      rows.push(0, width - half, ...line.subarray(half, width), ...((width - half) % 2 ? [0] : []), 0, 0);
    } else {
      for (let x = 0; x < width; x += 2) rows.push(Math.min(2, width - x), line[x >> 1]);
      rows.push(0, 0);
    }
  }
  if (packed) rows.push(0, 1);
  return Buffer.concat([header, palette, Buffer.from(rows)]);
}

export interface TiffOptions {
  type: 'uint8' | 'int8' | 'uint16' | 'uint32' | 'int16' | 'int32' | 'float32' | 'float64' | 'float16' | 'complex';
  channels: 1 | 2 | 3 | 4 | 5;
  photometric?: number;
  bigEndian?: boolean;
  /** A BigTIFF. */
  big?: boolean;
  /** From 0..255 to the numbers of the file. */
  map?(value: number): number;
  orientation?: number;
}

/** One strip, not compressed. */
export function tiff(
  of: Picture,
  { type, channels, photometric, bigEndian = false, big = false, map = (v) => v, orientation = 1 }: TiffOptions,
): Buffer {
  const format = { u: 1, i: 2, f: 3, c: 6 }[type[0]]!;
  const bits = type === 'complex' ? 64 : Number(/\d+$/.exec(type)![0]);
  const values = samples(
    of,
    Array.from({ length: channels }, (_, c) => c),
    map,
  );
  const bytes = bits / 8;
  const strip = Buffer.alloc(values.length * bytes);
  values.forEach((value, i) => {
    const at = i * bytes;
    const whole = Math.round(value);
    const write = {
      uint: () => (bigEndian ? strip.writeUIntBE(whole, at, bytes) : strip.writeUIntLE(whole, at, bytes)),
      int: () => (bigEndian ? strip.writeIntBE(whole, at, bytes) : strip.writeIntLE(whole, at, bytes)),
      float: () => (bigEndian ? strip.writeFloatBE(value, at) : strip.writeFloatLE(value, at)),
    }[type.replace(/\d+$/, '')];
    if (type !== 'float64' && type !== 'float16') write?.(); // of these, only the header is looked at
  });
  const [SHORT, LONG] = [3, 4];
  const perChannel = (value: number) => Array.from({ length: channels }, () => value);
  const colours = channels >= 3 && (photometric ?? 2) !== 1 ? 3 : 1;
  const entries: [tag: number, type: number, values: number[]][] = [
    [256, LONG, [of.width]],
    [257, LONG, [of.height]],
    [258, SHORT, perChannel(bits)],
    [259, SHORT, [1]],
    [262, SHORT, [photometric ?? (channels >= 3 ? 2 : 1)]],
    [273, LONG, [0]],
    [274, SHORT, [orientation]],
    [277, SHORT, [channels]],
    [278, LONG, [of.height]],
    [279, LONG, [strip.length]],
    ...(channels > colours && photometric !== 5
      ? ([[338, SHORT, Array.from({ length: channels - colours }, () => 2)]] as [number, number, number[]][])
      : []),
    [339, SHORT, perChannel(format)],
  ];
  const u16 = (buffer: Buffer, value: number, at: number) =>
    bigEndian ? buffer.writeUInt16BE(value, at) : buffer.writeUInt16LE(value, at);
  const u32 = (buffer: Buffer, value: number, at: number) =>
    bigEndian ? buffer.writeUInt32BE(value, at) : buffer.writeUInt32LE(value, at);
  // places and counts: of eight bytes in a BigTIFF
  const wide = big ? 8 : 4;
  const number = (buffer: Buffer, value: number, at: number) => {
    if (!big) u32(buffer, value, at);
    else if (bigEndian) buffer.writeBigUInt64BE(BigInt(value), at);
    else buffer.writeBigUInt64LE(BigInt(value), at);
  };
  const fits = (kind: number, list: number[]) => list.length * (kind === SHORT ? 2 : 4) <= wide;
  const start = big ? 16 : 8;
  const first = big ? 8 : 2;
  const extraAt = start + first + (4 + 2 * wide) * entries.length + wide;
  const extra: Buffer[] = [];
  let extraSize = 0;
  const stripAt = extraAt + entries.reduce((sum, [, kind, list]) => sum + (fits(kind, list) ? 0 : list.length * 2), 0);
  const directory = Buffer.alloc(extraAt - start);
  if (big) number(directory, entries.length, 0);
  else u16(directory, entries.length, 0);
  entries.forEach(([tag, kind, list], i) => {
    const at = first + (4 + 2 * wide) * i;
    const value = at + 4 + wide;
    u16(directory, tag, at);
    u16(directory, kind, at + 2);
    number(directory, list.length, at + 4);
    if (tag === 273) u32(directory, stripAt, value);
    else if (kind === LONG) u32(directory, list[0], value);
    else if (fits(kind, list)) list.forEach((each, k) => u16(directory, each, value + 2 * k));
    else {
      number(directory, extraAt + extraSize, value);
      const block = Buffer.alloc(list.length * 2);
      list.forEach((each, k) => u16(block, each, 2 * k));
      extra.push(block);
      extraSize += block.length;
    }
  });
  const header = Buffer.alloc(start);
  header.write(bigEndian ? 'MM' : 'II');
  u16(header, big ? 43 : 42, 2);
  if (big) u16(header, 8, 4);
  number(header, start, wide);
  return Buffer.concat([header, directory, ...extra, strip]);
}
