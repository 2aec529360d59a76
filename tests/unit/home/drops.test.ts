/** Folders, files and zips dropped on a window that cannot say where they lie. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { beforeEach, expect, it } from 'vitest';
import type { DroppedFile } from '../../../main/contract';
import { Drops } from '../../../main/engine/home/drops';
import { findImages } from '../../../main/engine/images';
import { decoder } from '../models/networks';
import { TINY, tinyModel } from '../models/tiny';
import { temporaryFolder } from '../temporary';

let home: string;
let drops: Drops;
beforeEach(async () => {
  home = await temporaryFolder();
  drops = new Drops(home);
});
const picture = () =>
  sharp({ create: { width: 9, height: 8, channels: 3, background: '#246' } })
    .png()
    .toBuffer();

/** Sends files in pieces of a size that cuts them anywhere. */
async function send(name: string, files: Record<string, Uint8Array>, piece = 100) {
  const listed: DroppedFile[] = Object.entries(files).map(([each, bytes]) => ({ name: each, size: bytes.length }));
  const receipt = await drops.begin(name, listed);
  const all = Buffer.concat(Object.values(files));
  for (let at = 0; at < all.length; at += piece) await receipt.receiving.write(all.subarray(at, at + piece));
  return drops.end(receipt);
}

it('a folder of images lies below the app’s data, byte for byte, and never in the place of another', async () => {
  const files = { 'a.png': await picture(), 'more/é #%.png': await picture(), 'empty.txt': new Uint8Array(0) };
  const first = await send('Faces', files);
  expect(first).toEqual({ kind: 'images', path: path.join(home, 'datasets', 'Faces') });
  expect((await findImages(first.path)).files).toEqual(['a.png', 'more/é #%.png']);
  expect(await readFile(path.join(first.path, 'a.png'))).toEqual(files['a.png']);
  const second = await send('Faces', files);
  expect(path.basename(second.path)).toBe('Faces 2');
});

it.each([
  ['a.onnx', async () => ({ 'a.onnx': decoder(TINY) }), 'a.onnx'],
  [
    'a decoder with its encoder',
    async () => ({ 'encoder.onnx': decoder(TINY), 'decoder.onnx': decoder(TINY) }),
    'decoder.onnx',
  ],
  ['a zipped model', async () => ({ 'm.zip': await zipped(await tinyModel()) }), 'm.zip'],
])('%s is a model', async (_, files, opened) => {
  const dropped = await send('model', await files());
  expect(dropped).toMatchObject({ kind: 'model' });
  expect(path.basename(dropped.path)).toBe(opened);
});

it('the folder of a model is one', async () => {
  const model = await tinyModel();
  const names = await readdir(model);
  const files = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(path.join(model, name))] as const)),
  );
  expect(await send('tiny', files)).toEqual({ kind: 'model', path: path.join(home, 'datasets', 'tiny') });
});

async function zipped(folder: string): Promise<Uint8Array> {
  const names = await readdir(folder);
  const files = await Promise.all(names.map(async (name) => [name, await readFile(path.join(folder, name))] as const));
  return zipSync(Object.fromEntries(files.map(([name, bytes]) => [name, new Uint8Array(bytes)])));
}

it('a zip of images is unpacked, without what is no image and what leads out', async () => {
  const image = new Uint8Array(await picture());
  const zip = zipSync({
    'faces/1.png': image,
    'faces/2.png': [image, { level: 0 }],
    'readme.txt': image,
    '__MACOSX/1.png': image,
  });
  const dropped = await send('photos', { 'photos.zip': zip });
  expect(dropped.kind).toBe('images');
  expect((await findImages(dropped.path)).files).toEqual(['faces/1.png', 'faces/2.png']);
  await expect(send('out', { 'out.zip': zipSync({ '../../1.png': image }) })).rejects.toMatchObject({
    code: 'bad-settings',
  });
  await expect(send('cut', { 'cut.zip': zip.subarray(0, 60) })).rejects.toMatchObject({ code: 'bad-model' });
});

it('a zip that grows too much is refused, and leaves nothing', async () => {
  const trap = zipSync({ '1.png': new Uint8Array(5e7) });
  await mkdir(path.join(home, 'elsewhere'));
  const file = path.join(home, 'elsewhere', 'trap.zip');
  await writeFile(file, trap);
  await expect(drops.unpack(file)).rejects.toMatchObject({
    code: 'bad-model',
    message: expect.stringMatching(/unpacks to more/) as string,
  });
  expect(await readdir(path.join(home, 'datasets'))).toEqual([]);
});

it.each([
  ['..', 'bad-settings'],
  ['../a.png', 'bad-settings'],
  ['a/../../b.png', 'bad-settings'],
])('%s is no name', async (name, code) => {
  await expect(drops.begin('x', [{ name, size: 1 }])).rejects.toMatchObject({ code });
});

it('is refused when it is too much, too many, too few or not what was announced', async () => {
  await expect(drops.begin('x', [{ name: 'a', size: 9e9 }])).rejects.toMatchObject({ code: 'bad-settings' });
  await expect(drops.begin('x', [])).rejects.toMatchObject({ code: 'bad-settings' });
  const less = await drops.begin('x', [{ name: 'a.png', size: 10 }]);
  await less.receiving.write(new Uint8Array(9));
  await expect(drops.end(less)).rejects.toMatchObject({ message: expect.stringMatching(/Not all/) as string });
  await less.receiving.discard();
  const more = await drops.begin('x', [{ name: 'a.png', size: 10 }]);
  await expect(more.receiving.write(new Uint8Array(11))).rejects.toMatchObject({ code: 'bad-settings' });
  await more.receiving.discard();
  expect(await readdir(path.join(home, 'datasets'))).toEqual([]);
});
