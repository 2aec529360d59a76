/** Folders of images that were opened: their names, what was decided about them, and what was in them. */
import { createHash } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { type DataSet, type DataSetChanges, UserError } from '../../contract';
import { makeFolder, readText, saveJson } from '../files';
import { curationSchema, findImages } from '../images';
import { KeptList } from './kept';
import { Removals } from './removals';

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
  readonly #removals = new Removals();

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
        name: kept?.name ?? nameOf(folder),
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

  /**
   * Takes it off the list.
   * @returns names the removal, for `takeBack`
   * @throws UserError `not-found`, and as `KeptList.change`
   */
  async forget(id: string): Promise<string> {
    const contents = await this.#contents(id);
    let forgotten: DataSet | undefined;
    await this.#list.change((all) => {
      forgotten = all.find((each) => each.id === id);
      if (!forgotten) throw new UserError('not-found.data-set');
      return all.filter((each) => each.id !== id);
    });
    await rm(this.#file(id), { force: true });
    return this.#removals.note(() => this.#putBack(forgotten!, contents));
  }

  /** Undoes a removal of this session. @throws UserError `not-found`, and as `KeptList.change` */
  async takeBack(removal: string): Promise<void> {
    await this.#removals.takeBack(removal);
  }

  /** Where the folder was opened again meanwhile, what was decided since stays. */
  async #putBack(forgotten: DataSet, contents: Contents | null): Promise<void> {
    const { id, name, curation } = forgotten;
    if (contents && !(await this.#contents(id))) {
      await makeFolder(this.#folder);
      await saveJson(this.#file(id), contents);
    }
    await this.#list.change((all) => {
      const again = all.find((each) => each.id === id);
      const decided = again && (again.curation !== null || again.name !== nameOf(again.path));
      const back = again ? (decided ? again : { ...again, name, curation }) : forgotten;
      return [back, ...all.filter((each) => each.id !== id)].slice(0, MOST_DATA_SETS);
    });
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

/** What a folder's data set is called until a person names it. */
const nameOf = (folder: string): string => path.basename(folder).slice(0, 200) || folder.slice(0, 200);

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
