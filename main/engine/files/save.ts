/**
 * The one way in which files are written: beside their place under a name of their own, every byte counted, synced to the
 * disk, then renamed into place. Whatever happens, the file is the old one or the new one. A link is never followed: the
 * rename replaces the link, and what it pointed to stays as it was.
 */
import { randomUUID } from 'node:crypto';
import { lstat, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../contract';
import { code, writeFailure } from './failures';
import { underWay } from './under-way';

/** Bytes, or parts of them that are written one after the other. */
export type Content = Uint8Array | Iterable<Uint8Array>;

/** Windows refuses a rename while a virus scanner or an indexer reads the file: it is tried again for this long. */
const PATIENCE_MS = 1000;

/** Puts a file in its place: whole, or not at all. @throws UserError as `writeFailure` */
export const save = (file: string, content: Content): Promise<void> => underWay(saveNow(file, content));

async function saveNow(file: string, content: Content): Promise<void> {
  const made = join(dirname(file), `.writing-${randomUUID()}`);
  try {
    const mode = await modeOf(file);
    try {
      await writeNew(made, content, mode);
      await replace(made, file);
    } catch (error) {
      await rm(made, { force: true });
      throw error;
    }
  } catch (error) {
    throw writeFailure(error, file);
  }
}

/** As `save`: JSON that people can read as well. */
export const saveJson = (file: string, value: unknown): Promise<void> =>
  save(file, new TextEncoder().encode(JSON.stringify(value, null, 2) + '\n'));

/** Whether a file of this name is what a killed `save` has left: nothing that anybody would miss. */
export const isTemporary = (name: string): boolean =>
  /^\.writing-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name);

/** Removes what killed processes have left of files in `folder`. Nobody may be writing there. */
export async function removeTemporaries(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (isTemporary(name)) await rm(join(folder, name), { force: true });
}

/**
 * Writes a file that is not there yet, into a folder that is put in its place later.
 * @throws what the file system throws; the file may be there in part then
 */
export async function writeNew(file: string, content: Content, mode?: number): Promise<void> {
  const handle = await open(file, 'wx'); // refuses a link as well
  try {
    if (mode !== undefined) await handle.chmod(mode);
    let size = 0;
    for (const part of content instanceof Uint8Array ? [content] : content) {
      // one write may stop short: at the latest after 2 GB, or because the disk is full, which the next one then says
      for (let at = 0; at < part.length;) {
        const { bytesWritten } = await handle.write(part, at);
        if (bytesWritten === 0) throw Object.assign(new Error('nothing more could be written'), { code: 'ENOSPC' });
        at += bytesWritten;
      }
      size += part.length;
    }
    await handle.sync();
    const there = (await handle.stat()).size;
    if (there !== size) throw Object.assign(new Error(`${there} of ${size} bytes were kept`), { code: 'ENOSPC' });
  } finally {
    await handle.close();
  }
}

/** Makes renames in `folder` outlast a power cut, where the system can say so of folders. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null); // Windows opens no folders
  if (!handle) return;
  try {
    await handle.sync();
  } catch {
    // Some file systems cannot. What was written is in its place all the same.
  } finally {
    await handle.close();
  }
}

async function replace(made: string, file: string): Promise<void> {
  for (const until = performance.now() + PATIENCE_MS; ;) {
    try {
      await rename(made, file);
      return await syncFolder(dirname(file));
    } catch (error) {
      const isPassing = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(code(error) ?? '');
      if (!isPassing || performance.now() > until) throw error;
      await sleep(50);
    }
  }
}

/**
 * The permissions of the file to be replaced; undefined where there is none yet.
 * @throws UserError `bad-settings` for what is not a file: a rename would put one in the place of /dev/null
 */
async function modeOf(file: string): Promise<number | undefined> {
  const there = await lstat(file).catch((error) => {
    if (code(error) === 'ENOENT') return null;
    throw error;
  });
  if (!there) return undefined;
  // of a link it matters what it points to; the link itself is what will be replaced
  const meant = there.isSymbolicLink() ? await stat(file).catch(() => null) : there;
  if (meant?.isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
  if (meant && !meant.isFile()) {
    throw new UserError('bad-settings.not-a-file', { path: file });
  }
  return there.isFile() ? there.mode & 0o777 : undefined;
}
