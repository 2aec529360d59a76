/**
 * Under a host with dialogs of its own, a window may name only paths that a person has chosen: in a dialog, by dropping a
 * file, by opening one from outside. The host vouches for those; beside them only the app's own folders and lists count.
 * A page that was made to do another's work then reaches none of a person's other files.
 */
import path from 'node:path';
import { type EngineApi, UserError } from '../contract';
import { fromHome } from './files';
import type { Places } from './home/library';

type Name = keyof EngineApi;
type Named = (string | null | undefined)[];

/** The paths that a request names. */
export const NAMED_PATHS: { [Request in Name]?: (...args: Parameters<EngineApi[Request]>) => Named } = {
  listFolder: (folder = path.parse(process.cwd()).root) => [folder],
  inspectFolder: (folder) => [folder],
  openModel: (file) => [file],
  mosaic: (file) => [file],
  renameModel: (file) => [file],
  duplicateModel: (file) => [file],
  removeModel: (file) => [file],
  showModel: (file) => [file],
  unpack: (file) => [file],
  openDataSet: (folder) => [folder],
  curateFolder: (folder) => [folder],
  imageIn: (folder) => [folder],
  compare: (_, paths) => paths,
  encodeFiles: (_, paths) => paths,
  score: (_, folder) => [folder],
  startingNetwork: (model) => [model],
  startTraining: ({ images, out, from }) => [images, out, from],
  continueTraining: (out) => [out],
  discardTraining: (out) => [out],
};

export class Vouched {
  readonly #places: Places;
  readonly #chosen = new Set<string>();

  constructor(places: Places) {
    this.#places = places;
  }

  /** A person has chosen this file, or this folder and all that is in it. */
  add(chosen: string): void {
    this.#chosen.add(path.resolve(chosen));
  }

  /** The same requests; one that names a path that was not chosen rejects with `no-access`. */
  guard<Engine extends EngineApi>(engine: Engine): Engine {
    const guarded = { ...engine };
    for (const name of Object.keys(NAMED_PATHS) as Name[]) {
      const ask = engine[name] as (...args: unknown[]) => unknown;
      const paths = NAMED_PATHS[name] as (...args: unknown[]) => Named;
      const checked = async (...args: unknown[]) => {
        for (const each of paths(...args)) if (each != null) await this.#check(fromHome(each), engine);
        return ask(...args);
      };
      Object.assign(guarded, { [name]: checked });
    }
    return guarded;
  }

  async #check(file: string, engine: EngineApi): Promise<void> {
    const known = [this.#places.home, this.#places.models, ...this.#chosen];
    if (isIn(known, file)) return;
    // models opened before, and runs left unfinished beside them
    const listed = [
      ...(await engine.listModels()).map((model) => model.path),
      ...(await engine.unfinishedRuns()).map(({ out }) => out),
      ...(await engine.dataSets()).map((dataSet) => dataSet.path),
    ];
    if (isIn(listed, file)) return;
    throw new UserError('no-access.not-chosen', { file });
  }
}

/** Whether a path is one of these folders or files, or below one of them. */
function isIn(folders: string[], file: string): boolean {
  return folders.some((folder) => {
    const relative = path.relative(folder, path.resolve(file));
    return !path.isAbsolute(relative) && relative.split(path.sep)[0] !== '..';
  });
}
