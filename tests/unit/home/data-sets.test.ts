/** Folders that were opened are kept with what was decided about them, and changes in them are noticed. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { DataSet } from '../../../main/contract';
import { DataSets } from '../../../main/engine/home/data-sets';
import { temporaryFolder } from '../temporary';

let home: string;
let folder: string;
beforeEach(async () => {
  home = path.join(await temporaryFolder(), 'home');
  folder = path.join(await temporaryFolder(), 'Ünser Ordner #1 %20');
  await mkdir(folder);
  for (const name of ['a.png', 'é.png', 'c.png']) await writeFile(path.join(folder, name), name);
});

it('are named, opened again and forgotten; their files stay', async () => {
  const { dataSet, changes } = await new DataSets(home).open(folder);
  expect(dataSet).toMatchObject({ name: 'Ünser Ordner #1 %20', path: folder, images: 3, curation: null });
  expect(changes).toBeNull();
  const curation = {
    leaveOut: ['a.png'],
    crop: 'attention' as const,
    crops: { 'c.png': { left: 0, top: 0.1, side: 0.5 } },
  };
  await new DataSets(home).keep(dataSet.id, { name: 'Ours', curation });
  const again = await new DataSets(home).open(folder);
  expect(again.dataSet).toMatchObject({ name: 'Ours', curation });
  expect(again.changes).toEqual({ added: 0, missing: 0, changed: 0 });
  await new DataSets(home).forget(dataSet.id);
  expect(await new DataSets(home).all()).toEqual([]);
  expect((await readdir(folder)).length).toBe(3);
  for (const wanting of [new DataSets(home).keep(dataSet.id, { name: 'x' }), new DataSets(home).forget(dataSet.id)]) {
    await expect(wanting).rejects.toMatchObject({ code: 'not-found' });
  }
});

describe('taken back after they were forgotten', () => {
  const curation = { leaveOut: ['a.png'], crop: 'centre' as const, crops: {} };
  let sets: DataSets;
  let removal: string;
  let before: DataSet;
  beforeEach(async () => {
    sets = new DataSets(home);
    const { dataSet } = await sets.open(folder);
    before = await sets.keep(dataSet.id, { name: 'Ours', curation });
    removal = await sets.forget(dataSet.id);
  });

  it('are as they were, and so is what is known of their images', async () => {
    await rm(path.join(folder, 'a.png'));
    await sets.takeBack(removal);
    expect(await sets.all()).toEqual([before]);
    expect((await sets.open(folder)).changes).toMatchObject({ missing: 1 });
    await expect(sets.takeBack(removal)).rejects.toMatchObject({ failure: { key: 'not-found.removed' } });
  });

  it('have what was decided since, if the folder was opened again, else what was before', async () => {
    const { dataSet } = await sets.open(folder);
    expect(dataSet).toMatchObject({ name: 'Ünser Ordner #1 %20', curation: null });
    await sets.takeBack(removal);
    expect(await sets.all()).toMatchObject([{ name: 'Ours', curation }]);
    const again = await sets.forget(dataSet.id);
    await sets.open(folder);
    await sets.keep(dataSet.id, { name: 'New' });
    await sets.takeBack(again);
    expect(await sets.all()).toMatchObject([{ name: 'New', curation: null }]);
  });

  it('can be taken back once the list can be written again', async () => {
    const list = path.join(home, 'data-sets.json');
    await rm(list);
    await mkdir(list);
    await expect(sets.takeBack(removal)).rejects.toMatchObject({ name: 'UserError' });
    await rm(list, { recursive: true });
    await sets.takeBack(removal);
    expect(await sets.all()).toEqual([before]);
  });
});

it('new, missing and changed images are noticed, a name in another composition is none of them', async () => {
  await new DataSets(home).open(folder);
  await rm(path.join(folder, 'é.png'));
  await writeFile(path.join(folder, 'e\u0301.png'), 'é.png');
  await writeFile(path.join(folder, 'a.png'), 'longer than before');
  await rm(path.join(folder, 'c.png'));
  await writeFile(path.join(folder, 'd.png'), 'd');
  const { changes } = await new DataSets(home).open(folder);
  expect(changes).toMatchObject({ added: 1, missing: 1 });
  expect([1, 2]).toContain(changes!.changed); // the other composition was written later
});

it('whose folder is gone is not listed, and the latest is first', async () => {
  const other = path.join(await temporaryFolder(), 'other');
  await mkdir(other);
  await writeFile(path.join(other, 'x.png'), 'x');
  const sets = new DataSets(home);
  await sets.open(other);
  await new Promise((resolve) => setTimeout(resolve, 5)); // milliseconds tell which was later
  await sets.open(folder);
  expect((await sets.all()).map(({ path: each }) => each)).toEqual([folder, other]);
  await rm(other, { recursive: true });
  expect((await sets.all()).map(({ path: each }) => each)).toEqual([folder]);
});

it('what one window decides while another opens the folder stays decided', async () => {
  const { dataSet } = await new DataSets(home).open(folder);
  for (let n = 0; n < 10; n++) {
    await Promise.all([new DataSets(home).open(folder), new DataSets(home).keep(dataSet.id, { name: String(n) })]);
    expect((await new DataSets(home).all())[0].name).toBe(String(n));
  }
});
