/** The models a person can open: those that ship with the app, those trained here, and those opened from elsewhere. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { type ModelCard, type ModelListing, MOTIFS, type ThumbnailSheets, UserError } from '../../contract';
import { FILM, folderSource, MANIFEST, mosaicIn, mosaicOf, restoreModel } from '../models';
import { makeFolder, readWhole, remnantOf, save } from '../files';
import { KeptList } from './kept';

/** Models opened from elsewhere that are remembered. */
const MOST_RECENT = 1000;

const recentSchema = v.object({
  path: v.string(),
  name: v.string(),
  kind: v.picklist(['ae', 'vae', 'rae', 'decoder']),
  latentSize: v.number(),
  imageSize: v.number(),
  imageHeight: v.optional(v.number()),
  motif: v.optional(v.picklist(MOTIFS), 'faces'),
  film: v.optional(v.boolean(), false),
  /** See `ModelCard`; models noted before there was one have none. */
  fingerprint: v.optional(v.string()),
});
type Recent = v.InferOutput<typeof recentSchema>;

/** `time`: when it was last written, milliseconds; null when it is not there. */
type Listed = ModelListing & { fingerprint?: string | null; time: number | null };

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

  /** Bundled models, those of faces first, by name; then those trained here, the latest first, then those opened from elsewhere, likewise. */
  async list(): Promise<ModelListing[]> {
    return (await this.#all()).map(({ time: _, fingerprint: __, ...listing }) => listing);
  }

  /** Where a model with that decoder lies, see `ModelCard.fingerprint`; null when none is listed. */
  async pathOf(fingerprint: string): Promise<string | null> {
    return (await this.#all()).find((model) => model.fingerprint === fingerprint)?.path ?? null;
  }

  async #all(): Promise<Listed[]> {
    const bundled = await modelsIn(this.#places.models, 'bundled');
    const trained = await modelsIn(this.folder, 'library');
    const recent = await Promise.all(
      (await this.#recent()).map(async (model) => {
        // a folder says more of itself than was noted, and may have another name by now
        const listed = await modelIn(model.path, 'recent').catch(() => null);
        const noted = { images: null, seconds: null, validationMse: null, ...model, origin: 'recent' as const };
        return listed ?? { ...noted, time: await timeOf(model.path) };
      }),
    );
    return [
      ...bundled.sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1)),
      ...trained.sort((a, b) => b.time! - a.time!),
      ...recent.filter(({ time }) => time !== null),
    ];
  }

  /** Whether a model ships with the app or was trained here. */
  isOwn(file: string): boolean {
    return [this.folder, this.#places.models].some((folder) => path.dirname(file) === path.resolve(folder));
  }

  /** Notes that a model was opened; one that is listed anyway is not noted again. Returns whether the list changed. */
  async remember({
    path: file,
    name,
    kind,
    motif,
    latentSize,
    layout,
    film,
    fingerprint,
  }: ModelCard): Promise<boolean> {
    if (this.isOwn(file)) return false;
    const { width: imageSize, height } = layout;
    const imageHeight = height === imageSize ? undefined : height;
    const opened = { path: file, name, kind, motif, latentSize, imageSize, imageHeight, film, fingerprint };
    await this.#recents.change((list) =>
      [opened, ...list.filter((recent) => recent.path !== file)].slice(0, MOST_RECENT),
    );
    return true;
  }

  /** Takes a model opened from elsewhere off the list. @returns what puts it back */
  async forget(file: string): Promise<() => Promise<void>> {
    let forgotten: Recent[] = [];
    await this.#recents.change((list) => {
      forgotten = list.filter((recent) => recent.path === file);
      return list.filter((recent) => recent.path !== file);
    });
    return async () => void (await this.#recents.change((list) => [...forgotten, ...list].slice(0, MOST_RECENT)));
  }

  /** See `ModelRequests.mosaic`. @throws UserError `bad-model` */
  async mosaic(file: string): Promise<Uint8Array | null> {
    const model = (await this.#all()).find((listed) => listed.path === file);
    if (!model) throw new UserError('not-found.path', { path: file });
    const inFolder = await mosaicIn(file).catch(() => null);
    if (inFolder || !model.fingerprint) return inFolder;
    return readWhole(this.#mosaicFile(model.fingerprint)).catch(() => null);
  }

  /** Keeps a mosaic for a model whose own folder cannot hold its thumbnails. */
  async keepMosaic({ fingerprint }: ModelCard, { sheets, ...grid }: ThumbnailSheets, count: number): Promise<void> {
    const file = this.#mosaicFile(fingerprint);
    await makeFolder(path.dirname(file));
    await save(file, await mosaicOf(sheets[0], grid, count));
  }

  #mosaicFile(fingerprint: string): string {
    return path.join(this.#places.home, 'mosaics', `${fingerprint.slice(0, 32)}.webp`);
  }

  async #recent(): Promise<Recent[]> {
    return this.#recents.read().catch((error: Error) => {
      console.warn(`The models opened lately are not known: ${error.message}`);
      return [];
    });
  }
}

/** What the app is about comes first. */
const rank = ({ motif }: Listed): number => (motif === 'faces' ? 0 : 1);

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
      // A run in progress, a model being written and one being replaced have names of their own.
      if (remnantOf(name) !== null || name.endsWith('.training')) return null;
      return modelIn(path.resolve(folder, name), origin).catch((error: Error) => {
        console.warn(error.message);
        return null;
      });
    }),
  );
  return models.filter((model) => model !== null);
}

/** The model in `folder`; null where there is none. @throws UserError `bad-model` */
async function modelIn(folder: string, origin: ModelListing['origin']): Promise<Listed | null> {
  const time = await timeOf(path.join(folder, MANIFEST));
  if (time === null) return null;
  const { manifest } = await folderSource(folder);
  const { name, kind, latentSize, image, files, about, training, dataset, scores } = manifest;
  return {
    path: folder,
    name,
    names: about?.name,
    kind,
    adversarial: training.adversarial ? true : undefined,
    latentSize,
    imageSize: image.size,
    imageHeight: image.height,
    origin,
    motif: training.motif ?? 'faces',
    film: FILM.facts in files,
    images: dataset.images,
    seconds: training.seconds ?? null,
    validationMse: scores.validationMse ?? null,
    fingerprint: files['decoder.onnx'] ?? null,
    time,
  };
}

/** When a file was last written, in milliseconds; null when it is not there. */
async function timeOf(file: string): Promise<number | null> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );
}
