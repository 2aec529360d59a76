/** Looking through a folder before training: copies, what is odd, what is left out, how images are cropped. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Curation } from '../../../main/contract';
import { curateFolder, loadDataset, nearCopiesIn, splitDataset } from '../../../main/engine/images';
import { drawFace } from '../../../main/engine/images/synthetic/draw';
import { drawFactors } from '../../../main/engine/images/synthetic/factors';
import { normals, random } from '../../../main/engine/maths/random';
import { temporaryFolder } from '../temporary';

const SIZE = 32;
const PIXELS = 96;
let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

const face = (i: number) =>
  sharp(Buffer.from(drawFace(drawFactors(3, i), PIXELS)), { raw: { width: PIXELS, height: PIXELS, channels: 3 } });
const put = async (name: string, image: Sharp) => {
  await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
  await writeFile(path.join(folder, name), await image.toBuffer());
};
const curate = (crop: Curation['crop'] = 'centre') => curateFolder(folder, { size: SIZE, align: false, crop });
const marks = async () => Object.fromEntries((await curate()).images.map((image) => [image.file, image.marks]));

/** What people have of one picture. */
const COPIES: Record<string, (image: Sharp) => Sharp> = {
  'the same': (image) => image.png(),
  'saved again': (image) => image.jpeg({ quality: 60 }),
  smaller: (image) => image.resize(64, 64).png(),
  larger: (image) => image.resize(200, 200).webp(),
  brighter: (image) => image.linear(1, 12).png(),
  'a little cropped': (image) => image.extract({ left: 1, top: 1, width: PIXELS - 2, height: PIXELS - 2 }).png(),
};

describe('copies', () => {
  it.each(Object.entries(COPIES))('%s is one', async (_, change) => {
    for (let i = 0; i < 12; i++) await put(`a${i}.png`, face(i).png());
    await put('b.img.png', change(face(4)));
    const { images } = await curate();
    expect(images.at(-1)).toMatchObject({
      file: 'b.img.png',
      first: images.findIndex(({ file }) => file === 'a4.png'),
      marks: ['copy'],
    });
    expect(images.slice(0, -1).flatMap((image) => image.marks)).toEqual([]);
  });

  it('are never split between training and held-out images, exact or near', async () => {
    // three photos, ten times each, every time saved otherwise
    for (let i = 0; i < 30; i++) await put(`${i}.jpg`, face(i % 3).jpeg({ quality: 50 + i }));
    const dataset = await loadDataset(folder, { size: SIZE, align: false });
    const same = (await nearCopiesIn(dataset))!;
    expect(new Set(same).size).toBe(3);
    const { files } = dataset;
    const { files: trained, heldOut } = await splitDataset(dataset, 1, 0.1);
    expect(heldOut.count).toBe(10);
    const photo = (file: string) => Number(file.replace('.jpg', '')) % 3;
    const held = files.filter((file) => !trained.includes(file));
    expect(trained.some((file) => held.some((other) => photo(file) === photo(other)))).toBe(false);
  });

  it('are searched for with progress, and the search can be ended', async () => {
    const count = 600;
    const pixels = Uint8Array.from({ length: count * SIZE * SIZE }, (_, i) => (i * 7919) % 251);
    const images = { count, channels: 1 as const, size: SIZE, pixels };
    const told: [number, number, string][] = [];
    await nearCopiesIn(images, { onProgress: (...progress) => told.push(progress) });
    expect(told).toEqual([256, 512, 600].map((done) => [done, 600, 'finding copies']));
    const ended = new AbortController();
    const search = nearCopiesIn(images, { signal: ended.signal, onProgress: () => ended.abort() });
    await expect(search).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('are not seen among different faces', async () => {
    const count = 200;
    const area = SIZE * SIZE;
    const pixels = new Uint8Array(count * 3 * area);
    for (let i = 0; i < count; i++) {
      const rgb = drawFace(drawFactors(9, i), SIZE);
      for (let k = 0; k < 3 * area; k++) pixels[(3 * i + (k % 3)) * area + Math.floor(k / 3)] = rgb[k];
    }
    expect(await nearCopiesIn({ count, channels: 3, size: SIZE, pixels })).toBeNull();
  });

  const portraits = path.resolve(import.meta.dirname, '../../../../shared/data/portraits');
  it.skipIf(!existsSync(portraits))('are not seen among portraits', { timeout: 60_000 }, async () => {
    const dataset = await loadDataset(portraits, { size: SIZE, align: false });
    const same = await nearCopiesIn(dataset);
    const pairs = same
      ? [...same].flatMap((first, i) => (first === i ? [] : [[dataset.files[first], dataset.files[i]]]))
      : [];
    expect(pairs).toEqual([]);
  });
});

it('what is odd about an image is said', async () => {
  for (let i = 0; i < 12; i++) await put(`a${i}.png`, face(i).png());
  await put('blurred.png', face(20).blur(3).png());
  await put('tiny.png', face(21).resize(20, 20).png());
  await put('grey.png', face(22).greyscale().toColourspace('b-w').png());
  await put('black.png', sharp({ create: { width: 64, height: 64, channels: 3, background: '#000' } }).png());
  const noise = Buffer.from(
    Uint8Array.from(normals(64 * 64 * 3, random(1, 'noise')), (z) => Math.min(255, Math.max(0, 128 + 50 * z))),
  );
  await put('noise.png', sharp(noise, { raw: { width: 64, height: 64, channels: 3 } }).png());
  await writeFile(path.join(folder, 'broken.png'), 'x');
  const all = await marks();
  expect(all).toMatchObject({
    'blurred.png': ['blurred'],
    'grey.png': ['grey'],
    'black.png': ['plain'],
    'noise.png': ['noise'],
  });
  expect(all['tiny.png']).toContain('tiny');
  for (let i = 0; i < 12; i++) expect(all[`a${i}.png`], `a${i}.png`).toEqual([]);
  expect((await curate()).skipped).toMatchObject([{ file: 'broken.png' }]);
});

describe('a warning before training', () => {
  const keys = async () => (await curate()).warnings.map(({ key }) => key);
  it('of thirty equal images', async () => {
    for (let i = 0; i < 30; i++) await put(`${i}.png`, face(1).png());
    expect(await keys()).toEqual(['folder-warning.one-picture']);
  });
  it('of three photos ten times', async () => {
    for (let i = 0; i < 30; i++) await put(`${i}.png`, face(i % 3).png());
    expect(await keys()).toEqual(['folder-warning.few-pictures']);
  });
  it('of noise', async () => {
    for (let i = 0; i < 12; i++) {
      const data = Buffer.from(
        Uint8Array.from({ length: 48 * 48 * 3 }, (_, k) => Math.imul(k + 7919 * i, 2654435761) >>> 24),
      );
      await put(`${i}.png`, sharp(data, { raw: { width: 48, height: 48, channels: 3 } }).png());
    }
    expect(await keys()).toContain('folder-warning.noise');
  });
  it('of black images', async () => {
    for (let i = 0; i < 12; i++)
      await put(`${i}.png`, sharp({ create: { width: 32 + i, height: 32, channels: 3, background: '#000' } }).png());
    expect(await keys()).toContain('folder-warning.plain');
  });
  it('not of faces', async () => {
    for (let i = 0; i < 12; i++) await put(`${i}.png`, face(i).png());
    expect(await keys()).toEqual([]);
  });
});

it('labels are sub-folders, and columns of tables that name the files', async () => {
  await put('men/a.png', face(1).png());
  await put('women/old/b é.png', face(2).png());
  await put('women/c.png', face(3).png());
  await writeFile(
    path.join(folder, 'list.csv'),
    '\ufefffile;smiling;note\r\na.png;yes;"with ; and ""quotes"""\r\nwomen/old/b e\u0301.png;no;\r\nc.png;yes;3\r\n',
  );
  await writeFile(path.join(folder, 'other.csv'), 'x,y\n1,2\n');
  const { images } = await curate();
  expect(images.map(({ labels }) => labels)).toEqual([
    ['men', 'smiling: yes', 'note: with ; and "quotes"'],
    ['women', 'smiling: yes', 'note: 3'],
    ['women', 'old', 'smiling: no', 'note: '],
  ]);
});

it.each<[string, string, Uint8Array]>([
  ['in UTF-16, with tabs', 'é.png', Buffer.from('\ufeffname\thair\né.png\tbrün\nb.png\tx\n', 'utf16le')],
  ['in the Western letters of Windows', 'é.png', Buffer.from('name;hair\r\né.png;brün\r\nb.png;x\r\n', 'latin1')],
  ['that names files without their extension', 'é.png', Buffer.from('hair,id\nbrün,é\nx,b\n')],
  ['that writes paths as Windows does', 'men/é.png', Buffer.from('path,hair\nmen\\é.png,brün\nb.png,x\n')],
  ['that writes paths from here', 'men/é.png', Buffer.from('path,hair\n./men/é.png,brün\nb.png,x\n')],
])('labels are those of a table %s', async (_, name, table) => {
  await put(name, face(1).png());
  await put('other.png', face(2).png());
  await writeFile(path.join(folder, 'list.csv'), table);
  const { images } = await curate();
  const labels = Object.fromEntries(images.map((image) => [image.file, image.labels]));
  expect(labels[name]).toContain('hair: brün');
  expect(labels['other.png']).toEqual([]);
});

describe('training on what a person has chosen', () => {
  const load = (curation: Partial<Curation>) =>
    loadDataset(folder, {
      size: SIZE,
      align: false,
      curation: { leaveOut: [], crop: 'centre', crops: {}, ...curation },
    });
  /** Dark, with orange rings at its right end. */
  const wide = () => {
    const data = Buffer.alloc(120 * 40 * 3, 0x33);
    for (let y = 4; y < 36; y++) {
      for (let x = 84; x < 116; x++)
        if (Math.hypot(x - 100, y - 20) % 6 < 4) data.set([255, 150, 50], (y * 120 + x) * 3);
    }
    return sharp(data, { raw: { width: 120, height: 40, channels: 3 } }).png();
  };
  const brightness = ({ pixels }: { pixels: Uint8Array }) =>
    pixels.reduce((sum, value) => sum + value, 0) / pixels.length;

  it('leaves out files, however their names are composed', async () => {
    for (const name of ['a.png', 'é.png', 'c.png']) await put(name, face(name.charCodeAt(0)).png());
    expect((await load({ leaveOut: ['e\u0301.png', 'gone.png'] })).files).toEqual(['a.png', 'c.png']);
    await expect(load({ leaveOut: ['a.png', 'é.png', 'c.png'] })).rejects.toMatchObject({ code: 'no-images' });
  });

  it('crops where there is most to see, or as it was chosen', async () => {
    await put('wide.png', wide());
    const [middle, attention] = [brightness(await load({})), brightness(await load({ crop: 'attention' }))];
    expect(middle).toBeLessThan(60);
    expect(attention).toBeGreaterThan(middle + 20);
    const chosen = await load({ crops: { 'wide.png': { left: 2, top: 0, side: 1 } } });
    expect(brightness(chosen)).toBeGreaterThan(middle + 20);
    const { crops } = await curate('attention');
    expect(crops[0]).toBeGreaterThan(1);
  });
});
