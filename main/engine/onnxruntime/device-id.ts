import { existsSync, type Stats, statSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

/** Where the library keeps the id of this machine, and what it has not sent yet. On Windows it has no such folder. */
function idFolder(): string {
  const caches =
    process.platform === 'darwin'
      ? path.join(homedir(), 'Library/Application Support')
      : process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  return path.join(caches, 'Microsoft/DeveloperTools/.onnxruntime');
}

/**
 * Removes the id that the library made for versions of the app before this one. Other programs may use the library, and
 * its id: what is older than the app's data cannot be ours, and after the first time nothing is.
 * @param home the app's data folder; that it was done is noted there
 */
export async function forgetDeviceId(home: string): Promise<void> {
  const folder = idFolder();
  const done = path.join(home, 'device-id-removed');
  const [id, data] = [look(path.join(folder, 'deviceid')), look(home)];
  if (!id || !data || id.mtimeMs < data.birthtimeMs || existsSync(done)) return;
  try {
    await rm(folder, { recursive: true });
    await writeFile(done, '');
  } catch (error) {
    console.warn(`The id of this machine that onnxruntime made in ${folder} stays: ${(error as Error).message}`);
  }
}

/** Null for what is not there or may not be looked at: then there is nothing of ours. */
function look(file: string): Stats | null {
  try {
    return statSync(file);
  } catch {
    return null;
  }
}
