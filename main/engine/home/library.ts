/** The models a person can open: those that ship with the app, those trained here, and those opened from elsewhere. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import type { ModelCard, ModelListing } from '../../contract';
import { FILM, folderSource, MANIFEST, restoreModel } from '../models';
import { remnantOf } from '../files';
import { KeptList } from './kept';

/** Models opened from elsewhere that are remembered. */
const MOST_RECENT = 12;

const recentSchema = v.object({
  path: v.string(),
  name: v.string(),
  kind: v.picklist(['ae', 'vae', 'rae', 'decoder']),
  latentSize: v.number(),
  imageSize: v.number(),
  film: v.optional(v.boolean(), false),
  /** See `ModelCard`; models noted before there was one have none. */
  fingerprint: v.optional(v.string()),
});
type Recent = v.InferOutput<typeof recentSchema>;

export interface Places {
  /** Folder of the models that ship with the app. */
  models: string;
  /** The app's data folder. */
  home: string;
}

export class Library {
  readonly #places: Places;
  readonly #recents: KeptList<Recent>;

  constructor(places: Places) {
    this.#places = places;
    this.#recents = new KeptList(path.join(places.home, 'recent.json'), null, recentSchema);
  }

  /** Where models trained here are written. */
  get folder(): string {
    return path.join(this.#places.home, 'models');
  }

  /** Where unfinished runs are looked for: where models are written, and where models were opened from. */
  async neighbourhoods(): Promise<string[]> {
    return [this.folder, ...(await this.#recent()).map((model) => path.dirname(model.path))];
  }

  /** Bundled models by name, then those trained here, the latest first, then those opened from elsewhere, likewise. */
  async list(): Promise<ModelListing[]> {
    return (await this.#all()).map(({ time: _, fingerprint: __, ...listing }) => listing);
  }

  /** Where a model with that decoder lies, see `ModelCard.fingerprint`; null when none is listed. */
  async pathOf(fingerprint: string): Promise<string | null> {
    return (await this.#all()).find((model) => model.fingerprint === fingerprint)?.path ?? null;
  }

  async #all() {
    const bundled = await modelsIn(this.#places.models, 'bundled');
    const trained = await modelsIn(this.folder, 'library');
    const recent = await Promise.all(
      (await this.#recent()).map(async (model) => ({
        ...model,
        origin: 'recent' as const,
        time: await timeOf(model.path),
      })),
    );
    return [
      ...bundled.sort((a, b) => (a.name < b.name ? -1 : 1)),
      ...trained.sort((a, b) => b.time - a.time),
      ...recent.filter(({ time }) => time !== null),
    ];
  }

  /** Whether a model ships with the app or was trained here. */
  isOwn(file: string): boolean {
    return [this.folder, this.#places.models].some((folder) => path.dirname(file) === path.resolve(folder));
  }

  /** Notes that a model was opened; one that is listed anyway is not noted again. Returns whether the list changed. */
  async remember({ path: file, name, kind, latentSize, imageSize, film, fingerprint }: ModelCard): Promise<boolean> {
    if (this.isOwn(file)) return false;
    const opened = { path: file, name, kind, latentSize, imageSize, film, fingerprint };
    await this.#recents.change((list) =>
      [opened, ...list.filter((recent) => recent.path !== file)].slice(0, MOST_RECENT),
    );
    return true;
  }

  async #recent(): Promise<Recent[]> {
    return this.#recents.read().catch((error: Error) => {
      console.warn(`The models opened lately are not known: ${error.message}`);
      return [];
    });
  }
}

/** The models among the folders in `folder`; a broken one is reported on the terminal and left out. */
async function modelsIn(folder: string, origin: ModelListing['origin']) {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [] as string[]; // nothing trained yet, or no home
    throw error;
  });
  for (const name of new Set(names.map(remnantOf).filter((each) => each !== null))) {
    if (await restoreModel(path.resolve(folder, name))) names.push(name);
  }
  const models = await Promise.all(
    names.map(async (name) => {
      const model = path.resolve(folder, name);
      const time = await timeOf(path.join(model, MANIFEST));
      // A run in progress, a model being written and one being replaced have names of their own.
      if (time === null || remnantOf(name) !== null || name.endsWith('.training')) return null;
      try {
        const { manifest } = await folderSource(model);
        const { kind, latentSize, image, files } = manifest;
        const film = FILM.facts in files;
        const fingerprint = files['decoder.onnx'] ?? null;
        const shown = { name: manifest.name, kind, latentSize, imageSize: image.size, film, origin };
        return { path: model, ...shown, fingerprint, time };
      } catch (error) {
        console.warn((error as Error).message);
        return null;
      }
    }),
  );
  return models.filter((model) => model !== null);
}

/** When a file was last written, in milliseconds; null when it is not there. */
async function timeOf(file: string): Promise<number | null> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );
}
