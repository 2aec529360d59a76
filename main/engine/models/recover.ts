/** What a process that was killed while it saved a model has left beside the model's place. */
import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFailure } from '../files';
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
  const previous = `${path.resolve(folder)}.previous`;
  const isMissing = async () => !(await exists(folder)) && (await exists(previous));
  if (!(await isMissing())) return false;
  await sleep(GRACE_MS);
  if (!(await isMissing())) return false;
  try {
    await rename(previous, folder);
    return true;
  } catch (error) {
    throw writeFailure(error, folder);
  }
}

/**
 * Makes the place of a model whole before something new is written there: puts back what was moved aside, and removes
 * what was half written. Nothing is removed that could be the only good copy. Nobody else may be writing there.
 */
export async function recoverModel(folder: string): Promise<void> {
  const place = path.resolve(folder);
  await restoreModel(place);
  const names = await readdir(path.dirname(place)).catch(() => []);
  const unfinished = `${path.basename(place)}.writing-`;
  for (const name of names) {
    if (name.startsWith(unfinished)) await rm(path.join(path.dirname(place), name), { recursive: true, force: true });
  }
  if ((await exists(`${place}.previous`)) && (await isWhole(place))) {
    await rm(`${place}.previous`, { recursive: true, force: true });
  }
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
