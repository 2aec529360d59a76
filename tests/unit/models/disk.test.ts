import type * as FileSystem from 'node:fs/promises';
import { readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { openModel, writeModel } from '../../../main/engine/models';
import { contentOf, tinyFiles, tinyModel } from './tiny';

// A disk that fails when a test says so.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FileSystem>();
  return { ...real, writeFile: vi.fn(real.writeFile), rename: vi.fn(real.rename) };
});
afterEach(() => void vi.resetAllMocks());

const real = await vi.importActual<typeof FileSystem>('node:fs/promises');
const failure = (code: string) => Promise.reject(Object.assign(new Error(code), { code }));

it.each([
  [
    'ENOSPC',
    'no-space',
    (folder: string) =>
      `The disk is full: "${folder}" could not be written. Free some space, or choose a folder on another disk.`,
  ],
  ['EACCES', 'no-access', (folder: string) => `"${folder}" may not be written by this user. Choose another place.`],
])('a model survives %s while the next one is written', async (code, kind, sentence) => {
  const folder = await tinyModel();
  const before = await contentOf(folder);
  let files = 0;
  vi.mocked(writeFile).mockImplementation((...args) => (++files < 3 ? real.writeFile(...args) : failure(code)));
  await expect(writeModel(folder, tinyFiles({ name: 'Second' }))).rejects.toMatchObject({
    code: kind,
    message: sentence(folder),
  });
  expect(files).toBe(3);
  expect(await contentOf(folder)).toEqual(before);
  expect(await readdir(path.dirname(folder))).toEqual(['tiny']);
});

it('a model survives when the next one cannot be put in its place', async () => {
  const folder = await tinyModel();
  const before = await contentOf(folder);
  vi.mocked(rename).mockImplementation((from, to) =>
    String(from).includes('.writing-') ? failure('EPERM') : real.rename(from, to),
  );
  await expect(writeModel(folder, tinyFiles({ name: 'Second' }))).rejects.toMatchObject({ code: 'no-access' });
  expect(await contentOf(folder)).toEqual(before);
  expect(await readdir(path.dirname(folder))).toEqual(['tiny']);
});

it('a killed write leaves the earlier model, and the next write succeeds', async () => {
  const folder = await tinyModel();
  // A process that dies between two files runs no clean-up: what it wrote stays beside the model.
  await real.mkdir(`${folder}.writing-1`);
  await real.writeFile(path.join(`${folder}.writing-1`, 'decoder.onnx'), 'half');
  expect((await openModel(folder)).card.name).toBe('Tiny');
  await writeModel(folder, tinyFiles({ name: 'Second' }));
  expect((await openModel(folder)).card.name).toBe('Second');
});
