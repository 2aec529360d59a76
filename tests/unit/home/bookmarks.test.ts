import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Bookmark, changed, changeOf, type FaceGroup, type ListChange, UserError } from '../../../main/contract';
import { Bookmarks } from '../../../main/engine/home/bookmarks';
import { FaceGroups } from '../../../main/engine/home/face-groups';
import { type Model, openModel } from '../../../main/engine/models';
import { tinyModel } from '../models/tiny';
import { temporaryFolder } from '../temporary';

let model: Model;
beforeEach(async () => {
  model = await openModel(await tinyModel());
});

const mark = (id: string, code = [1, 2, 3]): Bookmark => ({
  id,
  name: `Place ${id}`,
  code,
  anchor: 4,
  view: { yaw: 0.1, pitch: -0.2, reach: 3 },
});
const add = (...put: Bookmark[]): ListChange<Bookmark> => ({ put, remove: [], order: [] });
const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id).join('');

async function fileIn(home: string): Promise<string> {
  const folder = path.join(home, 'bookmarks');
  const [name] = await readdir(folder);
  return path.join(folder, name);
}

describe('bookmarks', () => {
  it('are kept for each model, over starts', async () => {
    const home = await temporaryFolder();
    await new Bookmarks(home).change(model.card, add(mark('a'), mark('b')));
    const again = new Bookmarks(home);
    expect(await again.of(model.card)).toEqual([mark('a'), mark('b')]);
    expect(await again.of({ ...model.card, path: '/another' })).toEqual([]);
    await again.change(model.card, { put: [], remove: ['a', 'b'], order: [] });
    expect(await new Bookmarks(home).of(model.card)).toEqual([]);
  });

  it('of another model at the same path are left out, refused, and kept for it', async () => {
    const bookmarks = new Bookmarks(await temporaryFolder());
    await bookmarks.change(model.card, add(mark('a')));
    const other = { ...model.card, latentSize: 5 };
    expect(await bookmarks.of(other)).toEqual([]);
    expect(await bookmarks.change(other, add(mark('e', [1, 2, 3, 4, 5])))).toHaveLength(1);
    expect(await bookmarks.of(model.card)).toEqual([mark('a')]);
    const refusal = { code: 'bad-settings' };
    await expect(bookmarks.change(model.card, add(mark('a', [1])))).rejects.toMatchObject(refusal);
    await expect(bookmarks.change(model.card, add(mark('a', [1, 2, NaN])))).rejects.toMatchObject(refusal);
    const many = Array.from({ length: 1001 }, (_, i) => mark(String(i)));
    await expect(bookmarks.change(model.card, add(...many))).rejects.toMatchObject(refusal);
    expect(await bookmarks.of(model.card)).toEqual([mark('a')]);
  });

  it('of two windows and two instances all arrive', async () => {
    const home = await temporaryFolder();
    const instances = [new Bookmarks(home), new Bookmarks(home)];
    await Promise.all(Array.from({ length: 20 }, (_, i) => instances[i % 2].change(model.card, add(mark(`${i},`)))));
    expect(await instances[0].of(model.card)).toHaveLength(20);
    await Promise.all([
      instances[0].change(model.card, { put: [], remove: ['3,'], order: [] }),
      instances[1].change(model.card, add({ ...mark('4,'), name: 'Renamed' })),
    ]);
    const list = await instances[1].of(model.card);
    expect(list).toHaveLength(19);
    expect(list.find(({ id }) => id === '4,')!.name).toBe('Renamed');
  });

  it('that make no sense are left out one by one, and a copy of them is kept', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const home = await temporaryFolder();
    const bookmarks = new Bookmarks(home);
    await bookmarks.change(model.card, add(...'abcde'.split('').map((id) => mark(id))));
    const file = await fileIn(home);
    const odd = JSON.parse(await readFile(file, 'utf8')) as { bookmarks: Partial<Bookmark>[] };
    delete odd.bookmarks[2].view;
    await writeFile(file, JSON.stringify(odd));
    expect(ids(await bookmarks.of(model.card))).toBe('abde');
    expect(ids(await bookmarks.change(model.card, add(mark('f'))))).toBe('abdef');
    expect(JSON.parse(await readFile(`${file}.bad`, 'utf8'))).toEqual(odd);
    // a second damage does not cost the first copy
    await writeFile(file, 'not json');
    expect(await bookmarks.of(model.card)).toEqual([]);
    expect(ids(await bookmarks.change(model.card, add(mark('g'))))).toBe('g');
    expect(await readFile(`${file}.bad-2`, 'utf8')).toBe('not json');
    expect(JSON.parse(await readFile(`${file}.bad`, 'utf8'))).toEqual(odd);
    warn.mockRestore();
  });

  it('that cannot be read are not written over', async () => {
    const home = await temporaryFolder();
    const bookmarks = new Bookmarks(home);
    await bookmarks.change(model.card, add(mark('a')));
    const file = await fileIn(home);
    await rm(file);
    await mkdir(file); // as good as a disk error, for everybody
    await expect(bookmarks.of(model.card)).rejects.toBeInstanceOf(UserError);
    await expect(bookmarks.change(model.card, add(mark('b')))).rejects.toBeInstanceOf(UserError);
    expect(await readdir(path.dirname(file))).toEqual([path.basename(file)]);
  });
});

describe('groups of faces', () => {
  const faces = () => ({ model, faceCodes: model.codes! });
  const group = (id: string, faces = [1, 2]): FaceGroup => ({
    id,
    name: id,
    colour: 0,
    hidden: false,
    faces: Uint32Array.from(faces),
  });

  it('change by changes, and those with faces that are not there are left out alone', async () => {
    const home = await temporaryFolder();
    const groups = new FaceGroups(home);
    const change = (put: FaceGroup[]) => groups.change(faces(), { put, remove: [], order: [] });
    expect(ids(await change([group('a'), group('b')]))).toBe('ab');
    await expect(change([group('c', [10])])).rejects.toMatchObject({ code: 'bad-settings' });
    expect(ids(await new FaceGroups(home).change(faces(), { put: [group('c')], remove: ['a'], order: ['c'] }))).toBe(
      'cb',
    );
    expect(await groups.of(faces())).toEqual([group('c'), group('b')]);
  });

  it('of earlier versions, which had no ids, get the same ones each time', async () => {
    const home = await temporaryFolder();
    const groups = new FaceGroups(home);
    await groups.change(faces(), { put: [group('a')], remove: [], order: [] });
    const [name] = await readdir(path.join(home, 'groups'));
    const { id: _, ...old } = { ...group('old'), faces: [3] };
    await writeFile(path.join(home, 'groups', name), JSON.stringify({ model: '', groups: [old] }));
    const [first] = await groups.of(faces());
    expect(first.id).toMatch(/^[0-9a-f]{32}$/);
    expect(await groups.of(faces())).toEqual([first]);
  });
});

describe('a change of a list', () => {
  it('leads there and back, whatever others have added meanwhile', () => {
    const entry = (id: string) => ({ id });
    const [a, b, c, d, x] = 'abcdx'.split('').map(entry);
    const [before, after] = [
      [a, b, c],
      [c, d, a],
    ];
    expect(changed(before, changeOf(before, after))).toEqual(after);
    expect(changed([...after, x], changeOf(after, before))).toEqual([a, b, c, x]);
    expect(changed([a, x, b, c], changeOf(before, after))).toEqual([c, d, a, x]);
  });
});
