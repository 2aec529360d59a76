import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { estimateText as estimate } from '../../../main/engine/text';
import { decodeCodes, describeModel, encodeCodes, type Model, openModel } from '../../../main/engine/models';
import { normals, random } from '../../../main/engine/maths/random';
import { tinyModel } from '../models/tiny';
import { decoder } from '../models/networks';
import { temporaryFolder } from '../temporary';
import { cli } from './terminal';

let model: string;
let open: Model;
let folder: string;
beforeEach(async () => {
  model = await tinyModel();
  open = await openModel(model);
  folder = await temporaryFolder();
});
const at = (...names: string[]) => path.join(folder, ...names);

/** An 8×8 image file of one colour; the tiny encoder's code of it is its red, three times. */
async function image(name: string, red: number): Promise<string> {
  await mkdir(path.dirname(at(name)), { recursive: true });
  const background = { r: red, g: 40, b: 80 };
  await sharp({ create: { width: 8, height: 8, channels: 3, background } })
    .png()
    .toFile(at(name));
  return at(name);
}
async function pixels(file: string | Buffer) {
  const { data, info } = await sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}
/** The pixels of image `n` in a picture of 8×8 images, `columns` a row. */
async function tile(file: string, n: number, columns: number): Promise<number[]> {
  const region = { left: (n % columns) * 8, top: Math.floor(n / columns) * 8, width: 8, height: 8 };
  return [...(await pixels(await sharp(file).extract(region).png().toBuffer())).data];
}
const decodedPixels = async (codes: Float32Array, n: number) => [
  ...(await open.decodePixels(codes)).data.subarray(n * 256, (n + 1) * 256),
];

describe('info', () => {
  it('tells what the makers of a model say of it, and the scores kept with it', async () => {
    const model = await tinyModel({ count: 40 });
    const words = (en: string) => ({ en, 'zh-CN': '中文' });
    await describeModel(model, { images: words('Ten faces.'), limits: [words('It is tiny.'), words('It is a test.')] });
    expect((await cli('score', model, '--keep')).code).toBe(0);
    const { out } = await cli('info', model);
    expect(out).toMatch(/Images from +Ten faces\./);
    expect(out).toMatch(/Limits +It is tiny\.\n +It is a test\.\n/);
    const kept = (await openModel(model)).source!.manifest.scores.report!;
    expect(out).toContain(`Fréchet, prior    ${estimate(kept.sampling!.sets.prior.frechet)}\n`);
    const { events } = await cli('info', model, '--json');
    expect(events[0]).toMatchObject({
      about: { limits: [{ en: 'It is tiny.' }, {}] },
      scores: { mixture: kept.mixture },
    });
  });

  it('prints the card for people', async () => {
    const { code, out, err } = await cli('info', model);
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n').slice(0, 8)).toEqual([
      'Name            Tiny',
      'Kind            variational autoencoder (VAE)',
      'Latent size     3',
      'Images          8×8, RGB',
      'Can encode      yes',
      'Decoder output  NCHW, 0..1',
      'Trained on      faces (10 images, 2 held out)',
      'Images skipped  1',
    ]);
    expect(out).toContain('Faces aligned   no\nNetwork         convolutional, small, 1 residual block per level\n');
    expect(out).toContain(
      'Parameters      1,234,567\nLikelihood      gaussian\nKL weight β     0.5\nSteps           50\n',
    );
    expect(out).toContain('Training time   1 h 2 min\nValidation MSE  0.0123\nCodes           10 of training images\n');
  });

  it('prints it in one line for programs', async () => {
    const { code, events } = await cli('info', model, '--json');
    expect(code).toBe(0);
    expect(events).toEqual([{ event: 'info', ...open.card, codes: 10, scores: null }]);
  });

  it('tells what was found of a foreign decoder', async () => {
    await writeFile(at('net.onnx'), decoder({ latentSize: 2, channels: 1, size: 8, label: true, activation: 'Tanh' }));
    const { out } = await cli('info', at('net.onnx'));
    expect(out).toContain('Decoder output  NCHW, -1..1\nOther inputs    label = 0\nCodes           none\n');
  });
});

describe('encode', () => {
  it('writes one row an image, by name, and names what it skips', async () => {
    await image('faces/b.png', 51);
    await image('faces/a.png', 255);
    await image('faces/c/d.png', 0);
    await writeFile(at('faces/bb.png'), 'x');
    const { code, events, err } = await cli('encode', model, at('faces'), '--out', at('codes.npy'), '--json');
    expect([code, err]).toEqual([0, '']);
    expect(events).toEqual([
      { event: 'skipped', file: 'bb.png', reason: 'it is not an image, or its beginning is damaged' },
      { event: 'encoded', row: 0, file: 'a.png' },
      { event: 'encoded', row: 1, file: 'b.png' },
      { event: 'encoded', row: 2, file: 'c/d.png' },
      { event: 'done', out: at('codes.npy'), count: 3, latentSize: 3, skipped: 1 },
    ]);
    const codes = decodeCodes(await readFile(at('codes.npy')), 3, 'codes.npy');
    expect([...codes]).toEqual([1, 1, 1, 0.2, 0.2, 0.2, 0, 0, 0].map(Math.fround));
    const people = await cli('encode', model, at('faces'), '--out', at('codes.npy'));
    expect(people.out).toBe(`Wrote 3 codes of 3 numbers to ${at('codes.npy')}.\n`);
    expect(people.err).toBe('Skipped bb.png: it is not an image, or its beginning is damaged.\n');
  });

  it('names what it skips in one line, however much it is', async () => {
    await image('faces/a.png', 255);
    for (let i = 100; i < 400; i++) await writeFile(at(`faces/${i}.png`), 'x');
    const reason = 'it is not an image, or its beginning is damaged';
    const some = await cli('encode', model, at('faces'), '--out', at('codes.npy'));
    expect(some.err).toBe(`Skipped 300 files: ${reason} (the first is 100.png).\n`);
    await rm(at('faces/a.png'));
    const none = await cli('encode', model, at('faces'), '--out', at('codes.npy'));
    expect([none.code, none.err.split('\n')]).toEqual([
      1,
      [expect.stringMatching(/^Skipped 300/), expect.any(String), ''],
    ]);
  });
});

describe('decode', () => {
  it('writes the image of each code, exactly', async () => {
    const codes = normals(3 * 70, random(5));
    await writeFile(at('codes.npy'), encodeCodes(codes, 3));
    const { code, out } = await cli('decode', model, '--codes', at('codes.npy'), '--out', at('images/new'));
    expect([code, out]).toEqual([0, `Wrote 70 images to ${at('images/new')}.\n`]);
    const files = await readdir(at('images/new'));
    expect(files).toEqual(Array.from({ length: 70 }, (_, i) => `${String(i + 1).padStart(4, '0')}.png`));
    for (const n of [0, 63, 64, 69]) {
      const { width, height, data } = await pixels(at('images/new', files[n]));
      expect([width, height]).toEqual([8, 8]);
      expect([...data]).toEqual(await decodedPixels(codes, n));
    }
  });

  it('gives back what encode gave', async () => {
    const { events } = await cli('decode', model, '--codes', path.join(model, 'codes.npy'), '--out', at('x'), '--json');
    expect(events).toEqual([{ event: 'done', out: at('x'), count: 10 }]);
  });
});

describe('sample', () => {
  it('draws from N(0, I) by its seed, and decodes', async () => {
    const { code, out } = await cli('sample', model, '--count', '7', '--seed', '3', '--out', at('sheet.png'));
    expect([code, out]).toEqual([0, `Wrote 7 samples to ${at('sheet.png')}.\n`]);
    expect(await pixels(at('sheet.png'))).toMatchObject({ width: 24, height: 24 });
    const codes = normals(21, random(3, 'sample'));
    for (let n = 0; n < 7; n++) expect(await tile(at('sheet.png'), n, 3)).toEqual(await decodedPixels(codes, n));
  });

  it('gives the same picture for the same seed and another for another', async () => {
    await cli('sample', model, '--seed', '8', '--out', at('a.png'));
    await cli('sample', model, '--seed', '8', '--out', at('b.png'));
    const { events } = await cli('sample', model, '--seed', '9', '--out', at('c.png'), '--json');
    expect(events).toEqual([{ event: 'done', out: at('c.png'), count: 64, seed: 9, from: 'prior' }]);
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => readFile(at(`${name}.png`))));
    expect(a.equals(b)).toBe(true);
    expect(a.equals(c)).toBe(false);
  });
});

describe('interpolate', () => {
  it('goes from one reconstruction to the other in even steps', async () => {
    const [a, b] = [await image('a.png', 0), await image('b.png', 255)];
    const { code, events } = await cli('interpolate', model, a, b, '--steps', '5', '--out', at('strip.png'), '--json');
    expect(code).toBe(0);
    expect(events).toMatchObject([{ event: 'done', out: at('strip.png'), steps: 5, path: 'straight' }]);
    expect(events[0].codeLength).toBeCloseTo(Math.sqrt(3), 5);
    expect(await pixels(at('strip.png'))).toMatchObject({ width: 40, height: 8 });
    const line = Float32Array.from([0, 0.25, 0.5, 0.75, 1].flatMap((x) => [x, x, x]));
    for (let n = 0; n < 5; n++) expect(await tile(at('strip.png'), n, 5)).toEqual(await decodedPixels(line, n));
  });

  it('makes nine steps unless told otherwise', async () => {
    const [a, b] = [await image('a.png', 0), await image('b.png', 255)];
    await cli('interpolate', model, a, b, '--out', at('strip.png'));
    expect(await pixels(at('strip.png'))).toMatchObject({ width: 72, height: 8 });
  });

  it('goes the shortest way in image space, which is never longer', async () => {
    const [a, b] = [await image('a.png', 0), await image('b.png', 255)];
    const lengths: number[] = [];
    for (const kind of ['straight', 'geodesic']) {
      const { events } = await cli('interpolate', model, a, b, '--path', kind, '--out', at('strip.png'), '--json');
      expect(events).toMatchObject([{ event: 'done', path: kind }]);
      lengths.push(events[0].imageLength as number);
    }
    expect(lengths[1]).toBeLessThanOrEqual(lengths[0] * 1.0001);
    const refused = await cli('interpolate', model, a, b, '--path', 'bent', '--out', at('strip.png'));
    expect(refused.code).toBe(1);
  });
});

describe('bad input ends with exit code 1 and one sentence', () => {
  type Row = [command: string, sentence: string, code: string];
  const rows: Row[] = [
    ['draw', "Unknown command 'draw'. See --help.", 'bad-settings'],
    ['info', "Missing required argument 'M'. See --help.", 'bad-settings'],
    ['info M extra', "Too many arguments for 'info'. Expected 1 argument but got 2. See --help.", 'bad-settings'],
    ['info M --loud', "Unknown option '--loud'. See --help.", 'bad-settings'],
    ['info T/none', 'There is nothing at "T/none". Check the path, or choose another one.', 'not-found'],
    [
      'info T/text.onnx',
      '"T/text.onnx" is not an ONNX model, or it is broken. Choose an .onnx file, such as PyTorch, Keras and JAX export.',
      'not-onnx',
    ],
    [
      'info T',
      '"T" is not a model: it holds no model.json of Latentscape. Choose a model\'s folder, or an ONNX decoder itself.',
      'bad-model',
    ],
    ['encode M T', "Required option '--out <codes.npy>' not specified. See --help.", 'bad-settings'],
    [
      'encode M T/none --out T/c.npy',
      'There is nothing at "T/none". Check the path, or choose another one.',
      'not-found',
    ],
    [
      'encode M T/empty --out T/c.npy',
      'There are no images in "T/empty" that can be read. Choose another folder.',
      'no-images',
    ],
    [
      'encode T/net.onnx T/faces --out T/c.npy',
      '"T/net.onnx" has only a decoder: it cannot turn images into codes.',
      'bad-model',
    ],
    [
      'encode M T/faces --out T/no/c.npy',
      '"T/no/c.npy" could not be written: its folder does not exist. Create it first.',
      'not-found',
    ],
    ['encode M T/faces --out T/faces', '"T/faces" is a folder. Give the name of a file in it.', 'bad-settings'],
    [
      'decode M --codes T/none.npy --out T/x',
      'There is nothing at "T/none.npy". Check the path, or choose another one.',
      'not-found',
    ],
    [
      'decode M --codes T/text.onnx --out T/x',
      '"T/text.onnx" is not a NumPy .npy file of numbers. Save it with numpy.save.',
      'bad-model',
    ],
    [
      'decode M --codes T/wide.npy --out T/x',
      '"T/wide.npy" holds an array of shape (2, 4); this model needs (count, 3).',
      'bad-model',
    ],
    ['sample M --count 0 --out T/s.png', '--count must be a whole number from 1 to 10000, not 0.', 'bad-settings'],
    ['sample M --count 2.5 --out T/s.png', '--count must be a whole number from 1 to 10000, not 2.5.', 'bad-settings'],
    [
      'sample M --count many --out T/s.png',
      "Option '--count <images>' argument 'many' is invalid. It is not a number. See --help.",
      'bad-settings',
    ],
    ['film M --out T/film.mp4', '--out must end in .webp or .gif, not "film.mp4".', 'bad-settings'],
    [
      'film M --out T/film.webp',
      '"Tiny" has no film of its training: it was trained elsewhere, or before films were recorded.',
      'not-found',
    ],
    ['interpolate M T/faces/a.png --out T/s.png', "Missing required argument 'B'. See --help.", 'bad-settings'],
    [
      'interpolate M T/faces/a.png T/none.png --out T/s.png',
      'There is nothing at "T/none.png". Check the path, or choose another one.',
      'not-found',
    ],
    [
      'interpolate M T/text.onnx T/faces/a.png --out T/s.png',
      '"T/text.onnx" cannot be used: it is not an image, or its beginning is damaged. Give another image file.',
      'bad-image',
    ],
    [
      'interpolate M T/faces/a.png T/faces/a.png --steps 1 --out T/s.png',
      '--steps must be a whole number from 2 to 256, not 1.',
      'bad-settings',
    ],
    ['train T/faces --kind ae', "Required option '--out <M>' not specified. See --help.", 'bad-settings'],
    ['train T/faces --out T/m', "Required option '--kind <kind>' not specified. See --help.", 'bad-settings'],
    [
      'train T/faces --kind gan --out T/m',
      "Option '--kind <kind>' argument 'gan' is invalid. Allowed choices are ae, vae, rae. See --help.",
      'bad-settings',
    ],
    [
      'train T/none --kind ae --out T/m',
      'There is nothing at "T/none". Check the path, or choose another one.',
      'not-found',
    ],
    [
      'train T/empty --kind ae --out T/m',
      'There are no images in "T/empty" or the folders in it. Choose a folder with PNG, JPEG, WebP, HEIC, TIFF or other image files.',
      'no-images',
    ],
    [
      'train T/faces --kind ae --out T/faces',
      '"T/faces" holds other things besides a model (a.png), which would be lost. Choose an empty folder or another name.',
      'bad-settings',
    ],
    [
      'train T/faces --kind ae --out T/m --size 50',
      'Image size must be a multiple of 16 from 32 to 320 pixels.',
      'bad-settings',
    ],
    [
      'train T/faces --kind ae --out T/m --latent 1',
      'Latent size must be a whole number from 2 to 512.',
      'bad-settings',
    ],
  ];

  it.each(rows)('%s', async (command, sentence, code) => {
    await image('faces/a.png', 9);
    await mkdir(at('empty'));
    await writeFile(at('text.onnx'), 'not a network');
    await writeFile(at('net.onnx'), decoder({ latentSize: 3, channels: 3, size: 8 }));
    await writeFile(at('wide.npy'), encodeCodes(new Float32Array(8), 4));
    const place = (word: string) => (word === 'M' ? model : word.replace(/^T(?=\/|$)/, folder));
    const args = command.split(' ').map(place);
    const expected = sentence.replaceAll('"T"', `"${folder}"`).replaceAll('"T/', `"${folder}/`);

    const people = await cli(...args);
    expect(people.code).toBe(1);
    expect(people.err.trimEnd().split('\n').at(-1)).toBe(expected);
    expect(people.err).not.toMatch(/\n\s+at /);

    const programs = await cli(...args, '--json');
    expect(programs.code).toBe(1);
    expect(programs.events.at(-1)).toEqual({ event: 'failed', code, message: expected });
    expect(programs.err).toBe(`${expected}\n`);
  });
});

it('prints its usage and fails without a command', async () => {
  const { code, err } = await cli();
  expect(code).toBe(1);
  expect(err).toMatch(/^Usage: latentscape/);
  expect(err.trimEnd().split('\n').at(-1)).toBe('Give a command. See --help.');
});

it('prints help and version without failing', async () => {
  const help = await cli('--help');
  expect([help.code, help.err]).toEqual([0, '']);
  for (const command of ['train', 'info', 'encode', 'decode', 'sample', 'interpolate']) {
    expect(help.out).toContain(`  ${command} `);
  }
  expect((await cli('train', '--help')).out).toContain('--kind');
  const { version } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8'));
  expect(await cli('--version')).toMatchObject({ code: 0, out: `${version}\n` });
});

const shared = path.resolve(import.meta.dirname, '../../../../shared/onnx');
describe.skipIf(!existsSync(shared))('a decoder that somebody else exported (../shared/onnx)', () => {
  let file: string;
  beforeAll(() => {
    file = path.join(shared, 'sunrises__decoder.onnx');
  });

  it('can be sampled', async () => {
    expect(await cli('sample', file, '--count', '4', '--out', at('s.png'))).toMatchObject({ code: 0 });
    expect(await pixels(at('s.png'))).toMatchObject({ width: 64, height: 64 });
  });
});
