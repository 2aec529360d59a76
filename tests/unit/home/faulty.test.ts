/** A home in which nothing can be kept: the app works, and each thing that is not kept says so. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import type { Bookmark } from '../../../main/contract';
import { createEngine } from '../../../main/engine/engine';
import { silent } from '../hosts/silent';
import { tinyModel } from '../models/tiny';
import { temporaryFolder } from '../temporary';

const mark: Bookmark = { id: 'a', name: 'A', code: [1, 2, 3], anchor: null, view: { yaw: 0, pitch: 0, reach: 1 } };
const aFile = async (folder: string) => {
  await writeFile(path.join(folder, 'home'), 'not a folder');
  return path.join(folder, 'home');
};

it.each<[string, (folder: string) => Promise<string>]>([
  ['is a file', aFile],
  ['lies in a file', async (folder) => path.join(await aFile(folder), 'below')],
  // nobody may write there, root neither; Node's own way of making folders never ends below it
  ['is below /proc', async (folder) => (process.platform === 'linux' ? '/proc/latentscape/home' : aFile(folder))],
])('a home that %s', { timeout: 20_000 }, async (_, make) => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const home = await make(await temporaryFolder());
  const engine = createEngine({ models: path.join(home, 'none'), home });
  const api = engine.connect(silent);
  expect(await api.listModels()).toEqual([]);
  const { id, card } = await api.openModel(await tinyModel());
  expect((await api.decode(id, new Float32Array(card.latentSize))).count).toBe(1);
  expect([await api.bookmarks(id), await api.faceGroups(id), await api.unfinishedRuns()]).toEqual([[], [], []]);
  const refusal = { name: 'UserError', code: expect.stringMatching(/^no(t-found|-access|-space)$/) as string };
  await expect(api.changeBookmarks(id, { put: [mark], remove: [], order: [] })).rejects.toMatchObject(refusal);
  const settings = { kind: 'ae', images: '/nowhere', name: 'x', imageSize: 32, latentSize: 4, epochs: 1, batchSize: 4 };
  const rest = { beta: 1, learningRate: 0.001, seed: 1, align: false, tuning: { width: 'small' } };
  await expect(api.startTraining({ ...settings, ...rest } as never)).rejects.toMatchObject({ name: 'UserError' });
  api.dispose();
  engine.dispose();
  warn.mockRestore();
});

it('a home that is deleted meanwhile is made again', async () => {
  const home = path.join(await temporaryFolder(), 'home');
  await mkdir(home);
  const engine = createEngine({ models: path.join(home, 'none'), home });
  const api = engine.connect(silent);
  const { id } = await api.openModel(await tinyModel());
  await api.changeBookmarks(id, { put: [mark], remove: [], order: [] });
  await rm(home, { recursive: true });
  expect(await api.bookmarks(id)).toEqual([]);
  expect(await api.changeBookmarks(id, { put: [mark], remove: [], order: [] })).toEqual([mark]);
  api.dispose();
  engine.dispose();
});
