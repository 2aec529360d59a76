/** The folder of an experiment: whose it is, and what is done already. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import packageJson from '../../../package.json';
import { UserError } from '../../contract';
import { checkReplaceable, readFailure, saveJson, writeFailure } from '../files';
import type { Plan } from './plan';

const PLAN = 'plan.json';
/** Rises when what is measured changes: results of other versions do not mix. */
const FORMAT = 1;

export class ExperimentFolder {
  private constructor(readonly path: string) {}

  /**
   * Takes a folder that is not there, is empty, or holds an experiment with the same plan, which is then continued.
   * @throws UserError `bad-settings` for any other, `no-access` | `no-space`
   */
  static async open(folder: string, plan: Plan): Promise<ExperimentFolder> {
    // what a kill may leave of a file or folder that was being written has its name and more
    const isOurs = (name: string) =>
      /^(plan\.json|results\.json|report\.md|figures|faces|models|scores)(\.|$)/.test(name);
    await checkReplaceable(folder, isOurs, 'an experiment');
    const noted = { format: FORMAT, version: packageJson.version, plan };
    const file = path.join(folder, PLAN);
    if (existsSync(file)) {
      const before = await readJson<typeof noted>(file);
      if (!isDeepStrictEqual(before, noted)) throw otherPlan(folder, before);
    } else {
      try {
        await mkdir(folder, { recursive: true });
      } catch (error) {
        throw writeFailure(error, folder);
      }
      if ((await readdir(folder)).length > 0) {
        throw new UserError(
          'bad-settings',
          `"${folder}" is not empty, and has no ${PLAN} that says whose experiment it is. Choose an empty folder.`,
        );
      }
      await saveJson(file, noted);
    }
    return new ExperimentFolder(folder);
  }

  at(...names: string[]): string {
    return path.join(this.path, ...names);
  }

  /** A folder in it that holds others; what a kill left half written there is removed. */
  async shelf(name: string): Promise<void> {
    const folder = this.at(name);
    try {
      await mkdir(folder, { recursive: true });
      for (const entry of await readdir(folder)) {
        if (entry.includes('.writing-')) await rm(path.join(folder, entry), { recursive: true });
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
  return new UserError(
    'bad-settings',
    `"${folder}" holds an experiment with other settings (${what}), and results of different settings are not mixed. ` +
      'Choose another folder, or remove that one.',
  );
}

async function readJson<T>(file: string): Promise<T> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw readFailure(error, file);
    throw new UserError('bad-settings', `"${file}" is damaged. Remove it, and what it held is measured again.`);
  }
}
