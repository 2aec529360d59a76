/** What a process that was killed while it saved a model has left beside the model's place. */
import { rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { remnants, removeFolder, writeFailure } from '../files';
import { MODEL_FOLDER } from './kind';
import { folderSource } from './source';

/** Between the two renames of a folder that is being replaced lie microseconds; after this, its process was killed. */
const GRACE_MS = 300;

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/**
 * Puts the model back that a killed process had moved aside, when there is none at `folder`. Reading this way never
 * disturbs a process that is just saving.
 * @returns whether something was put back
 */
export async function restoreModel(folder: string): Promise<boolean> {
  const lost = async () => ((await exists(folder)) ? null : latestOf(await remnants(folder, 'previous')));
  if (!(await lost())) return false;
  await sleep(GRACE_MS);
  const previous = await lost();
  if (!previous) return false;
  try {
    await rename(previous, folder);
    return true;
  } catch (error) {
    throw writeFailure(error, folder);
  }
}

/** The latest model among these folders; null when none of them is one. */
async function latestOf(folders: readonly string[]): Promise<string | null> {
  const models = await Promise.all(
    folders.map(async (folder) => {
      const isModel = await folderSource(folder).then(
        () => true,
        () => false,
      );
      return { folder, time: isModel ? (await stat(folder)).mtimeMs : null };
    }),
  );
  const found = models.filter(({ time }) => time !== null).sort((a, b) => b.time! - a.time!);
  return found[0]?.folder ?? null;
}

/**
 * Makes the place of a model whole before something new is written there: puts back what was moved aside, and removes
 * what was half written. Nothing is removed that could be the only good copy, or that is not ours. Nobody else may be
 * writing there.
 */
export async function recoverModel(folder: string): Promise<void> {
  const place = path.resolve(folder);
  await restoreModel(place);
  for (const half of await remnants(place, 'writing')) await removeFolder(half, MODEL_FOLDER, true);
  if (!(await isWhole(place))) return;
  for (const previous of await remnants(place, 'previous')) await removeFolder(previous, MODEL_FOLDER);
}

/** Whether every file of the model is the one that was saved. */
async function isWhole(folder: string): Promise<boolean> {
  try {
    const source = await folderSource(folder);
    for (const name of Object.keys(source.manifest.files)) await source.read(name);
    return true;
  } catch {
    return false; // missing or damaged: the one moved aside may be better
  }
}
