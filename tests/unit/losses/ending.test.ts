/** What a window asks to be kept in its last moment is kept: the app ends after it, not before. */
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Bookmark } from '../../../main/contract';
import { Bookmarks } from '../../../main/engine/home/bookmarks';
import { KeptSession } from '../../../main/engine/home/kept-session';
import { EngineProcess } from '../../../main/host/engine-process';
import { connectEngine } from '../../../main/rpc/rpc';
import { pack, unpack } from '../../../main/rpc/wire';
import { root } from '../../../scripts/root.mjs';
import { silent } from '../hosts/silent';
import { tinyModel } from '../models/tiny';
import { temporaryFolder } from '../temporary';

const mark = (n: number): Bookmark => ({
  id: String(n),
  name: `place ${n}`,
  code: [n, n, n],
  anchor: null,
  view: { yaw: 0, pitch: 0, reach: 1 },
});

it('places and the session that are sent as the app ends', async () => {
  const home = await temporaryFolder();
  const engine = new EngineProcess({
    node: process.execPath,
    entry: path.join(root, 'main/engine/process.ts'),
    env: { ...process.env, NODE_OPTIONS: '--import tsx', LATENTSCAPE_MODELS: home, LATENTSCAPE_HOME: home },
  });
  let listener = (_: unknown) => {};
  const connection = engine.connect({ send: (data) => listener(unpack(data)), close: () => {} })!;
  const api = connectEngine(
    {
      post: (message) => connection.send(pack(message)),
      listen: (onMessage) => void (listener = onMessage),
      onClose: () => {},
      close: () => {},
    },
    silent,
  );
  const { id, card } = await api.openModel(await tinyModel());
  for (let n = 0; n < 30; n++) void api.changeBookmarks(id, { put: [mark(n)], remove: [], order: [] }).catch(() => {});
  void api.keepSession('the last one').catch(() => {});
  await new Promise(setImmediate); // calls are on their way
  connection.close();
  await engine.stop();
  expect((await new Bookmarks(home).of(card)).length).toBe(30);
  expect(await new KeptSession(home).read()).toBe('the last one');
});
