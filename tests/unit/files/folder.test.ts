/** Nothing is removed that cannot be recognised as ours, file by file. */
import { cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { kindWithSums, removeFolder, saveFolder } from '../../../main/engine/files';
import { writeFaces } from '../../../main/engine/images/synthetic/write';
import { openModel, recoverModel, restoreModel, writeModel } from '../../../main/engine/models';
import { contentOf, tinyFiles, tinyModel } from '../models/tiny';
import { temporaryFolder } from '../temporary';

const ID = '0b5c6b1e-3c1f-4d0e-9a52-0f6d1c2b3a49';
const KIND = kindWithSums('folder.model', (name) => name.endsWith('.txt') || name === 'sub/');

async function made(): Promise<string> {
  const folder = path.join(await temporaryFolder(), 'folder.model');
  await saveFolder(folder, KIND, async (write) => {
    await write('a.txt', 'a');
    await write('sub/b.txt', 'b');
  });
  return folder;
}
const again = (folder: string) => saveFolder(folder, KIND, (write) => write('c.txt', 'c'));

describe('a folder of ours', () => {
  it('is replaced by the next one, and nothing is left beside it', async () => {
    const folder = await made();
    expect((await readdir(folder, { recursive: true })).sort()).toEqual(
      ['SHA256SUMS', 'a.txt', 'sub', path.join('sub', 'b.txt')].sort(),
    );
    await again(folder);
    expect((await readdir(folder)).sort()).toEqual(['SHA256SUMS', 'c.txt']);
    expect(await readdir(path.dirname(folder))).toEqual(['folder.model']);
  });

  it.each<[string, (folder: string) => Promise<unknown>]>([
    ['a file was changed', (folder) => writeFile(path.join(folder, 'a.txt'), 'my notes')],
    ['a file was added', (folder) => writeFile(path.join(folder, 'mine.txt'), 'm')],
    ['a folder was added', (folder) => mkdir(path.join(folder, 'empty'))],
    ['a link was added', (folder) => symlink(process.execPath, path.join(folder, 'link.txt'))],
    ['its sums are gone', (folder) => rm(path.join(folder, 'SHA256SUMS'))],
    ['its sums make no sense', (folder) => writeFile(path.join(folder, 'SHA256SUMS'), 'hello\n')],
  ])('is not replaced once %s', async (_, change) => {
    const folder = await made();
    await change(folder);
    const before = await readdir(folder, { recursive: true });
    await expect(again(folder)).rejects.toMatchObject({
      code: 'bad-settings',
      message: expect.stringContaining('holds other things besides a model') as string,
    });
    expect(await readdir(folder, { recursive: true })).toEqual(before);
    expect(await readdir(path.dirname(folder))).toEqual(['folder.model']);
  });

  it('is removed but for what is somebody else’s', async () => {
    const folder = await made();
    await writeFile(path.join(folder, 'a.txt'), 'my notes');
    expect(await removeFolder(folder, KIND)).toBe(false);
    expect((await readdir(folder)).sort()).toEqual(['a.txt']);
    expect(await readFile(path.join(folder, 'a.txt'), 'utf8')).toBe('my notes');
  });

  it('that is a link is unlinked, and what it points to stays', async () => {
    const folder = await made();
    const link = `${folder}-link`;
    await symlink(folder, link);
    await again(link);
    expect((await readdir(folder)).sort()).toEqual(['SHA256SUMS', 'a.txt', 'sub']);
    expect((await readdir(link)).sort()).toEqual(['SHA256SUMS', 'c.txt']);
  });
});

it('somebody’s numbered images are never taken for synthetic faces', async () => {
  const folder = await temporaryFolder();
  for (let i = 0; i < 20; i++) await writeFile(path.join(folder, `${String(i).padStart(5, '0')}.png`), `image ${i}`);
  const before = await contentOf(folder);
  const settings = { count: 4, seed: 1, size: 32 };
  await expect(writeFaces(folder, settings)).rejects.toMatchObject({ code: 'bad-settings' });
  await writeFile(path.join(folder, 'factors.csv'), 'file,hair\n');
  await expect(writeFaces(folder, settings)).rejects.toMatchObject({ code: 'bad-settings' });
  await rm(path.join(folder, 'factors.csv'));
  expect(await contentOf(folder)).toEqual(before);
});

describe('beside a model', () => {
  it('a folder or file of somebody’s called like a remnant stays', async () => {
    const model = await tinyModel();
    const parent = path.dirname(model);
    const names = ['tiny.previous', 'tiny.writing-', `tiny.previous-${ID}`, `tiny.writing-${ID}`];
    for (const name of names) {
      await mkdir(path.join(parent, name));
      await writeFile(path.join(parent, name, 'thesis.txt'), 'precious');
    }
    await writeFile(`${model}.writing-${ID.replace('0b', '1b')}`, 'a text file');
    await recoverModel(model);
    await writeModel(model, tinyFiles({ name: 'Second' }));
    for (const name of names) expect(await readFile(path.join(parent, name, 'thesis.txt'), 'utf8')).toBe('precious');
    expect(await readFile(`${model}.writing-${ID.replace('0b', '1b')}`, 'utf8')).toBe('a text file');
  });

  it('what is no model is not put in the place of one that is missing', async () => {
    const parent = await temporaryFolder();
    await writeFile(path.join(parent, 'report.previous'), 'hello');
    await writeFile(path.join(parent, `report.previous-${ID}`), 'hello');
    expect(await restoreModel(path.join(parent, 'report'))).toBe(false);
    expect((await readdir(parent)).sort()).toEqual(['report.previous', `report.previous-${ID}`]);
  });

  it('a model moved aside is put back, and removed once the new one is whole', async () => {
    const model = await tinyModel();
    const before = await contentOf(model);
    await rename(model, `${model}.previous-${ID}`);
    expect((await openModel(model)).card.name).toBe('Tiny');
    expect(await contentOf(model)).toEqual(before);
    await cp(model, `${model}.previous-${ID}`, { recursive: true });
    await recoverModel(model);
    expect(await readdir(path.dirname(model))).toEqual(['tiny']);
  });

  it('a model that somebody has changed is not replaced', async () => {
    const model = await tinyModel();
    await writeFile(path.join(model, 'decoder.onnx'), 'my own');
    await expect(writeModel(model, tinyFiles({ name: 'Second' }))).rejects.toMatchObject({ code: 'bad-settings' });
    expect(await readFile(path.join(model, 'decoder.onnx'), 'utf8')).toBe('my own');
  });
});

it('a file that appears in a folder while it is replaced is kept, and told', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const folder = await made();
  await saveFolder(folder, KIND, async (write) => {
    await write('c.txt', 'c');
    await writeFile(path.join(folder, 'late.txt'), 'mine');
  });
  const [previous] = (await readdir(path.dirname(folder))).filter((name) => name.includes('.previous-'));
  expect(await readdir(path.join(path.dirname(folder), previous))).toEqual(['late.txt']);
  expect(warn).toHaveBeenCalledOnce();
  warn.mockRestore();
});
