/** What people do to the models in their list: rename, copy, remove and take back. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { type ModelListing, UserError } from '../../contract';
import { makeFolder, removeFolder, writeFailure } from '../files';
import { copyModel, folderName, MODEL_FOLDER, renameModel } from '../models';
import type { Library } from './library';
import { Removals } from './removals';

/** Days that a removed model is kept, in case its undoing is missed. */
const KEPT_DAYS = 7;
const DAY_MS = 24 * 3600 * 1000;

export class Shelf {
  readonly #library: Library;
  /** Where removed models lie, each in a folder named by when and a number of its own: `1760000000000-UUID`. */
  readonly #removed: string;
  readonly #removals = new Removals();

  /** @param home the app's data folder */
  constructor(library: Library, home: string) {
    this.#library = library;
    this.#removed = path.join(home, 'removed');
  }

  /** @throws UserError `bad-settings` for one that has no name of its own; as `save` */
  async rename(file: string, name: string): Promise<void> {
    const model = await this.#find(file);
    if (model.origin === 'bundled') throw new UserError('bad-settings.model-bundled', { name: model.name });
    await renameModel(file, name);
  }

  /**
   * A copy among the models trained here.
   * @returns where it lies
   * @throws UserError `bad-model` for one that is no model folder; as `save`
   */
  async duplicate(file: string, name: string): Promise<string> {
    await this.#find(file);
    for (let n = 1; ; n++) {
      const place = path.join(this.#library.folder, n === 1 ? folderName(name) : `${folderName(name)} ${n}`);
      if (existsSync(place) || existsSync(`${place}.training`)) continue;
      if (await copyModel(file, place, name)) return place; // else another window was faster
    }
  }

  /**
   * Takes a model off the list. One trained here is moved aside and kept for a week; a model from elsewhere stays where it
   * lies.
   * @returns names the removal, for `takeBack`
   * @throws UserError `bad-settings` for a bundled one; `no-access`
   */
  async remove(file: string): Promise<string> {
    const model = await this.#find(file);
    if (model.origin === 'bundled') throw new UserError('bad-settings.model-bundled', { name: model.name });
    if (model.origin === 'recent') return this.#removals.note(await this.#library.forget(file));
    const aside = path.join(this.#removed, `${Date.now()}-${randomUUID()}`);
    await makeFolder(this.#removed);
    await move(file, aside);
    return this.#removals.note(() => move(aside, file));
  }

  /** Undoes a removal of this session. @throws UserError `not-found`, or `bad-settings` where another model took the place */
  async takeBack(removal: string): Promise<void> {
    await this.#removals.takeBack(removal);
  }

  /** Removes for good what was removed long ago. */
  async clear(now = Date.now()): Promise<void> {
    for (const name of await readdir(this.#removed).catch(() => [])) {
      const time = Number(/^(\d+)-/.exec(name)?.[1]);
      if (now - time > KEPT_DAYS * DAY_MS) await removeFolder(path.join(this.#removed, name), MODEL_FOLDER);
    }
  }

  async #find(file: string): Promise<ModelListing> {
    const model = (await this.#library.list()).find(({ path: place }) => place === path.resolve(file));
    if (!model) throw new UserError('not-found.path', { path: file });
    return model;
  }
}

async function move(from: string, to: string): Promise<void> {
  if (existsSync(to)) throw new UserError('bad-settings.model-place-taken', { path: to });
  try {
    await rename(from, to);
  } catch (error) {
    throw writeFailure(error, to);
  }
}
