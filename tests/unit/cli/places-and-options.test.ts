/** What commands write, where they do not, and what they refuse to ignore. */
import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { unzipSync } from 'fflate';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { describeModel } from '../../../main/engine/models';
import { runFolder } from '../../../main/engine/runs/unfinished/checkpoint';
import { codesOf, tinyModel } from '../models/tiny';
import { temporaryFolder } from '../temporary';
import { cli } from './terminal';

let model: string;
let folder: string;
beforeEach(async () => {
  model = await tinyModel({ count: 10 });
  folder = await temporaryFolder();
});
const at = (...names: string[]) => path.join(folder, ...names);

describe('export', () => {
  it.each([
    ['faces.png', 'png', 32],
    ['faces.jpg', 'jpeg', 32],
    ['faces.jpeg', 'jpeg', 32],
    ['faces.WEBP', 'webp', 32],
    ['flight.gif', 'gif', 8],
  ])('%s is what its ending says', async (name, format, width) => {
    const { code, out } = await cli('export', model, '--out', at(name));
    expect([code, out]).toEqual([0, `Wrote 10 faces to ${at(name)}.\n`]);
    expect(await sharp(at(name)).metadata()).toMatchObject({ format, width });
  });

  it.each([
    ['codes.csv', /^z0,z1,z2\n[^\n]+\n[^\n]+\n$/],
    ['codes.npy', /^.NUMPY/],
    ['codes.parquet', /^PAR1/],
    ['codes.safetensors', /"shape":\[2,3\]/],
  ])('the first two codes as %s', async (name, content) => {
    expect((await cli('export', model, '--count', '2', '--out', at(name))).code).toBe(0);
    expect(await readFile(at(name), 'latin1')).toMatch(content);
  });

  it.each([
    ['pictures', 'faces/0001.png'],
    ['tensorboard', 'projector_config.pbtxt'],
    ['embedding-atlas', 'faces.parquet'],
  ])('a zip of %s', async (as, holds) => {
    expect((await cli('export', model, '--as', as, '--out', at('all.zip'))).code).toBe(0);
    expect(Object.keys(unzipSync(await readFile(at('all.zip'))))).toContain(holds);
  });

  it('codes of a file instead of the model’s', async () => {
    await cli('export', model, '--count', '3', '--out', at('some.npy'));
    const { events } = await cli('export', model, '--codes', at('some.npy'), '--out', at('again.csv'), '--json');
    expect(events.at(-1)).toMatchObject({ event: 'done', count: 3, latentSize: 3 });
    const [, first] = (await readFile(at('again.csv'), 'utf8')).split('\n');
    expect(Number(first.split(',')[0])).toBeCloseTo(codesOf(1, 3)[0], 6);
  });
});

it.each([
  ['export', ['--out', 'a.png', '--as', 'pictures'], '--as does nothing with a .png file'],
  ['export', ['--out', 'a.csv', '--size', '64'], '--size does nothing with a .csv file'],
  ['export', ['--out', 'a.png', '--fps', '3'], '--fps does nothing with a .png file'],
  ['export', ['--out', 'a.bmp'], '--out must end in'],
  ['export', ['--out', 'a.png', '--count', '0'], '--count must be a whole number from 1 to 1000000, not 0'],
  ['export', ['--out', 'a.png', '--size', '7'], '--size must be a whole number from 8 to 1024, not 7'],
  ['sample', ['--out', 'a.png', '--count', '2.5'], '--count must be a whole number from 1 to 10000, not 2.5'],
  ['sample', ['--out', 'a.png', '--seed', '1.5'], '--seed must be a whole number from 0 to 2147483647, not 1.5'],
  ['sample', ['--out', 'a.png', '--seed', '-1'], '--seed must be a whole number from 0 to 2147483647, not -1'],
  ['score', ['--iwae', '5'], '--iwae does nothing with a score without a folder of images'],
])('%s %j is refused', async (command, args, sentence) => {
  const { code, err } = await cli(command, model, ...args.map((arg) => arg.replace(/^a\./, at('a.'))));
  expect(code).toBe(1);
  expect(err).toContain(sentence);
});

it.each([
  ['ae', '--beta', '--beta does nothing with --kind ae'],
  ['rae', '--free-bits', '--free-bits does nothing with --kind rae'],
  ['vae', '--code-weight', '--code-weight does nothing with --kind vae'],
  ['ae', '--no-whiten', '--no-whiten does nothing with --kind ae'],
])('train --kind %s %s is refused before any work', async (kind, option, sentence) => {
  const value = option.startsWith('--no-') ? [] : ['0.5'];
  const { code, err } = await cli('train', at('nowhere'), '--kind', kind, '--out', at('m'), option, ...value);
  expect(code).toBe(1);
  expect(err).toContain(sentence);
});

it.each([
  ['project', [], ['face.png']],
  ['arithmetic', ['--plus'], ['face.png']],
  ['interpolate', [], ['strip.png']],
])('%s says of an image that was never there that it is not', async (command, before, [out]) => {
  await picture(at('a.png'), 90);
  const images = command === 'project' ? [at('no.png')] : [at('a.png'), ...before, at('no.png')];
  const { code, err } = await cli(command, model, ...images, '--out', at(out));
  expect(code).toBe(1);
  expect(err).toBe(`There is nothing at "${at('no.png')}". Check the path, or choose another one.\n`);
});

it('arithmetic with nothing to add or subtract is refused', async () => {
  const { code, err } = await cli('arithmetic', model, at('a.png'), '--out', at('b.png'));
  expect([code, err]).toEqual([1, expect.stringMatching(/^There is nothing to add or subtract/)]);
});

describe('what is there already', () => {
  it('a model that comes with the app is not replaced', async () => {
    const words = { en: 'x', 'zh-CN': 'x' };
    await describeModel(model, { images: words, limits: [] });
    const before = await readFile(path.join(model, 'model.json'));
    await mkdir(at('faces'));
    for (let i = 0; i < 12; i++) await picture(at('faces', `${i}.png`), 20 * i);
    const { code, err } = await cli('train', at('faces'), '--kind', 'ae', '--out', model);
    expect(code).toBe(1);
    expect(err).toMatch(/is a model that comes with Latentscape, which is not replaced/);
    expect(await readFile(path.join(model, 'model.json'))).toEqual(before);
  });

  it('a file of a model is not replaced', async () => {
    const own = path.join(model, 'codes.npy');
    const before = await readFile(own);
    const { err } = await cli('export', model, '--out', own);
    expect(err).toMatch(/belongs to the model in its folder/);
    expect(await readFile(own)).toEqual(before);
    expect((await cli('export', model, '--out', path.join(model, 'other.npy'))).code).toBe(0);
  });

  it.each([
    ['a model', () => model, /is a model, and pictures do not go into its folder/],
    ['a file', () => at('there'), /a part of its path is a file/],
    ['a folder in a file', () => at('there', 'a', 'b'), /a part of its path is a file/],
  ])('decode writes no pictures over %s, and says so before it looks at the codes', async (_, out, sentence) => {
    await writeFile(at('there'), 'x');
    const { code, err } = await cli('decode', model, '--codes', at('nowhere.npy'), '--out', out());
    expect(code).toBe(1);
    expect(err).toMatch(sentence);
  });
});

const picture = (file: string, red: number) =>
  sharp({ create: { width: 8, height: 8, channels: 3, background: { r: red, g: 40, b: 80 } } })
    .png()
    .toFile(file);

describe('train --restart', () => {
  const train = (...args: string[]) => cli('train', at('faces'), '--kind', 'ae', '--out', at('m'), ...args);
  beforeEach(async () => {
    await mkdir(at('faces'));
    for (let i = 0; i < 12; i++) await picture(at('faces', `${i}.png`), 20 * i);
    // an unfinished run, damaged
    await mkdir(runFolder(at('m')));
    await writeFile(path.join(runFolder(at('m')), 'run.json'), JSON.stringify({ format: 2, settings: { kind: 'x' } }));
  });
  const isThere = () =>
    stat(runFolder(at('m'))).then(
      () => true,
      () => false,
    );

  it('and --resume contradict each other', async () => {
    expect((await train('--restart', '--resume')).err).toMatch(/--resume and --restart contradict each other/);
  });

  it('keeps the unfinished run where the new one cannot begin', async () => {
    expect((await train('--restart', '--size', '33')).code).toBe(1);
    expect(await isThere()).toBe(true);
    await copyFile(at('faces', '0.png'), at('not-a-folder'));
    const { code } = await cli('train', at('not-a-folder'), '--kind', 'ae', '--out', at('m'), '--restart');
    expect([code, await isThere()]).toEqual([1, true]);
  });

  it('discards a run that cannot be read either', { timeout: 60_000 }, async () => {
    expect((await train()).code).toBe(1);
    const small = ['--size', '32', '--latent', '2', '--width', 'small', '--epochs', '1', '--batch', '4', '--no-align'];
    const { code, err } = await train('--restart', ...small);
    expect(err).toMatch(/^Discarded the unfinished run of /);
    expect(code).toBe(0);
    expect(await isThere()).toBe(false);
  });
});
