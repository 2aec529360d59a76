import { randomUUID } from 'node:crypto';
import type * as FileSystem from 'node:fs/promises';
import { open, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { openModel, writeModel } from '../../../main/engine/models';
import { contentOf, tinyFiles, tinyModel } from './tiny';

// A disk that fails when a test says so.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FileSystem>();
  return { ...real, open: vi.fn(real.open), rename: vi.fn(real.rename) };
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
  ['EACCES', 'no-access', (folder: string) => `You do not have permission to write "${folder}". Choose another place.`],
])('a model survives %s while the next one is written', async (code, kind, sentence) => {
  const folder = await tinyModel();
  const before = await contentOf(folder);
  let files = 0;
  vi.mocked(open).mockImplementation((...args) =>
    args[1] !== 'wx' || ++files < 3 ? real.open(...args) : failure(code),
  );
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
  const half = `${folder}.writing-${randomUUID()}`;
  await real.mkdir(half);
  await real.writeFile(path.join(half, 'decoder.onnx'), 'half');
  expect((await openModel(folder)).card.name).toBe('Tiny');
  await writeModel(folder, tinyFiles({ name: 'Second' }));
  expect((await openModel(folder)).card.name).toBe('Second');
});
