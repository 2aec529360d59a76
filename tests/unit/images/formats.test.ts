/** A table of image files as people have them, each with its pixels or the reason why it is left out. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { openBytes, unreadable } from '../../../main/engine/images/formats';
import { bmp, greyPicture, pam, picture, type Picture, pnm, samples, tga, tiff, type TiffOptions } from './writers';

type Row = [what: string, name: string, file: () => Buffer | Promise<Buffer>, outcome: Outcome];
type Outcome = { shows: Picture; within?: number; grey?: boolean } | { reason: string };

const rows: Row[] = [];
const add = (what: string, name: string, file: () => Buffer | Promise<Buffer>, outcome: Outcome) =>
  rows.push([what, name, file, outcome]);

const colour = picture(1);
const grey = greyPicture(2);
/** What is left of a picture with fewer bits a value. */
const coarse = (of: Picture, levels: number): Picture => ({
  ...of,
  at: (x, y, c) => Math.round((Math.round((of.at(x, y, c) * (levels - 1)) / 255) * 255) / (levels - 1)),
});
/** Black or white. */
const bilevel = (of: Picture): Picture => ({ ...of, at: (x, y) => (of.at(x, y, 0) < 128 ? 0 : 255) });
const firstOf = (of: Picture): Picture => ({ ...of, at: (x, y) => of.at(x, y, 0) });

/** A PGM of 16 bits whose numbers reach no further than `most`. */
const pgmOf = (of: Picture, most: number): Buffer => {
  const values = Uint16Array.from(samples(of, [0], (value) => Math.round((value * most) / 255)));
  return Buffer.concat([Buffer.from(`P5\n${of.width} ${of.height}\n65535\n`), Buffer.from(values.buffer).swap16()]);
};

/* Netpbm */
for (const [width, height] of [
  [1, 1],
  [13, 7],
  [32, 24],
]) {
  const [c, g] = [picture(3, width, height), greyPicture(4, width, height)];
  for (const type of [1, 4] as const)
    add(`PBM ${type} ${width}×${height}`, 'a.pbm', () => pnm(g, { type }), { shows: bilevel(g), grey: true });
  for (const white of [15, 100, 255, 1023, 4095, 65535]) {
    const within = white < 100 ? 9 : 2;
    for (const type of [2, 5] as const)
      add(`PGM ${type} to ${white}, ${width}×${height}`, 'a.pgm', () => pnm(g, { type, white }), {
        shows: g,
        within,
        grey: true,
      });
    for (const type of [3, 6] as const)
      add(`PPM ${type} to ${white}, ${width}×${height}`, 'a.ppm', () => pnm(c, { type, white }), {
        shows: c,
        within,
        grey: false,
      });
  }
}
for (const type of [1, 2, 3, 4, 5, 6] as const) {
  add(`Netpbm ${type} with comments`, 'a.pnm', () => pnm(greyPicture(5), { type, comment: true }), {
    shows: type === 1 || type === 4 ? bilevel(greyPicture(5)) : greyPicture(5),
  });
}
for (const bits of [10, 12, 14]) {
  const most = 2 ** bits - 1;
  const lit: Picture = { ...grey, at: (x, y, c) => (x === 0 && y === 0 ? 255 : grey.at(x, y, c)) };
  add(`PGM to 65535 that uses ${bits} bits`, 'a.pgm', () => pgmOf(lit, most), { shows: lit, within: 4 });
}
add('PAM, grey', 'a.pam', () => pam(grey, [0]), { shows: grey, grey: true });
add('PAM, RGB', 'a.pam', () => pam(colour, [0, 1, 2]), { shows: colour });
add('PAM, RGB to 65535', 'a.pam', () => pam(colour, [0, 1, 2], 65535), { shows: colour, within: 1 });
add('PGM cut short', 'a.pgm', () => pnm(grey, { type: 5 }).subarray(0, -10), { reason: 'it is damaged or cut short' });
add('PGM without a size', 'a.pgm', () => Buffer.from('P5\n'), { reason: 'it is damaged or cut short' });
add('PGM of no pixels', 'a.pgm', () => Buffer.from('P5 0 4 255\n'), { reason: 'it is damaged or cut short' });
add('PGM of too many pixels', 'a.pgm', () => Buffer.from('P5 99999 99999 255\n'), {
  reason: 'it has more than 268 million pixels',
});
add('PFM', 'a.pfm', () => Buffer.from('PF\n2 2\n-1.0\n' + ' '.repeat(48)), {
  reason: 'PFM is not supported: save it as PNG or JPEG',
});

/* TGA */
for (const packed of [false, true]) {
  for (const downwards of [false, true]) {
    for (const leftwards of [false, true]) {
      const way = `${packed ? ', packed' : ''}${downwards ? ', from the top' : ''}${leftwards ? ', from the right' : ''}`;
      const options = { packed, downwards, leftwards };
      add(`TGA 24${way}`, 'a.tga', () => tga(colour, { kind: 'colour', bits: 24, ...options }), {
        shows: colour,
        grey: false,
      });
      add(`TGA 32${way}`, 'a.tga', () => tga(colour, { kind: 'colour', bits: 32, ...options }), { shows: colour });
      add(`TGA 16${way}`, 'a.tga', () => tga(colour, { kind: 'colour', bits: 16, ...options }), {
        shows: colour,
        within: 8,
      });
      add(`TGA grey${way}`, 'a.tga', () => tga(grey, { kind: 'grey', bits: 8, ...options }), {
        shows: grey,
        grey: true,
      });
      add(`TGA palette${way}`, 'a.tga', () => tga(colour, { kind: 'palette', bits: 8, ...options }), {
        shows: {
          ...colour,
          at: (x, y, c) => [colour.at(x, y, 0) >> 1, colour.at(x, y, 0), 255 - colour.at(x, y, 0)][c],
        },
      });
    }
  }
}
add('TGA 32 whose alpha is 0 everywhere', 'a.tga', () => tga(colour, { kind: 'colour', bits: 32, alpha: 0 }), {
  shows: colour,
});
add('TGA cut short', 'a.tga', () => tga(colour, { kind: 'colour', bits: 24 }).subarray(0, -9), {
  reason: 'it is damaged or cut short',
});
add('TGA packed, cut short', 'a.tga', () => tga(colour, { kind: 'colour', bits: 24, packed: true }).subarray(0, -9), {
  reason: 'it is damaged or cut short',
});
add('text called TGA', 'a.tga', () => Buffer.from('hello, this is no picture at all'), {
  reason: 'it is not an image, or its beginning is damaged',
});

/* BMP */
for (const downwards of [false, true]) {
  const way = downwards ? ', from the top' : '';
  for (const header of [12, 40, 56, 108, 124] as const) {
    if (header === 12 && downwards) continue;
    add(`BMP 1, header ${header}${way}`, 'a.bmp', () => bmp(grey, { bits: 1, header, downwards }), {
      shows: coarse(grey, 2),
    });
    add(`BMP 4, header ${header}${way}`, 'a.bmp', () => bmp(grey, { bits: 4, header, downwards }), {
      shows: coarse(grey, 16),
    });
    add(`BMP 8, header ${header}${way}`, 'a.bmp', () => bmp(grey, { bits: 8, header, downwards }), { shows: grey });
    add(`BMP 24, header ${header}${way}`, 'a.bmp', () => bmp(colour, { bits: 24, header, downwards }), {
      shows: colour,
    });
    if (header > 12)
      add(`BMP 32, header ${header}${way}`, 'a.bmp', () => bmp(colour, { bits: 32, header, downwards }), {
        shows: colour,
      });
  }
  add(`BMP 16 of 555${way}`, 'a.bmp', () => bmp(colour, { bits: 16, downwards }), { shows: colour, within: 8 });
  add(`BMP 16 of 565${way}`, 'a.bmp', () => bmp(colour, { bits: 16, masks565: true, downwards }), {
    shows: colour,
    within: 8,
  });
}
for (const width of [8, 13]) {
  const of = greyPicture(6, width, 5);
  add(`BMP 8 packed, ${width} wide`, 'a.bmp', () => bmp(of, { bits: 8, packed: true }), { shows: of });
  add(`BMP 4 packed, ${width} wide`, 'a.bmp', () => bmp(of, { bits: 4, packed: true }), { shows: coarse(of, 16) });
}
add('BMP 32 whose alpha is 0 everywhere', 'a.bmp', () => bmp(colour, { bits: 32, alpha: 0 }), { shows: colour });
add('BMP cut short', 'a.bmp', () => bmp(colour, { bits: 24 }).subarray(0, -60), {
  reason: 'it is damaged or cut short',
});
add('BMP with nothing but a header', 'a.bmp', () => bmp(colour, { bits: 8 }).subarray(0, 54), {
  reason: 'it is damaged or cut short',
});

/* TIFF of all kinds of numbers */
const scale = (most: number) => (value: number) => (value * most) / 255;
for (const [bigEndian, big] of [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
]) {
  for (const channels of [1, 3] as const) {
    const of = channels === 1 ? grey : colour;
    const kinds: [string, Omit<TiffOptions, 'channels'>, number][] = [
      ['8 bits', { type: 'uint8' }, 0],
      ['16 bits', { type: 'uint16', map: scale(65535) }, 1],
      ['14 in 16 bits', { type: 'uint16', map: scale(16383) }, 4],
      ['12 in 16 bits', { type: 'uint16', map: scale(4095) }, 4],
      ['10 in 16 bits', { type: 'uint16', map: scale(1023) }, 4],
      ['8 in 16 bits', { type: 'uint16' }, 4],
      ['32 bits', { type: 'uint32', map: scale(4294967295) }, 1],
      ['16 in 32 bits', { type: 'uint32', map: scale(65535) }, 1],
      ['12 in 32 bits', { type: 'uint32', map: scale(4095) }, 4],
      ['15 of signed 16 bits', { type: 'int16', map: scale(32767) }, 1],
      ['12 in signed 16 bits', { type: 'int16', map: scale(4095) }, 4],
      ['31 of signed 32 bits', { type: 'int32', map: scale(2147483647) }, 1],
      ['floats 0..1', { type: 'float32', map: scale(1) }, 1],
      ['floats 0..255', { type: 'float32' }, 1],
      ['floats 0..1023', { type: 'float32', map: scale(1023) }, 1],
      ['floats 0..4095', { type: 'float32', map: scale(4095) }, 1],
      ['floats 0..65535', { type: 'float32', map: scale(65535) }, 1],
      ['floats −1..1', { type: 'float32', map: (v) => v / 127.5 - 1 }, 1],
    ];
    // As bright as they come, so that the file's numbers say how many bits are in use.
    const lit: Picture = { ...of, at: (x, y, c) => (x === 0 && y === 0 ? 255 : of.at(x, y, c)) };
    for (const [what, options, within] of kinds) {
      add(
        `${big ? 'Big' : ''}TIFF, ${what}, ${channels} channels${bigEndian ? ', big-endian' : ''}`,
        'a.tif',
        () => tiff(lit, { ...options, channels, bigEndian, big }),
        { shows: lit, within, grey: channels === 1 },
      );
    }
  }
}
const tiffReason = (what: string, todo = 'save it as RGB with 8 or 16 bits') => ({
  reason: `it is a TIFF with ${what}, which is not supported: ${todo}`,
});
add('TIFF of floats that are not finite', 'a.tif', () => tiff(grey, { type: 'float32', channels: 1, map: () => NaN }), {
  reason: 'it holds numbers that are not finite',
});
add(
  'TIFF of floats of some other range',
  'a.tif',
  () => tiff(grey, { type: 'float32', channels: 1, map: (v) => v * 1e6 }),
  {
    reason: expect.stringMatching(
      /^it holds numbers from .* to .*, and does not say which are black and white: save it with values from 0 to 1, or with 8 bits$/,
    ) as string,
  },
);
add(
  'TIFF of floats with lights beyond white',
  'a.tif',
  () => tiff(grey, { type: 'float32', channels: 1, map: scale(3.7) }),
  {
    reason: expect.stringMatching(
      /^it holds numbers from .* to \d\.\d*, and does not say which are black and white/,
    ) as string,
  },
);
add('TIFF of signed bytes', 'a.tif', () => tiff(grey, { type: 'int8', channels: 1, map: (v) => v >> 1 }), {
  reason:
    'it is a TIFF with numbers of 8 bits that go below zero, which is not supported: save it with values from 0 to 255',
});
add('TIFF of negative whole numbers', 'a.tif', () => tiff(grey, { type: 'int16', channels: 1, map: (v) => v - 500 }), {
  reason: expect.stringMatching(
    /^it holds whole numbers from -\d+ to -\d+ and does not say which is black: save it with 8 bits$/,
  ) as string,
});
add(
  'TIFF of 64-bit floats',
  'a.tif',
  () => tiff(grey, { type: 'float64', channels: 1, map: scale(1) }),
  tiffReason('64-bit floats', 'save it with 32-bit floats or 8 bits'),
);
add(
  'TIFF of 16-bit floats',
  'a.tif',
  () => tiff(grey, { type: 'float16', channels: 1 }),
  tiffReason('16-bit floats', 'save it with 32-bit floats or 8 bits'),
);
add(
  'TIFF of complex numbers',
  'a.tif',
  () => tiff(grey, { type: 'complex', channels: 1 }),
  tiffReason('complex numbers', 'save it with 8 bits'),
);
add(
  'TIFF of L*a*b*',
  'a.tif',
  () => tiff(colour, { type: 'uint8', channels: 3, photometric: 8 }),
  tiffReason('L*a*b* colours'),
);
add(
  'BigTIFF of L*a*b*',
  'a.tif',
  () => tiff(colour, { type: 'uint8', channels: 3, photometric: 8, big: true }),
  tiffReason('L*a*b* colours'),
);
/** CIE lightness of a grey of sRGB, 0..1. */
const lightness = (value: number) => {
  const linear = value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  return (linear > 0.008856 ? 116 * Math.cbrt(linear) - 16 : 903.3 * linear) / 100;
};
add(
  'TIFF of L*a*b* with 16 bits',
  'a.tif',
  () => {
    const lab: Picture = { ...grey, at: (x, y, c) => (c === 0 ? lightness(grey.at(x, y, 0)) * 65535 : 0) };
    return tiff(lab, { type: 'uint16', channels: 3, photometric: 8 });
  },
  { shows: grey, within: 3 },
);
add(
  'TIFF of Y′CbCr',
  'a.tif',
  () => tiff(colour, { type: 'uint8', channels: 3, photometric: 6 }),
  tiffReason('Y′CbCr colours'),
);
add(
  'TIFF of five channels',
  'a.tif',
  () => tiff(colour, { type: 'uint8', channels: 5, photometric: 1 }),
  tiffReason('5 channels that are not colours'),
);
add(
  'TIFF whose 0 is white',
  'a.tif',
  () => tiff(grey, { type: 'uint8', channels: 1, photometric: 0, map: (v) => 255 - v }),
  { shows: grey },
);
for (const bits of [8, 10, 12, 14, 16]) {
  const most = 2 ** bits - 1;
  const dark: Picture = { ...grey, at: (x, y, c) => (x === 0 && y === 0 ? 0 : grey.at(x, y, c)) };
  add(
    `TIFF whose 0 is white, of ${bits} in 16 bits`,
    'a.tif',
    () => tiff(dark, { type: 'uint16', channels: 1, photometric: 0, map: (v) => most - (v * most) / 255 }),
    { shows: dark, within: 4 },
  );
}

/* What sharp reads */
const image = (of: Picture, channels = [0, 1, 2]) =>
  sharp(Buffer.from(samples(of, channels)), {
    raw: { width: of.width, height: of.height, channels: channels.length as 1 | 3 },
  });
const large = picture(7, 64, 48);
const jpeg = (options: object = {}) =>
  image(large)
    .jpeg({ quality: 98, chromaSubsampling: '4:4:4', ...options })
    .toBuffer();
const made: Record<string, [within: number, file: () => Promise<Buffer>]> = {
  jpg: [6, jpeg],
  png: [0, () => image(large).png().toBuffer()],
  webp: [1, () => image(large).webp({ lossless: true }).toBuffer()],
  gif: [24, () => image(large).gif({ dither: 0 }).toBuffer()],
  avif: [8, () => image(large).avif({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer()],
  tif: [0, () => image(large).tiff({ compression: 'lzw' }).toBuffer()],
  bmp: [0, async () => bmp(large, { bits: 24 })],
  ppm: [0, async () => pnm(large, { type: 6 })],
};
for (const [kind, [within, file]] of Object.entries(made)) {
  for (const name of [
    ...Object.keys(made).map((other) => `a.${other}`),
    'a',
    'a.JPEG',
    'a.jpg_large',
    'a.image',
    'é#%\n.png',
  ]) {
    add(`${kind.toUpperCase()} called ${JSON.stringify(name)}`, name, file, { shows: large, within });
  }
}
add('JPEG, progressive', 'a.jpg', () => jpeg({ progressive: true }), { shows: large, within: 6 });
add('JPEG, grey', 'a.jpg', () => image(firstOf(large), [0]).toColourspace('b-w').jpeg({ quality: 98 }).toBuffer(), {
  shows: firstOf(large),
  within: 6,
  grey: true,
});
for (let orientation = 1; orientation <= 8; orientation++) {
  const { width, height, at } = large;
  const turned = orientation > 4;
  const from = (x: number, y: number): [number, number] =>
    [
      [x, y],
      [width - 1 - x, y],
      [width - 1 - x, height - 1 - y],
      [x, height - 1 - y],
      [y, x],
      [y, height - 1 - x],
      [width - 1 - y, height - 1 - x],
      [width - 1 - y, x],
    ][orientation - 1] as [number, number];
  const upright: Picture = {
    width: turned ? height : width,
    height: turned ? width : height,
    at: (x, y, c) => at(...from(x, y), c),
  };
  add(
    `JPEG with orientation ${orientation}`,
    'a.jpg',
    () => image(large).withMetadata({ orientation }).jpeg({ quality: 98, chromaSubsampling: '4:4:4' }).toBuffer(),
    { shows: upright, within: 6 },
  );
  add(
    `TIFF of 12 bits with orientation ${orientation}`,
    'a.tif',
    () => tiff(large, { type: 'uint16', channels: 3, map: scale(4095), orientation }),
    { shows: upright, within: 4 },
  );
}
for (const progressive of [false, true]) {
  for (const lacking of [1, 2, 3]) {
    add(
      `JPEG${progressive ? ', progressive,' : ''} without its last ${lacking} bytes`,
      'a.jpg',
      async () => (await jpeg({ progressive })).subarray(0, -lacking),
      { shows: large, within: 8 },
    );
  }
}
add(
  'JPEG of which half is there',
  'a.jpg',
  async () => {
    const file = await jpeg();
    return file.subarray(0, file.length / 2);
  },
  { reason: 'it is damaged or cut short' },
);
add('JPEG with more after its end', 'a.jpg', async () => Buffer.concat([await jpeg(), Buffer.alloc(500, 7)]), {
  shows: large,
  within: 6,
});
add('PNG without its last chunk', 'a.png', async () => (await made.png[1]()).subarray(0, -12), { shows: large });
add(
  'PNG of which half is there',
  'a.png',
  async () => {
    const file = await made.png[1]();
    return file.subarray(0, file.length / 2);
  },
  { reason: 'it is damaged or cut short' },
);
add(
  'PNG of 12 in 16 bits',
  'a.png',
  async () => {
    const twelve = sharp(Uint16Array.from(samples(colour, [0, 1, 2], scale(4095)), Math.round), {
      raw: { width: 16, height: 12, channels: 3 },
    });
    return twelve.toColourspace('rgb16').png().toBuffer();
  },
  { shows: colour, within: 4 },
);

/** A JPEG as far as its frame header. */
const jpegHeader = (marker: number, bits: number) =>
  Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, marker, 0, 11, bits, 0, 8, 0, 8, 1, 1, 0x11, 0]);
for (const marker of [0xc1, 0xc2, 0xc3])
  add(`JPEG of 12 bits, frame ${marker.toString(16)}`, 'a.jpg', () => jpegHeader(marker, 12), {
    reason: 'it is a JPEG of 12 bits a value, which is not supported: save it with 8 bits, or as PNG',
  });
for (const name of ['a.jls', 'a.jpg'])
  add(`JPEG-LS called ${name}`, name, () => jpegHeader(0xf7, 8), {
    reason: 'JPEG-LS is not supported: save it as PNG or JPEG',
  });

/* What can be seen through */
const glass = (alpha: (x: number, y: number) => number) =>
  sharp(
    Buffer.from(samples({ ...large, at: (x, y, c) => (c === 3 ? alpha(x, y) : large.at(x, y, c)) }, [0, 1, 2, 3])),
    { raw: { width: 64, height: 48, channels: 4 } },
  );
const onWhite = (alpha: (x: number, y: number) => number): Picture => ({
  ...large,
  at: (x, y, c) => Math.round(255 + ((large.at(x, y, c) - 255) * alpha(x, y)) / 255),
});
for (const [what, alpha] of Object.entries({
  'half of it': (x: number) => (x < 32 ? 0 : 255),
  'a shade of it': (x: number, y: number) => 4 * x * (y % 2),
})) {
  add(`PNG through which ${what} is seen`, 'a.png', () => glass(alpha).png().toBuffer(), {
    shows: onWhite(alpha),
    within: 1,
  });
  add(
    `WebP through which ${what} is seen`,
    'a.webp',
    () => glass(alpha).webp({ lossless: true, exact: true }).toBuffer(),
    { shows: onWhite(alpha), within: 1 },
  );
}
/** Colours that are seen nowhere, as programs leave them behind what was cut out. */
const noisy: Picture = {
  ...large,
  at: (x, y, c) => (x < 32 ? (x * 7919 + y * 104729 + c * 31) % 256 : large.at(x, y, c)),
};
for (const [kind, write] of Object.entries({
  png: (image: Sharp) => image.png(),
  webp: (image: Sharp) => image.webp({ lossless: true, exact: true }),
  tif: (image: Sharp) => image.tiff({ compression: 'lzw' }),
}))
  add(
    `${kind.toUpperCase()} whose transparent half holds noise`,
    `a.${kind}`,
    () => {
      const values = samples(
        { ...noisy, at: (x, y, c) => (c === 3 ? (x < 32 ? 0 : 255) : noisy.at(x, y, c)) },
        [0, 1, 2, 3],
      );
      return write(sharp(Buffer.from(values), { raw: { width: 64, height: 48, channels: 4 } })).toBuffer();
    },
    { shows: onWhite((x) => (x < 32 ? 0 : 255)), within: 1 },
  );
add(
  'PNG in which nothing is seen',
  'a.png',
  () =>
    glass(() => 0)
      .png()
      .toBuffer(),
  { reason: 'it is transparent everywhere' },
);
add(
  'GIF whose first frame is transparent',
  'a.gif',
  async () => {
    const frames = [
      await glass(() => 0)
        .png()
        .toBuffer(),
      await image(large).png().toBuffer(),
    ];
    return sharp(frames, { join: { animated: true } })
      .gif({ dither: 0 })
      .toBuffer();
  },
  { shows: large, within: 24 },
);

/* Named, where they are not read */
const unread: Record<string, [string, string]> = {
  jxl: ['\xff\x0a....', 'JPEG XL'],
  psd: ['8BPS\0\x01', 'Photoshop'],
  xcf: ['gimp xcf file', 'GIMP'],
  exr: ['v/1\x01....', 'OpenEXR'],
  hdr: ['#?RADIANCE\n', 'Radiance HDR'],
  dds: ['DDS |...', 'DDS'],
  qoi: ['qoif....', 'QOI'],
  ico: ['\0\0\x01\0\x01\0', 'ICO'],
  jxr: ['II\xbc\x01....', 'JPEG XR'],
  svg: ['<svg xmlns="x">', 'SVG'],
  pdf: ['%PDF-1.7\n', 'PDF'],
  eps: ['%!PS-Adobe-3.0 EPSF-3.0\n', 'EPS'],
  mp4: ['\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41', 'MP4 video'],
};
for (const [extension, [start, format]] of Object.entries(unread)) {
  const reason = `${format} is not supported: save it as PNG or JPEG`;
  add(`${format} called .${extension}`, `a.${extension}`, () => Buffer.from(start, 'latin1'), { reason });
  add(`${format} called .jpg`, 'a.jpg', () => Buffer.from(start, 'latin1'), { reason });
}
for (const [before, extension] of [
  ['\ufeff<?xml version="1.0"?>\n<!-- Generator: a program for drawing, with a long name -->\n', 'svg'],
  ['<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">', 'png'],
  ['<!-- made by hand -->\n\n', 'jpg'],
])
  add(`SVG after ${JSON.stringify(before)}`, `a.${extension}`, () => Buffer.from(`${before}<svg width="9"/>`), {
    reason: 'SVG is not supported: save it as PNG or JPEG',
  });
for (const extension of ['pcx', 'sgi', 'rgb', 'xbm', 'djvu', 'wmf', 'fits', 'dcm', 'eps', 'ai', 'dpx', 'ktx2', 'blp']) {
  add(`.${extension}`, `a.${extension}`, () => Buffer.from('whatever'), {
    reason: expect.stringMatching(/^.* is not supported: save it as PNG or JPEG$/) as string,
  });
}
for (const extension of ['cr2', 'cr3', 'nef', 'arw', 'dng', 'orf', 'raf', 'rw2']) {
  add(`.${extension}`, `a.${extension}`, () => tiff(grey, { type: 'uint8', channels: 1 }), {
    reason: `${extension.toUpperCase()} is a camera's raw format, which is not supported: export it as PNG or JPEG`,
  });
}
add('nothing', 'a.png', () => Buffer.alloc(0), { reason: 'the file is empty' });
add('text', 'a.jpg', () => Buffer.from('this is not a picture'), {
  reason: 'it is not an image, or its beginning is damaged',
});
for (const page of [
  '<!DOCTYPE html><html>',
  '\n\n<html lang="en">',
  '<body>404',
  '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
  '<!doctype html><body><svg width="9"/>',
])
  add(`a web page, ${JSON.stringify(page)}`, 'a.jpg', () => Buffer.from(page), {
    reason: 'it is a web page, not an image: download the image itself',
  });
add('a pointer of Git LFS', 'a.png', () => Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0\n'), {
  reason: 'it is a Git LFS pointer, not the image: fetch it with git lfs pull',
});

/* Made once, by tests/data/images/make.py */
const fixture = (name: string) => () => readFile(path.resolve(import.meta.dirname, '../../data/images', name));
const stored: Picture = { width: 32, height: 24, at: (x, y, c) => [8 * x, 10 * y, 255 - 4 * x - 4 * y][c] };
for (const name of ['photo.heic', 'photo.jpg', 'photo'])
  add(`HEIC called ${name}`, name, fixture('colour.heic'), { shows: stored, within: 10 });
add('HEIC, grey', 'a.heic', fixture('grey.heic'), { shows: firstOf(stored), within: 4 });
add('HEIC cut short', 'a.heic', async () => (await fixture('colour.heic')()).subarray(0, -100), {
  reason: 'it is damaged or cut short',
});
for (const name of ['colour.jp2', 'colour.j2k']) add(`JPEG 2000, ${name}`, name, fixture(name), { shows: stored });
for (const name of ['grey.jp2', 'grey16.jp2', 'grey12.jp2'])
  add(`JPEG 2000, ${name}`, name, fixture(name), { shows: firstOf(stored), within: 7, grey: true });
add('JPEG 2000 with alpha', 'a.jp2', fixture('alpha.jp2'), {
  reason: 'it is a JPEG 2000 with 4 channels, which is not supported: save it as PNG',
});
add('JPEG 2000 cut short', 'a.jp2', async () => (await fixture('colour.jp2')()).subarray(0, 60), {
  reason: 'it is damaged or cut short',
});

describe.each(rows)('%s', (_, name, file, outcome) => {
  it('reason' in outcome ? 'is left out, and the reason said' : 'shows its picture', async () => {
    const bytes = Buffer.from(await file());
    const reading = unreadable(async () => {
      const opened = await openBytes(bytes, name);
      return { opened, drawn: await opened.draw((drawn) => drawn, 3) };
    });
    if ('reason' in outcome) return expect(reading).rejects.toMatchObject({ message: outcome.reason });
    const { opened, drawn } = await reading;
    const { shows, within = 0 } = outcome;
    expect([opened.width, opened.height, drawn.width, drawn.height]).toEqual([
      shows.width,
      shows.height,
      shows.width,
      shows.height,
    ]);
    if (outcome.grey !== undefined) expect(opened.grey).toBe(outcome.grey);
    const { channels, data } = drawn;
    let worst = 0;
    for (let y = 0; y < shows.height; y++) {
      for (let x = 0; x < shows.width; x++) {
        const at = (y * shows.width + x) * channels;
        const alpha = channels % 2 ? 255 : data[at + channels - 1];
        for (let c = 0; c < 3; c++) {
          const value = data[at + (channels < 3 ? 0 : c)];
          worst = Math.max(worst, Math.abs(255 + ((value - 255) * alpha) / 255 - shows.at(x, y, c)));
        }
      }
    }
    expect(worst).toBeLessThanOrEqual(within);
  });
});

const handed = path.resolve(import.meta.dirname, '../../../../shared/cases/inputs/images');
describe.skipIf(!existsSync(handed))('images that people had (../shared/cases/inputs)', () => {
  it.each([
    'photo.heic',
    'photo.pgm',
    'tif_gray_float01.tif',
    'tif_u32.tif',
    'trunc_eoi.jpg',
    'anim.avif',
    'bmp_named.jpg',
  ])('%s shows the same face as the others', async (name) => {
    const light = async (file: string) => {
      const opened = await openBytes(await readFile(path.join(handed, file)), file);
      return (await opened.draw((drawn) => drawn.resize(16, 16, { fit: 'fill' }).removeAlpha(), 1)).data.filter(
        (_, i, { length }) => i % (length / 256) === 0,
      );
    };
    const [expected, found] = [await light('bmp_named.jpg'), await light(name)];
    const difference = expected.reduce((sum, value, i) => sum + Math.abs(value - found[i]), 0) / 256;
    expect(difference).toBeLessThan(4);
  });
});
