import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { message } from '../../../main/contract';
import { inspectFolder, loadDataset } from '../../../main/engine/images';
import { temporaryFolder } from '../temporary';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

const plain = (colour: string, width = 20, height = 20) =>
  sharp({ create: { width, height, channels: 3, background: colour } });

async function put(name: string, image: Sharp): Promise<void> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await image.toFile(file);
}

/** Left half red, right half blue. */
const halves = (width: number, height: number) =>
  plain('#ff0000', width, height).composite([
    { input: { create: { width: width / 2, height, channels: 3, background: '#0000ff' } }, left: width / 2, top: 0 },
  ]);

const load = (options: object = {}) => loadDataset(folder, { size: 8, align: false, ...options });

/** RGB of pixel (x, y) of image `row` in a data set. */
const pixel = ({ pixels, channels, size }: Awaited<ReturnType<typeof load>>, row: number, x: number, y: number) =>
  Array.from({ length: channels }, (_, c) => pixels[(row * channels + c) * size * size + y * size + x]);

describe('loadDataset', () => {
  it('reads every format it names, as planes of bytes', async () => {
    const formats = ['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const;
    for (const format of formats) await put(`green.${format}`, plain('#20c040').toFormat(format, { quality: 100 }));
    const dataset = await load();
    expect(dataset).toMatchObject({ count: 6, size: 8, channels: 3, skipped: [], faces: null });
    expect(dataset.pixels).toHaveLength(6 * 3 * 64);
    for (let row = 0; row < 6; row++) {
      pixel(dataset, row, 4, 4).forEach((value, c) => expect(Math.abs(value - [0x20, 0xc0, 0x40][c])).toBeLessThan(8));
    }
  });

  it('goes into folders, in the same order everywhere, and leaves hidden files alone', async () => {
    for (const name of ['b.png', 'a/z.png', 'a/B.png', 'c/d/e.PNG', '.hidden/x.png', 'a/._z.png', '__MACOSX/y.png']) {
      await put(name, plain('#777777').png());
    }
    await writeFile(path.join(folder, 'notes.txt'), 'hello');
    expect((await load()).files).toEqual(['a/B.png', 'a/z.png', 'b.png', 'c/d/e.PNG']);
  });

  it('follows links, each place once', async () => {
    await put('real/a.png', plain('#777777').png());
    await symlink(path.join(folder, 'real'), path.join(folder, 'real/loop'));
    await symlink(path.join(folder, 'real/a.png'), path.join(folder, 'b.png'));
    await symlink(path.join(folder, 'nowhere.png'), path.join(folder, 'gone.png'));
    const { files, skipped } = await load();
    expect(files).toEqual(['b.png', 'real/a.png']);
    expect(skipped).toEqual([{ file: 'gone.png', reason: message('unreadable.gone') }]);
  });

  it('skips, counts and names what cannot be read', async () => {
    await put('good.png', plain('#102030').png());
    await put('zebra.png', plain('#405060').png());
    const jpeg = await sharp({
      create: {
        width: 200,
        height: 200,
        channels: 3,
        background: '#000000',
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    })
      .jpeg()
      .toBuffer();
    await writeFile(path.join(folder, 'cut.jpg'), jpeg.subarray(0, jpeg.length / 2));
    await writeFile(path.join(folder, 'empty.png'), '');
    await writeFile(path.join(folder, 'text.jpg'), 'this is not a picture');
    await writeFile(path.join(folder, 'old.bmp'), Buffer.from('BM'.padEnd(100, '\0')));
    await mkdir(path.join(folder, 'folder.png'));
    await writeFile(path.join(folder, 'layers'), '8BPS\0\x01');
    await writeFile(path.join(folder, 'notes.xyz'), 'hello');
    const dataset = await load();
    expect(dataset.skipped).toEqual([
      { file: 'cut.jpg', reason: message('unreadable.broken') },
      { file: 'empty.png', reason: message('unreadable.empty') },
      { file: 'layers', reason: message('unreadable.format', { format: 'Photoshop' }) },
      { file: 'old.bmp', reason: message('unreadable.no-image') },
      { file: 'text.jpg', reason: message('unreadable.no-image') },
    ]);
    // The rows of the readable ones close up.
    expect(dataset.files).toEqual(['good.png', 'zebra.png']);
    expect(pixel(dataset, 0, 3, 3)).toEqual([0x10, 0x20, 0x30]);
    expect(pixel(dataset, 1, 3, 3)).toEqual([0x40, 0x50, 0x60]);
  });

  it.skipIf(process.getuid?.() === 0)('names what this user may not read', async () => {
    await put('good.png', plain('#102030').png());
    await put('secret.png', plain('#102030').png());
    await chmod(path.join(folder, 'secret.png'), 0);
    expect((await load()).skipped).toEqual([{ file: 'secret.png', reason: message('unreadable.no-access') }]);
  });

  it('turns an image upright before it crops the middle', async () => {
    // Stored on its side: upright, red is above and blue below.
    await put(
      'turned.jpg',
      halves(32, 8).withMetadata({ orientation: 6 }).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }),
    );
    const dataset = await load();
    // Upright it is 8 wide and 32 high; its middle square has red above blue.
    const [above, below] = [pixel(dataset, 0, 4, 0), pixel(dataset, 0, 4, 7)];
    expect(above[0]).toBeGreaterThan(200);
    expect(below[2]).toBeGreaterThan(200);
  });

  it('takes the middle square of a wide image', async () => {
    await put('wide.png', halves(32, 8).png());
    const dataset = await load();
    expect(pixel(dataset, 0, 0, 4)).toEqual([255, 0, 0]);
    expect(pixel(dataset, 0, 7, 4)).toEqual([0, 0, 255]);
  });

  it('puts what is see-through on white', async () => {
    const half = Buffer.from([255, 0, 0, 255, 255, 0, 0, 0]);
    await put(
      'glass.png',
      sharp(half, { raw: { width: 2, height: 1, channels: 4 } })
        .resize(16, 8, { kernel: 'nearest', fit: 'fill' })
        .png(),
    );
    const dataset = await load();
    expect(pixel(dataset, 0, 1, 4)).toEqual([255, 0, 0]);
    expect(pixel(dataset, 0, 6, 4)).toEqual([255, 255, 255]);
  });

  it('turns grey images among coloured ones into RGB', async () => {
    await put('grey.png', plain('#505050').toColourspace('b-w').png());
    await put('red.png', plain('#ff0000').png());
    const dataset = await load();
    expect(dataset.channels).toBe(3);
    expect(pixel(dataset, 0, 2, 2)).toEqual([0x50, 0x50, 0x50]);
  });

  it('keeps one channel when every file is grey, 16 bits and alpha or not', async () => {
    await put('a.png', plain('#505050').toColourspace('b-w').png());
    await put('b.png', plain('#808080').toColourspace('grey16').png());
    await writeFile(path.join(folder, 'c.png'), 'broken');
    await put('d.jpg', plain('#a0a0a0').toColourspace('b-w').jpeg());
    const dataset = await load();
    expect(dataset).toMatchObject({ channels: 1, count: 3, files: ['a.png', 'b.png', 'd.jpg'] });
    expect(dataset.pixels).toHaveLength(3 * 64);
    [0x50, 0x80, 0xa0].forEach((value, row) => expect(Math.abs(pixel(dataset, row, 5, 5)[0] - value)).toBeLessThan(2));
  });

  it('tells how far it is', async () => {
    for (let i = 0; i < 5; i++) await put(`${i}.png`, plain('#777777').png());
    const seen: [number, number, string][] = [];
    await load({ onProgress: (done: number, total: number, what: string) => seen.push([done, total, what]) });
    expect(seen).toEqual([1, 2, 3, 4, 5].map((done) => [done, 5, 'reading images']));
  });

  it('stops when it is told to', async () => {
    for (let i = 0; i < 20; i++) await put(`${i}.png`, plain('#777777').png());
    const aborter = new AbortController();
    let done = 0;
    const loading = load({ signal: aborter.signal, onProgress: () => ++done === 3 && aborter.abort() });
    await expect(loading).rejects.toMatchObject({ code: 'cancelled' });
    expect(done).toBeLessThan(10);
  });

  it('shows a file as it is now, not as it was', async () => {
    await put('a.png', plain('#111111').png());
    await load();
    await put('a.png', plain('#eeeeee').png());
    expect(pixel(await load(), 0, 0, 0)[0]).toBe(0xee);
  });
});

describe('folders that give no data set, and the sentence for each', () => {
  const F = () => `"${folder}"`;
  it('not there', async () => {
    await expect(loadDataset(path.join(folder, 'no'), { size: 8, align: false })).rejects.toMatchObject({
      code: 'not-found',
      message: `There is nothing at "${path.join(folder, 'no')}". Check the path, or choose another one.`,
    });
  });

  it('a file', async () => {
    const file = path.join(folder, 'a.txt');
    await writeFile(file, '');
    await expect(loadDataset(file, { size: 8, align: false })).rejects.toMatchObject({
      code: 'not-found',
      message: `"${file}" is a file, not a folder. Choose the folder that holds the images.`,
    });
  });

  it.each([true, false])('no images (align: %s)', async (align) => {
    await writeFile(path.join(folder, 'readme.txt'), '');
    const sentence = `There are no images in ${F()} or the folders in it. Choose a folder with PNG, JPEG, WebP, HEIC, TIFF or other image files.`;
    await expect(load({ align })).rejects.toMatchObject({ code: 'no-images', message: sentence });
    await expect(inspectFolder(folder, { size: 8, align })).rejects.toMatchObject({ message: sentence });
  });

  it.each([true, false])('only broken images (align: %s)', async (align) => {
    await writeFile(path.join(folder, 'b.png'), 'x');
    const one = `The only image in ${F()} cannot be read: b.png (it is not an image, or its beginning is damaged). Choose another folder.`;
    await expect(load({ align })).rejects.toMatchObject({ code: 'no-images', message: one });
    await expect(inspectFolder(folder, { size: 8, align })).rejects.toMatchObject({ message: one });
    await writeFile(path.join(folder, 'a.png'), '');
    const two = `None of the 2 images in ${F()} can be read; the first is a.png (the file is empty). Choose another folder.`;
    await expect(load({ align })).rejects.toMatchObject({ code: 'no-images', message: two });
    await expect(inspectFolder(folder, { size: 8, align })).rejects.toMatchObject({ message: two });
  });
});

describe('inspectFolder', () => {
  it('reports what is there, and shows a preview spread over the folder', async () => {
    for (let i = 0; i < 48; i++) {
      await put(`${String(i).padStart(2, '0')}.png`, plain(`rgb(${i},0,0)`, 30, 20 + i).png());
    }
    await writeFile(path.join(folder, 'x.png'), '');
    const seen: number[] = [];
    const report = await inspectFolder(folder, { size: 8, align: false, onProgress: (done) => seen.push(done) });
    expect(report).toMatchObject({
      path: folder,
      imageCount: 48,
      skipped: [{ file: 'x.png', reason: message('unreadable.empty') }],
      smallestSide: 20,
      grey: false,
      preview: { count: 24, width: 8, height: 8 },
    });
    const reds = Array.from({ length: 24 }, (_, i) => report.preview.data[i * 8 * 8 * 4]);
    expect(reds).toEqual(Array.from({ length: 24 }, (_, i) => 2 * i));
    expect(seen.at(-1)).toBe(49);
  });

  it('counts an image whose header is sound and whose rest is not as skipped once it was to be shown', async () => {
    await put('good.png', plain('#808080').toColourspace('b-w').png());
    const jpeg = await plain('#123456', 300, 300).jpeg().toBuffer();
    await writeFile(path.join(folder, 'cut.jpg'), jpeg.subarray(0, 700));
    const report = await inspectFolder(folder, { size: 8, align: false });
    expect(report).toMatchObject({ imageCount: 1, preview: { count: 1 } });
    expect(report.skipped).toEqual([{ file: 'cut.jpg', reason: message('unreadable.broken') }]);
  });
});

const portraits = path.resolve(import.meta.dirname, '../../../../shared/data/portraits');
describe.skipIf(!existsSync(portraits))('photographs (../shared/data/portraits)', () => {
  it('of faces are aligned, a broken one among them is skipped, and a later one is cropped like them', async () => {
    const names = (await readdir(portraits)).sort().slice(0, 24);
    for (const name of names) await writeFile(path.join(folder, name), await readFile(path.join(portraits, name)));
    await writeFile(path.join(folder, 'broken.jpg'), 'x');
    const phases = new Set<string>();
    const dataset = await loadDataset(folder, {
      size: 32,
      align: true,
      onProgress: (_done, _total, what) => phases.add(what),
    });
    expect(dataset).toMatchObject({ count: 24, files: names });
    expect(dataset.skipped).toEqual([{ file: 'broken.jpg', reason: message('unreadable.no-image') }]);
    expect([...phases]).toEqual(['finding faces', 'reading images']);
    expect(dataset.faces).not.toBeNull();
    // Aligned faces are more alike than the middles of the same photographs.
    const plainly = await loadDataset(folder, { size: 32, align: false });
    expect(variance(dataset.pixels, 24)).toBeLessThan(0.9 * variance(plainly.pixels, 24));
  });
});

/** Mean variance of a pixel over the images. */
function variance(pixels: Uint8Array, count: number): number {
  const size = pixels.length / count;
  let sum = 0;
  for (let i = 0; i < size; i++) {
    const values = Array.from({ length: count }, (_, n) => pixels[n * size + i]);
    const mean = values.reduce((a, b) => a + b, 0) / count;
    sum += values.reduce((a, b) => a + (b - mean) ** 2, 0) / count;
  }
  return sum / size;
}
