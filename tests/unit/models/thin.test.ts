import { expect, it } from 'vitest';
import { folderSource, openModel, thinModel } from '../../../main/engine/models';
import { contentOf, tinyModel } from './tiny';

it('a model is left evenly chosen ones of its codes, and thinned again it stays as it is', async () => {
  const folder = await tinyModel({ count: 9 });
  const before = await openModel(folder);
  const codes = before.codes!.slice();
  await before.release();

  await thinModel(folder, 3);
  const after = await openModel(folder);
  const rows = Array.from({ length: 3 }, (_, i) => [...after.codes!.subarray(3 * i, 3 * i + 3)].join());
  const all = Array.from({ length: 9 }, (_, i) => [...codes.subarray(3 * i, 3 * i + 3)].join());
  await after.release();
  const kept = rows.map((row) => all.indexOf(row));
  expect(kept).toHaveLength(3);
  expect(kept.every((at, i) => at >= 3 * i && at < 3 * i + 3)).toBe(true);

  const files = await contentOf(folder);
  const { dataset } = (await folderSource(folder)).manifest;
  await thinModel(folder, 3);
  expect(await contentOf(folder)).toEqual(files);
  expect((await folderSource(folder)).manifest.dataset).toEqual(dataset);
});
