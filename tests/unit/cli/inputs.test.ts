/** Commands that take photos, folders and decoders made elsewhere. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { decodeCodes } from '../../../main/engine/models';
import { decoder } from '../models/networks';
import { tinyModel } from '../models/tiny';
import { temporaryFolder } from '../temporary';
import { cli } from './terminal';

let model: string;
let folder: string;
beforeEach(async () => {
  model = await tinyModel();
  folder = await temporaryFolder();
});
const at = (...names: string[]) => path.join(folder, ...names);

/** The tiny encoder's code of an image is its red, three times. */
async function image(name: string, red: number): Promise<string> {
  await mkdir(path.dirname(at(name)), { recursive: true });
  const background = { r: red, g: 40, b: 80 };
  await sharp({ create: { width: 8, height: 8, channels: 3, background } })
    .png()
    .toFile(at(name));
  return at(name);
}
const code = async (file: string) => [...decodeCodes(await readFile(file), 3, file)];
const close = (values: number[], expected: number) => values.forEach((value) => expect(value).toBeCloseTo(expected, 4));

describe('project', () => {
  it('writes the code of a photo, or what is decoded there, in the format of its name', async () => {
    const photo = await image('a.png', 102);
    expect((await cli('project', model, photo, '--out', at('z.npy'))).code).toBe(0);
    close(await code(at('z.npy')), 0.4);
    for (const [name, format] of [
      ['f.png', 'png'],
      ['f.jpg', 'jpeg'],
      ['f.webp', 'webp'],
    ] as const) {
      expect((await cli('project', model, photo, '--out', at(name))).code).toBe(0);
      expect((await sharp(at(name)).metadata()).format).toBe(format);
    }
  });
});

it('arithmetic adds and subtracts the codes of images', async () => {
  const [a, b, c, d] = [
    await image('a.png', 204),
    await image('b.png', 102),
    await image('c.png', 51),
    await image('d.png', 153),
  ];
  const { code: exit } = await cli(
    'arithmetic',
    model,
    a,
    '--minus',
    b,
    '--plus',
    c,
    '--plus',
    d,
    '--out',
    at('z.npy'),
  );
  expect(exit).toBe(0);
  close(await code(at('z.npy')), 0.8 - 0.4 + (0.2 + 0.6) / 2);
});

it('direction leads from the mean of one folder to that of another', async () => {
  for (const [name, red] of Object.entries({ 'yes/1.png': 204, 'yes/2.png': 102, 'no/1.png': 51 }))
    await image(name, red);
  const said = await cli('direction', model, '--with', at('yes'), '--without', at('no'), '--out', at('d.npy'));
  expect(said.code).toBe(0);
  close(await code(at('d.npy')), 0.6 - 0.2);
  const same = await cli('direction', model, '--with', at('no'), '--without', at('no'), '--out', at('d.npy'));
  expect(same).toMatchObject({ code: 1, err: expect.stringMatching(/no direction between them/) });
});

it('import says what training would see, what repeats another image, and what is skipped, a line for each reason', async () => {
  for (let i = 0; i < 4; i++) await image(`faces/${i}.png`, i * 20);
  await image('faces/copy\u001b[31m.png', 0);
  for (let i = 0; i < 30; i++) await writeFile(at(`faces/bad${i}.jpg`), 'hello');
  const { code: exit, out, err } = await cli('import', at('faces'), '--size', '32');
  expect(exit).toBe(0);
  expect(out).toContain('5 images of 32×32 pixels, in colour.');
  expect(out).toContain('1 image repeats another one, the first is copy\\u{1b}[31m.png (0.png).');
  expect(out).toContain('Skipped 30 files: it is not an image, or its beginning is damaged (the first is bad0.jpg).');
  expect(out + err).not.toContain('\u001b[31m');
  const json = await cli('import', at('faces'), '--size', '32', '--json');
  const events = json.events as { event: string }[];
  expect(events.filter(({ event }) => event === 'skipped')).toHaveLength(30);
  expect(events).toContainEqual(expect.objectContaining({ event: 'progress', stage: 'reading images', total: 35 }));
  expect(events.at(-1)).toMatchObject({ event: 'done', images: 5, distinct: 4, skipped: 30 });
});

describe('where files are written', () => {
  it.each([
    ['sample', 'f.bmp', /--out must end in .png, .jpg, .jpeg or .webp, not "f.bmp"/],
    ['sample', 'f', /--out must end in/],
    ['sample', 'no/f.png', /its folder does not exist/],
    ['sample', 'taken.png', /is a folder/],
    ['encode', 'f.csv', /--out must end in .npy, not "f.csv"/],
  ])('%s --out %s is refused before the work', async (command, name, sentence) => {
    await mkdir(at('taken.png'));
    await image('in/a.png', 1);
    const { code: exit, err } = await cli(
      command,
      model,
      ...(command === 'encode' ? [at('in')] : []),
      '--out',
      at(name),
    );
    expect(exit).toBe(1);
    expect(err).toMatch(sentence);
  });

  it('a sheet follows the extension of its name', async () => {
    for (const [name, format] of Object.entries({
      'f.jpg': 'jpeg',
      'f.JPEG': 'jpeg',
      'f.webp': 'webp',
      'f.png': 'png',
    })) {
      expect((await cli('sample', model, '--count', '4', '--out', at(name))).code).toBe(0);
      expect((await sharp(at(name)).metadata()).format).toBe(format);
    }
  });
});

it('a decoder made elsewhere is read as one says', async () => {
  await writeFile(at('d.onnx'), decoder({ latentSize: 2, channels: 3, size: 8, label: true, activation: 'none' }));
  const info = async (...options: string[]) => {
    const { events } = await cli('info', at('d.onnx'), ...options, '--json');
    return (events[0] as { layout: object }).layout;
  };
  expect(await info('--range', 'logits', '--channels', 'bgr', '--set', 'label=3')).toMatchObject({
    range: 'logits',
    colours: 'BGR',
    extraInputs: { label: 3 },
  });
  expect((await cli('info', at('d.onnx'), '--image-size', '9x9', '--channels', 'rgb', '--order', 'NCHW')).err).toMatch(
    /does not fit 9×9/,
  );
  expect((await cli('info', at('d.onnx'), '--set', 'label')).err).toMatch(/looks like psi=0.7/);
});

describe('assemble', () => {
  const assemble = (run: string, data: string) => cli('assemble', at(run), '--data', at(data), '--out', at('m'));
  it.each([
    [
      'a folder of images for a run',
      'faces',
      'data',
      /^There is no finished run of scripts\/torch in ".*faces", or it is/,
    ],
    ['a folder of images for prepared ones', 'run', 'faces', /"\S*faces" is not a prepared data set, or it is damaged/],
    ['a place where nothing is', 'nowhere', 'data', /^There is nothing at ".*run\.json"/],
    [
      'a run of less than no steps',
      'strange',
      'data',
      /^There is no finished run of scripts\/torch in ".*strange", or it is/,
    ],
  ])('refuses %s', async (_, run, data, sentence) => {
    for (let i = 0; i < 4; i++) await image(`faces/${i}.png`, i * 20);
    await cli('prepare', at('faces'), '--out', at('data'), '--size', '32', '--no-align');
    const facts = { format: 1, name: 'm', images: '', settings: {}, seconds: 1, history: [] };
    for (const [name, steps] of Object.entries({ run: 1, strange: -5 })) {
      await mkdir(at(name));
      await writeFile(at(name, 'run.json'), JSON.stringify({ ...facts, steps }));
      await writeFile(at(name, 'weights.npz'), zipSync({}));
    }
    const { code: exit, err } = await assemble(run, data);
    expect(exit).toBe(1);
    expect(err).toMatch(sentence);
  });
});
