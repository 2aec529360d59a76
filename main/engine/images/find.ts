/** Which image files lie in a folder. */
import { open, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { type SkippedImage, UserError } from '../../contract';
import { readFailure, readReason } from '../files';
import { throwIfCancelled } from '../scheduling/watch';
import { formatOf, HEAD, saysImage, unreadByContent } from './formats';

/**
 * Every image file in `folder` and the folders in it, by name or, where the name says nothing, by content, as paths relative to it with `/`, sorted by code unit: the same
 * folder gives the same order on every machine. Hidden folders are left out; links are followed, each place once.
 * @throws UserError `not-found` | `no-access` when the folder itself cannot be read, `cancelled`
 */
export async function findImages(
  folder: string,
  signal?: AbortSignal,
): Promise<{ files: string[]; skipped: SkippedImage[] }> {
  const files: string[] = [];
  const skipped: SkippedImage[] = [];
  const visited = new Set<string>();

  async function walk(relative: string): Promise<void> {
    throwIfCancelled(signal);
    const here = path.join(folder, relative);
    const place = await realpath(here);
    if (visited.has(place)) return;
    visited.add(place);
    for (const entry of await readdir(here, { withFileTypes: true })) {
      if (entry.name.startsWith('.') || entry.name === '__MACOSX') continue;
      const name = relative ? `${relative}/${entry.name}` : entry.name;
      try {
        const kind = entry.isSymbolicLink() ? await stat(path.join(folder, name)) : entry;
        if (kind.isDirectory()) await walk(name);
        else if (kind.isFile() && (saysImage(entry.name) ?? (await showsImage(path.join(folder, name)))))
          files.push(name);
      } catch (error) {
        if (error instanceof UserError) throw error;
        skipped.push({ file: name, reason: readReason(error) });
      }
    }
  }

  try {
    if (!(await stat(folder)).isDirectory()) {
      throw new UserError('not-found.images-is-file', { path: folder });
    }
    await walk('');
  } catch (error) {
    throw readFailure(error, folder);
  }
  return { files: files.sort((a, b) => (a < b ? -1 : 1)), skipped };
}

/** Whether a file begins as images do, those that cannot be read among them. */
async function showsImage(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(HEAD), 0, HEAD, 0);
    const head = buffer.subarray(0, bytesRead);
    return (formatOf(head) ?? unreadByContent(head)) !== null;
  } finally {
    await handle.close();
  }
}
