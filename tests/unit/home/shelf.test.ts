import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Library } from '../../../main/engine/home/library';
import { Shelf } from '../../../main/engine/home/shelf';
import { openModel } from '../../../main/engine/models';
import { tinyModel } from '../models/tiny';
import { temporaryFolder } from '../temporary';

let home: string;
let elsewhere: string;
let library: Library;
let shelf: Shelf;
const names = async () => (await library.list()).map(({ name, origin }) => `${origin} ${name}`);

beforeEach(async () => {
  home = await temporaryFolder();
  elsewhere = await tinyModel();
  library = new Library({ models: path.join(home, 'none'), home });
  shelf = new Shelf(library, home);
  await library.remember((await openModel(elsewhere)).card);
});

describe('models in their list', () => {
  it('are copied whole, under names that are free', async () => {
    const copies = [await shelf.duplicate(elsewhere, 'A: b'), await shelf.duplicate(elsewhere, 'A: b')];
    expect(copies.map((copy) => path.basename(copy))).toEqual(['A- b', 'A- b 2']);
    expect(await names()).toEqual(expect.arrayContaining(['library A: b', 'library A: b']));
    for (const file of (await readdir(elsewhere)).filter((name) => name !== 'model.json')) {
      expect(await readFile(path.join(copies[0], file))).toEqual(await readFile(path.join(elsewhere, file)));
    }
    expect((await openModel(copies[1])).card.name).toBe('A: b');
  });

  it('are copied under different names at the same moment', async () => {
    const copies = await Promise.all(Array.from({ length: 4 }, () => shelf.duplicate(elsewhere, 'Same')));
    expect(copies.map((copy) => path.basename(copy)).sort()).toEqual(['Same', 'Same 2', 'Same 3', 'Same 4']);
    expect((await readdir(path.dirname(copies[0]))).filter((name) => name.startsWith('Same')).length).toBe(4);
  });

  it('are renamed where they lie', async () => {
    await shelf.rename(elsewhere, 'Another');
    expect(await names()).toEqual(['recent Another']);
  });

  it('are removed and taken back, with all that lies in them', async () => {
    const copy = await shelf.duplicate(elsewhere, 'Copy');
    await writeFile(path.join(copy, 'notes.txt'), 'mine');
    const removals = [await shelf.remove(copy), await shelf.remove(elsewhere)];
    expect(await names()).toEqual([]);
    // one from elsewhere is only off the list
    expect(await readdir(elsewhere)).toContain('model.json');
    for (const removal of removals) await shelf.takeBack(removal);
    expect(await names()).toEqual(['library Copy', `recent ${(await openModel(elsewhere)).card.name}`]);
    expect(await readFile(path.join(copy, 'notes.txt'), 'utf8')).toBe('mine');
    await expect(shelf.takeBack(removals[0])).rejects.toMatchObject({ failure: { key: 'not-found.removed' } });
  });

  it('are gone for good after a week, but for what is not ours', async () => {
    const copy = await shelf.duplicate(elsewhere, 'Copy');
    await writeFile(path.join(copy, 'notes.txt'), 'mine');
    await shelf.remove(copy);
    const removed = path.join(home, 'removed');
    const [name] = await readdir(removed);
    await shelf.clear();
    expect(await readdir(path.join(removed, name))).toContain('model.json');
    const old = name.replace(/^\d+/, String(Date.now() - 8 * 24 * 3600 * 1000));
    await rename(path.join(removed, name), path.join(removed, old));
    await shelf.clear();
    expect(await readdir(path.join(removed, old))).toEqual(['notes.txt']);
  });
});
