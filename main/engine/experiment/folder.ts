/** The folder of an experiment: whose it is, and what is done already. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import packageJson from '../../../package.json';
import { message, UserError } from '../../contract';
import {
  checkReplaceable,
  isTemporary,
  kindWithSums,
  makeFolder,
  readFailure,
  readText,
  remnantOf,
  remnants,
  removeFolder,
  removeTemporaries,
  saveJson,
  writeFailure,
} from '../files';
import { FACES_FOLDER } from '../images/synthetic/write';
import { MODEL_FOLDER } from '../models';
import type { Plan } from './plan';

const PLAN = 'plan.json';
export const FIGURES = 'figures';
export const FIGURES_FOLDER = kindWithSums('folder.figures', (name) => /^[\w-]+\.(svg|png)$/.test(name));
/** Folders of folders, by what lies in them; scores are files. */
const SHELVES = { faces: FACES_FOLDER, models: MODEL_FOLDER, scores: null };

/** What a kill may leave of something that was being written counts as well. */
const isOurs = (name: string): boolean =>
  /^(plan\.json|results\.json|report\.md|figures|faces|models|scores)$/.test(remnantOf(name) ?? name) ||
  isTemporary(name);

/** Rises when what is measured changes: results of other versions do not mix. */
const FORMAT = 1;

export class ExperimentFolder {
  private constructor(readonly path: string) {}

  /**
   * Takes a folder that is not there, is empty, or holds an experiment with the same plan, which is then continued.
   * @throws UserError `bad-settings` for any other, `no-access` | `no-space`
   */
  static async open(folder: string, plan: Plan): Promise<ExperimentFolder> {
    await makeFolder(folder);
    const names = await readdir(folder);
    const stranger = names.find((name) => !isOurs(name));
    if (stranger !== undefined) {
      throw new UserError('bad-settings.folder-in-use', {
        path: folder,
        what: message('folder.experiment'),
        stranger,
        advice: message('advice.other-folder'),
      });
    }
    await checkReplaceable(path.join(folder, FIGURES), FIGURES_FOLDER); // now, not after hours
    const noted = { format: FORMAT, version: packageJson.version, plan };
    const file = path.join(folder, PLAN);
    if (existsSync(file)) {
      const before = await readJson<typeof noted>(file);
      if (!isDeepStrictEqual(before, noted)) throw otherPlan(folder, before);
    } else {
      if (names.length > 0) {
        throw new UserError('bad-settings.experiment-folder', { folder, plan: PLAN });
      }
      await saveJson(file, noted);
    }
    return new ExperimentFolder(folder);
  }

  at(...names: string[]): string {
    return path.join(this.path, ...names);
  }

  /** A folder in it that holds others; what a kill left half written there is removed. */
  async shelf(name: keyof typeof SHELVES): Promise<void> {
    const folder = this.at(name);
    await makeFolder(folder);
    try {
      await removeTemporaries(folder);
      const kind = SHELVES[name];
      const places = new Set((await readdir(folder)).map(remnantOf).filter((place) => place !== null));
      if (!kind) return;
      for (const place of places) {
        for (const half of await remnants(path.join(folder, place), 'writing')) await removeFolder(half, kind, true);
      }
    } catch (error) {
      throw writeFailure(error, folder);
    }
  }

  /** What `name` was found to be; measured by `measure` and kept where it is not known yet. */
  async once<T>(name: string, measure: () => Promise<T>): Promise<T> {
    const file = this.at('scores', `${name}.json`);
    if (existsSync(file)) return readJson<T>(file);
    const measured = await measure();
    await saveJson(file, measured);
    return measured;
  }
}

function otherPlan(folder: string, { plan, version }: { plan?: Plan; version?: string }): UserError {
  const what = plan ? `--${plan.mode} --seed ${plan.seed}, version ${version}` : 'unknown settings';
  return new UserError('bad-settings.experiment-plan', { folder, what });
}

async function readJson<T>(file: string): Promise<T> {
  try {
    return JSON.parse(await readText(file)) as T;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw readFailure(error, file);
    throw new UserError('bad-settings.experiment-file', { file });
  }
}
