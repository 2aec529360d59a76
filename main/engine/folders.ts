/** Walking the file system from a window without a native dialog. */
import { readdir, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type FolderListing, isModelFile, UserError } from '../contract';
import { fromHome, readFailure } from './files';
import { isImageName } from './images/formats';
import { MANIFEST } from './models';

/** Files listed of one folder; a data set may have a hundred thousand. */
const MOST_FILES = 200;

/**
 * One level of the file system, hidden entries left out. Images are counted in the folder itself, not below it.
 * @param folder the default is the user's home
 * @throws UserError `not-found` | `no-access`
 */
export async function listFolder(folder: string = os.homedir()): Promise<FolderListing> {
  const here = path.resolve(fromHome(folder));
  const folders: FolderListing['folders'] = [];
  const files: FolderListing['files'] = [];
  let isModel = false;
  try {
    if (!(await stat(here)).isDirectory()) {
      throw new UserError('not-found.folder-is-file', { path: here });
    }
    for (const entry of await readdir(here, { withFileTypes: true })) {
      const { name } = entry;
      if (name.startsWith('.')) continue;
      const item = { name, path: path.join(here, name) };
      // A link to nowhere is neither a file nor a folder.
      const kind = entry.isSymbolicLink() ? await stat(item.path).catch(() => entry) : entry;
      if (kind.isDirectory()) folders.push(item);
      else if (kind.isFile()) {
        if (isImageName(name) || isModelFile(name)) files.push(item);
        isModel ||= name === MANIFEST;
      }
    }
  } catch (error) {
    throw readFailure(error, here);
  }
  const byName = (a: { name: string }, b: { name: string }) => compare(a.name, b.name);
  const parent = path.dirname(here);
  return {
    path: here,
    parent: parent === here ? null : parent,
    folders: folders.sort(byName),
    files: files.sort(byName).slice(0, MOST_FILES),
    fileCount: files.length,
    imageCount: files.filter(({ name }) => isImageName(name)).length,
    isModel,
  };
}

/** `face2` before `face10`. */
const { compare } = new Intl.Collator('en', { numeric: true });
