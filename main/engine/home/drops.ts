/** What people drop on a window: kept in the app's data folder, where it stays until they remove it. */
import { createReadStream } from 'node:fs';
import { readdir, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { Unzip, UnzipInflate } from 'fflate';
import { type Dropped, type DroppedFile, isModelFile, UserError } from '../../contract';
import { makeFolder, readFailure, Receiving, safeParts } from '../files';
import { isImageName } from '../images/formats';
import { MANIFEST, sourceOf } from '../models';

const MOST_FILES = 100_000;
const MOST_BYTES = 8e9;
/** Free bytes that a disk keeps. */
const SPARE = 200e6;
/** Pictures are compressed already: a zip of them that grows more than this is a trap. */
const MOST_GROWTH = 20;

export class Drops {
  readonly #folder: string;

  /** @param home the app's data folder */
  constructor(home: string) {
    this.#folder = path.join(home, 'datasets');
  }

  /** @throws UserError `bad-settings` when there is too much of it, `no-space`, `no-access` */
  async begin(name: string, files: readonly DroppedFile[]): Promise<Receipt> {
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    if (files.length === 0 || files.length > MOST_FILES || bytes > MOST_BYTES) {
      throw new UserError('bad-settings.drop-too-large', { files: MOST_FILES, gigabytes: MOST_BYTES / 1e9 });
    }
    await makeFolder(this.#folder);
    const { bavail, bsize } = await statfs(this.#folder);
    if (bytes + SPARE > bavail * bsize) throw new UserError('no-space.full', { path: this.#folder });
    return { name, bytes, receiving: new Receiving(this.#folder, files) };
  }

  /** Puts what has come in its place. @throws UserError `bad-model`, `no-images`, `bad-settings`, as `writeFailure` */
  async end({ name, receiving }: Receipt): Promise<Dropped> {
    const place = await this.#freePlace(name);
    await receiving.finish(place);
    return this.#whatIs(place);
  }

  /** What lies at a path: a model, or images. A zip of images is unpacked. @throws UserError */
  async unpack(file: string): Promise<Dropped> {
    if ((await stat(file).catch((error) => Promise.reject(readFailure(error, file)))).isDirectory()) {
      return this.#whatIs(file);
    }
    return (await this.#zipOfImages(file)) ?? { kind: 'model', path: file };
  }

  /** A folder is a model, or holds one alone, or images. */
  async #whatIs(folder: string): Promise<Dropped> {
    const names = await readdir(folder);
    if (names.includes(MANIFEST)) return { kind: 'model', path: folder };
    const [only] = names;
    if (names.length === 1 && (await stat(path.join(folder, only))).isDirectory()) {
      return this.#whatIs(path.join(folder, only));
    }
    const models = names.filter(isModelFile);
    if (models.length === 0 || names.some(isImageName)) return { kind: 'images', path: folder };
    // of a decoder with what belongs to it, the decoder is opened
    const decoder = models.find((model) => /dec|gen|synthesis/i.test(model)) ?? models[0];
    return this.unpack(path.join(folder, decoder));
  }

  /** The folder of a zip of images; null for any other file. */
  async #zipOfImages(file: string): Promise<Dropped | null> {
    if (!file.toLowerCase().endsWith('.zip') || (await sourceOf(file).catch(() => null))) return null;
    const { size } = await stat(file);
    const place = await this.#freePlace(path.basename(file, path.extname(file)));
    const images = await unzipImages(file, path.dirname(place), size * MOST_GROWTH);
    if (!images) return null;
    await images.finish(place);
    return { kind: 'images', path: place };
  }

  /** A path that is free, called as people know it. */
  async #freePlace(name: string): Promise<string> {
    const base = safeParts(name).join(' ').slice(0, 100) || 'images';
    await makeFolder(this.#folder);
    const taken = new Set((await readdir(this.#folder)).map((each) => each.normalize().toLowerCase()));
    let free = base;
    for (let n = 2; taken.has(free.normalize().toLowerCase()); n++) free = `${base} ${n}`;
    return path.join(this.#folder, free);
  }
}

export interface Receipt {
  name: string;
  bytes: number;
  receiving: Receiving;
}

/**
 * Unpacks the images of a zip beside their place, one after the other; null where there are none.
 * @throws UserError `bad-model` when it is broken or grows beyond `most` bytes
 */
async function unzipImages(file: string, parent: string, most: number): Promise<Receiving | null> {
  let bytes = 0;
  let count = 0;
  // written from within the library's calls
  const state = { failure: null as Error | null };
  const pieces: { name: string; data: Uint8Array }[] = [];
  let parts: Uint8Array[] = [];
  const unzip = new Unzip((entry) => {
    const { name } = entry;
    if (name.endsWith('/') || name.startsWith('__MACOSX/') || !isImageName(path.posix.basename(name))) return;
    if (++count > MOST_FILES) state.failure = new UserError('bad-model.zip-too-large', { where: file });
    parts = [];
    entry.ondata = (error, data, final) => {
      if (error) state.failure = error;
      bytes += data.length;
      if (bytes > Math.min(most, MOST_BYTES)) state.failure = new UserError('bad-model.zip-too-large', { where: file });
      if (state.failure) return;
      parts.push(data);
      if (final) pieces.push({ name, data: Buffer.concat(parts) });
    };
    entry.start();
  });
  unzip.register(UnzipInflate);
  const receiving = new Receiving(parent, []);
  try {
    for await (const chunk of createReadStream(file)) {
      unzip.push(chunk as Uint8Array);
      if (state.failure) throw state.failure;
      for (const { name, data } of pieces.splice(0)) await receiving.add(name, data);
    }
    unzip.push(new Uint8Array(0), true);
    for (const { name, data } of pieces.splice(0)) await receiving.add(name, data);
    if (state.failure) throw state.failure;
  } catch (error) {
    await receiving.discard();
    if (error instanceof UserError) throw error;
    throw new UserError('bad-model.zip-broken', { where: file });
  }
  if (receiving.count > 0) return receiving;
  await receiving.discard();
  return null;
}
