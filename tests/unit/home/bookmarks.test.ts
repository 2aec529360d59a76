import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Bookmark } from '../../../main/contract';
import { Bookmarks } from '../../../main/engine/home/bookmarks';
import { type Model, openModel } from '../../../main/engine/models';
import { tinyModel } from '../models/tiny';
import { temporaryFolder } from '../temporary';

let model: Model;
beforeEach(async () => {
  model = await openModel(await tinyModel());
});

describe('bookmarks', () => {
  const mark = (id: string, code = [1, 2, 3]): Bookmark => ({
    id,
    name: `Place ${id}`,
    code,
    anchor: 4,
    view: { yaw: 0.1, pitch: -0.2, reach: 3 },
  });

  it('are kept for each model, over starts', async () => {
    const home = await temporaryFolder();
    await new Bookmarks(home).keep(model.card, [mark('a'), mark('b')]);
    const again = new Bookmarks(home);
    expect(await again.of(model.card)).toEqual([mark('a'), mark('b')]);
    expect(await again.of({ ...model.card, path: '/another' })).toEqual([]);
    await again.keep(model.card, []);
    expect(await new Bookmarks(home).of(model.card)).toEqual([]);
  });

  it('of another model at the same path are left out, and refused', async () => {
    const bookmarks = new Bookmarks(await temporaryFolder());
    await bookmarks.keep(model.card, [mark('a')]);
    expect(await bookmarks.of({ ...model.card, latentSize: 5 })).toEqual([]);
    await expect(bookmarks.keep(model.card, [mark('a', [1])])).rejects.toMatchObject({ code: 'bad-settings' });
    await expect(bookmarks.keep(model.card, [mark('a', [1, 2, NaN])])).rejects.toMatchObject({ code: 'bad-settings' });
  });

  it('that cannot be understood are none, and said so', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const home = await temporaryFolder();
    const bookmarks = new Bookmarks(home);
    await bookmarks.keep(model.card, [mark('a')]);
    const folder = path.join(home, 'bookmarks');
    const [name] = await readdir(folder);
    await writeFile(path.join(folder, name), (await readFile(path.join(folder, name), 'utf8')).slice(0, 20));
    expect(await bookmarks.of(model.card)).toEqual([]);
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
  });
});
