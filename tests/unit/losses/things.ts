/**
 * What a person can lose, and how each is written and read: the dictionary of the tests beside it. Whatever happens, what
 * is read is a version that was written, whole.
 */
import path from 'node:path';
import type { DataSet, ModelCard } from '../../../main/contract';
import { makeFolder } from '../../../main/engine/files';
import { KeptSettings } from '../../../main/engine/home/app-settings';
import { Bookmarks } from '../../../main/engine/home/bookmarks';
import { DataSets } from '../../../main/engine/home/data-sets';
import { FaceGroups } from '../../../main/engine/home/face-groups';
import { KeptSession } from '../../../main/engine/home/kept-session';
import { Library } from '../../../main/engine/home/library';
import { Photos } from '../../../main/engine/home/photos';
import { Traits } from '../../../main/engine/home/traits';
import { folderSource, type Model, writeModel } from '../../../main/engine/models';
import { loadCheckpoint, runFolder, saveCheckpoint } from '../../../main/engine/runs/unfinished/checkpoint';
import { root } from '../../../scripts/root.mjs';
import { tinyFiles } from '../models/tiny';

export interface Thing {
  /** Writes version `n`, from 1 on, as an instance of the app that has just been started. */
  write(home: string, n: number): Promise<unknown>;
  /** The version that is there; null for none. Rejects where it is no whole one. */
  read(home: string): Promise<number | null>;
}

const layout = { width: 8, height: 8 } as ModelCard['layout'];
const card = { path: '/m', name: 'm', kind: 'vae', latentSize: 3, layout, film: false } as ModelCard;
const model = { card: { ...card, fingerprint: 'f' }, source: null, faces: null, latentSize: 3 } as unknown as Model;
const faces = { model, faceCodes: new Float32Array(30) };
const view = { yaw: 0, pitch: 0, reach: 1 };
/** Large enough that it is not written at a stroke. */
const NUMBERS = 20_000;
const images = path.join(root, 'tests/data/images');
const decided = (n: number) => ({
  name: String(n),
  curation: { leaveOut: [`${n}.png`], crop: 'centre' as const, crops: {} },
});
function versionOf({ name, curation }: DataSet): number {
  if (curation?.leaveOut[0] !== `${name}.png`) throw new Error('mixed');
  return Number(name);
}

export const THINGS: Record<string, Thing> = {
  'a model': {
    write: (home, n) => writeModel(path.join(home, 'models/m'), tinyFiles({ name: String(n) })),
    async read(home) {
      const source = await folderSource(path.join(home, 'models/m')).catch((error: { code?: string }) => {
        if (error.code === 'bad-model' || error.code === 'not-found') return null;
        throw error;
      });
      if (!source) return null;
      for (const name of Object.keys(source.manifest.files)) await source.read(name); // checks its sum
      return Number(source.manifest.name);
    },
  },
  'an unfinished run': {
    async write(home, n) {
      const out = path.join(home, 'models/m');
      await makeFolder(runFolder(out));
      const facts = { step: n, steps: 1e9, images: '', seconds: 0, history: [], progress: [], best: null };
      const means = { count: 0 } as Parameters<typeof saveCheckpoint>[1]['means'];
      await saveCheckpoint(out, { ...facts, means, tensors: { w: new Float32Array(NUMBERS).fill(n) } });
    },
    async read(home) {
      const found = await loadCheckpoint(path.join(home, 'models/m'));
      if (found && !found.tensors.w.every((value) => value === found.step)) throw new Error('mixed');
      return found && found.step;
    },
  },
  'a list of bookmarks': {
    write: (home, n) =>
      new Bookmarks(home).change(card, {
        put: [{ id: 'a', name: String(n), code: [n, n, n], anchor: null, view }],
        remove: [],
        order: [],
      }),
    async read(home) {
      const [first] = await new Bookmarks(home).of(card);
      return first ? Number(first.name) : null;
    },
  },
  'a group of faces': {
    write: (home, n) =>
      new FaceGroups(home).change(faces, {
        put: [{ id: 'a', name: String(n), colour: 0, hidden: false, faces: Uint32Array.of(n % 10) }],
        remove: [],
        order: [],
      }),
    async read(home) {
      const [first] = await new FaceGroups(home).of(faces);
      return first ? Number(first.name) : null;
    },
  },
  'a trait': {
    write: (home, n) =>
      new Traits(home).change(faces, {
        put: [{ id: 'a', name: String(n), withIt: Uint32Array.of(n % 10), without: new Uint32Array() }],
        remove: [],
        order: [],
      }),
    async read(home) {
      const [first] = await new Traits(home).of(faces);
      return first ? Number(first.name) : null;
    },
  },
  'a photo': {
    // the new one comes before the old ones go
    async write(home, n) {
      const photos = new Photos(home);
      const before = await photos.of(model);
      const code = { mu: [n, n, n], logVar: null };
      const frame = { left: 0, top: 0, side: 1 };
      await photos.add(model, new Uint8Array(NUMBERS).fill(n), { name: String(n), frame, code });
      for (const photo of before) await photos.forget(model, photo);
    },
    async read(home) {
      const photos = new Photos(home);
      const all = await photos.of(model);
      for (const photo of all) {
        const picture = await photos.file(model, photo);
        if (picture.length !== NUMBERS || !picture.every((byte) => byte === Number(photo.name) % 256)) {
          throw new Error('another picture');
        }
      }
      return all.length > 0 ? Number(all.at(-1)!.name) : null;
    },
  },
  'what was decided about a data set': {
    async write(home, n) {
      const sets = new DataSets(home);
      const { dataSet } = await sets.open(images);
      await sets.keep(dataSet.id, decided(n));
    },
    async read(home) {
      const [first] = await new DataSets(home).all();
      return first ? versionOf(first) : null;
    },
  },
  'a data set that was taken off the list and put back': {
    // one of two at a time, so that the other one stands meanwhile
    async write(home, n) {
      const sets = new DataSets(home);
      const { dataSet } = await sets.open(n % 2 === 0 ? images : path.dirname(images));
      await sets.keep(dataSet.id, decided(n));
      await sets.takeBack(await sets.forget(dataSet.id));
    },
    async read(home) {
      const all = (await new DataSets(home).all()).filter(({ curation }) => curation !== null);
      return all.length > 0 ? Math.max(...all.map(versionOf)) : null;
    },
  },
  'the list of models': {
    write: (home, n) => new Library({ models: '/none', home }).remember({ ...card, path: home, name: String(n) }),
    async read(home) {
      const [first] = await new Library({ models: '/none', home }).list();
      return first ? Number(first.name) : null;
    },
  },
  'the settings': {
    write: (home, n) => new KeptSettings(home).change({ threads: 1 + (n % 1000) }),
    async read(home) {
      const { threads } = await new KeptSettings(home).read();
      return threads === null ? null : threads - 1;
    },
  },
  'the session': {
    write: (home, n) => new KeptSession(home).keep(JSON.stringify({ n, places: new Array(NUMBERS).fill(n) })),
    async read(home) {
      const text = await new KeptSession(home).read();
      return text === null ? null : (JSON.parse(text) as { n: number }).n;
    },
  },
};
