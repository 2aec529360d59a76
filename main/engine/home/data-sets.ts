/** Folders of images that were opened: their names, what was decided about them, and what was in them. */
import { createHash } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { type DataSet, type DataSetChanges, UserError } from '../../contract';
import { makeFolder, readText, saveJson } from '../files';
import { curationSchema, findImages } from '../images';
import { KeptList } from './kept';

const MOST_DATA_SETS = 200;

const dataSetSchema = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  path: v.pipe(v.string(), v.nonEmpty()),
  images: v.pipe(v.number(), v.integer(), v.minValue(0)),
  curation: v.nullable(curationSchema),
  openedAt: v.number(),
});

/** Size in bytes and time of last change of each image, by its name. */
const contentsSchema = v.record(v.string(), v.strictTuple([v.number(), v.number()]));
type Contents = v.InferOutput<typeof contentsSchema>;

export class DataSets {
  readonly #folder: string;
  readonly #list: KeptList<DataSet>;

  /** @param home the app's data folder */
  constructor(home: string) {
    this.#folder = path.join(home, 'data-sets');
    this.#list = new KeptList(path.join(home, 'data-sets.json'), 'dataSets', dataSetSchema);
  }

  /** Those whose folders are there, the latest first. */
  async all(): Promise<DataSet[]> {
    const kept = await this.#list.read();
    const there = await Promise.all(
      kept.map(({ path: folder }) =>
        stat(folder).then(
          (it) => it.isDirectory(),
          () => false,
        ),
      ),
    );
    return kept.filter((_, i) => there[i]).sort((a, b) => b.openedAt - a.openedAt);
  }

  /** @throws UserError as `findImages` */
  async open(folder: string): Promise<{ dataSet: DataSet; changes: DataSetChanges | null }> {
    const id = createHash('sha256').update(folder.normalize()).digest('hex').slice(0, 32);
    const contents = await contentsOf(folder);
    const before = await this.#contents(id);
    let known = false;
    const list = await this.#list.change((all) => {
      // as it is now: another window may have just decided something about it
      const kept = all.find((each) => each.id === id);
      known = kept !== undefined;
      const dataSet: DataSet = {
        id,
        path: folder,
        name: kept?.name ?? (path.basename(folder).slice(0, 200) || folder.slice(0, 200)),
        curation: kept?.curation ?? null,
        images: Object.keys(contents).length,
        openedAt: Date.now(),
      };
      return [dataSet, ...all.filter((each) => each.id !== id)].slice(0, MOST_DATA_SETS);
    });
    await makeFolder(this.#folder);
    await saveJson(this.#file(id), contents);
    return { dataSet: list[0], changes: known && before ? changesIn(before, contents) : null };
  }

  /** @throws UserError `not-found` */
  async keep(id: string, change: Partial<Pick<DataSet, 'name' | 'curation'>>): Promise<DataSet> {
    const list = await this.#list.change((all) => {
      if (!all.some((each) => each.id === id)) throw new UserError('not-found.data-set');
      return all.map((each) => (each.id === id ? { ...each, ...change } : each));
    });
    return list.find((each) => each.id === id)!;
  }

  async forget(id: string): Promise<void> {
    await this.#list.change((all) => all.filter((each) => each.id !== id));
    await rm(this.#file(id), { force: true });
  }

  /** What was in a folder when it was opened last; null where that is not known. */
  async #contents(id: string): Promise<Contents | null> {
    try {
      return v.parse(contentsSchema, JSON.parse(await readText(this.#file(id))));
    } catch {
      return null; // never opened, or not to be understood: then nothing is said of changes
    }
  }

  #file(id: string): string {
    return path.join(this.#folder, `${id}.json`);
  }
}

async function contentsOf(folder: string): Promise<Contents> {
  const { files } = await findImages(folder);
  const contents: Contents = {};
  for (const file of files) {
    const there = await stat(path.join(folder, file)).catch(() => null);
    if (there) contents[file.normalize()] = [there.size, Math.round(there.mtimeMs)];
  }
  return contents;
}

function changesIn(before: Contents, now: Contents): DataSetChanges {
  const names = Object.keys(now);
  return {
    added: names.filter((name) => !(name in before)).length,
    missing: Object.keys(before).filter((name) => !(name in now)).length,
    changed: names.filter((name) => name in before && String(before[name]) !== String(now[name])).length,
  };
}
