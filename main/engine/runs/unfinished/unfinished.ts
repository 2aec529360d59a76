/** Runs that are not done: the folder beside the model in which each keeps its settings and its last checkpoint. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { type UnfinishedRun, UserError } from '../../../contract';
import {
  checkReplaceable,
  type FolderKind,
  makeFolder,
  readFailure,
  readText,
  removeFolder,
  removeTemporaries,
  saveJson,
} from '../../files';
import { CHECKPOINT, isCheckpoint, readFacts, runFolder } from './checkpoint';
import { isLocked, lockRun } from './lock';
import { resolveSettings, type ResolvedSettings } from '../settings/settings';

const SETTINGS = 'run.json';
const FORMAT = 2;
const SUFFIX = '.training';
/** What runs did that were noted before it was a setting. */
const BEFORE = { optimiser: 'adam', adversarial: 0, linearStart: 0 } as const;

/** Either file says whose folder it is; beside it, the other may be damaged. */
const RUN_FOLDER: FolderKind = {
  what: 'folder.run',
  advice: 'advice.other-name',
  named: (name) => name === SETTINGS || name === CHECKPOINT,
  async ours(folder, names) {
    const signs = [isNote(path.join(folder, SETTINGS)), isCheckpoint(path.join(folder, CHECKPOINT))];
    return new Set((await Promise.all(signs)).some((isOurs) => isOurs) ? names : []);
  },
};

async function isNote(file: string): Promise<boolean> {
  try {
    const { format, settings } = JSON.parse(await readText(file)) as { format: unknown; settings: unknown };
    return typeof format === 'number' && typeof settings === 'object' && settings !== null;
  } catch {
    return false;
  }
}

/**
 * Makes the folder of a run and notes its settings: from now on it can be continued, from its start if need be. What an
 * earlier process had begun to write is removed; a checkpoint stays. Hold the run's lock.
 * @throws UserError `bad-settings` when somebody else's files lie there; `no-space` | `no-access`
 */
export async function noteRun(settings: ResolvedSettings): Promise<void> {
  const folder = runFolder(settings.out);
  await checkReplaceable(folder, RUN_FOLDER);
  await makeFolder(folder);
  await removeTemporaries(folder);
  // Whoever continues it may be in another folder.
  const absolute = { ...settings, images: path.resolve(settings.images), out: path.resolve(settings.out) };
  if (absolute.from !== undefined) absolute.from = path.resolve(absolute.from);
  await saveJson(path.join(folder, SETTINGS), { format: FORMAT, settings: absolute });
}

/** Whether the run of the model at `out` has written its settings, and they have not been removed since. */
export const isNoted = (out: string): Promise<boolean> => isNote(path.join(runFolder(out), SETTINGS));

/**
 * Settings of the unfinished run of the model at `out`; null when there is none.
 * @throws UserError `bad-model` when they cannot be understood
 */
export async function notedSettings(out: string): Promise<ResolvedSettings | null> {
  const file = path.join(runFolder(out), SETTINGS);
  let text: string;
  try {
    text = await readText(file);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code!)) return null;
    throw readFailure(error, file);
  }
  try {
    const { format, settings } = JSON.parse(text) as { format: number; settings: ResolvedSettings };
    if (format !== FORMAT) throw new Error(`format ${format}`);
    const tuning = { ...BEFORE, ...settings.tuning };
    return resolveSettings({ ...settings, tuning, out }); // the model may have been moved together with its run
  } catch (error) {
    const why = (error as Error).message;
    throw new UserError('bad-model.run-invalid', { file, detail: why });
  }
}

/** The unfinished run of the model at `out`, if there is one. @throws UserError `bad-model` */
export async function unfinishedRun(out: string): Promise<UnfinishedRun | null> {
  const settings = await notedSettings(out);
  if (!settings) return null;
  const [facts, noted] = await Promise.all([readFacts(out), stat(path.join(runFolder(out), SETTINGS))]);
  return {
    out: path.resolve(out),
    settings,
    step: facts?.step ?? 0,
    steps: facts?.steps ?? null,
    savedAt: facts?.savedAt ?? noted.mtimeMs,
    running: await isLocked(out),
  };
}

/** Those among the entries of `folders`, the latest first. A damaged one is reported on the terminal. */
export async function unfinishedRunsIn(folders: readonly string[]): Promise<UnfinishedRun[]> {
  const places = new Set(folders.map((folder) => path.resolve(folder)));
  const outs = await Promise.all(
    [...places].map(async (folder) => {
      const names = await readdir(folder).catch(() => []); // a place that is gone has no runs
      return names
        .filter((name) => name.endsWith(SUFFIX))
        .map((name) => path.join(folder, name.slice(0, -SUFFIX.length)));
    }),
  );
  const runs = await Promise.all(
    outs.flat().map((out) =>
      unfinishedRun(out).catch((error: Error) => {
        console.warn(error.message);
        return null;
      }),
    ),
  );
  return runs.filter((run) => run !== null).sort((a, b) => b.savedAt - a.savedAt);
}

/**
 * Forgets the unfinished run of the model at `out`, and what it learned.
 * @throws UserError `not-found`; `bad-settings` when what is there is not one; `busy` while a process trains it
 */
export async function discardRun(out: string): Promise<void> {
  const names = await readdir(runFolder(out)).catch(() => []);
  if (!names.some((name) => RUN_FOLDER.named(name))) {
    throw new UserError('not-found.unfinished-run', { out });
  }
  const unlock = await lockRun(out);
  try {
    await checkReplaceable(runFolder(out), RUN_FOLDER);
    await removeRun(out);
  } finally {
    await unlock();
  }
}

/** Removes the folder of a run, as far as it is one. Hold the run's lock. */
export async function removeRun(out: string): Promise<void> {
  await removeFolder(runFolder(out), RUN_FOLDER);
}
