/**
 * Folders that we make: whole or not at all, and in the place of an earlier one only where every file in it is known to be
 * ours. Nothing is ever removed by its folder: each file is looked at first.
 */
import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { message, type MessageKey, printable, UserError } from '../../contract';
import { code, writeFailure } from './failures';
import { type Content, isTemporary, syncFolder, writeNew } from './save';
import { sha256 } from './sha256';

/** A kind of folder that we make, and how its files are distinguished from a person's own. Names are relative, with `/`. */
export interface FolderKind {
  /** As in "holds other things than a model". */
  what: Extract<MessageKey, `folder.${string}`>;
  /** What to do about other things in it; the default is for a folder that a person has named. */
  advice?: Extract<MessageKey, `advice.other-${string}`>;
  /** Whether a file in it may be called so; a folder in it is asked for with a `/` at its end. */
  named(name: string): boolean;
  /** Which of the files `names` are exactly as we wrote them. One that somebody has changed is not ours any more. */
  ours(folder: string, names: readonly string[]): Promise<ReadonlySet<string>>;
  /** Written last, from the sums of all others; absent where the files say themselves what they are. */
  seal?: Seal;
}

/** A file that tells the others: `content` gets their SHA-256 by name. */
export interface Seal {
  name: string;
  content(sums: ReadonlyMap<string, string>): Content;
}

/** Writes one file of a new folder. Folders in its name are made. */
export type WriteFile = (name: string, content: Uint8Array | string) => Promise<void>;

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** What a process that was killed may leave beside a folder: a new one half written, or the old one moved aside. */
export type Remnant = 'writing' | 'previous';

const remnant = (folder: string, kind: Remnant): string => `${resolve(folder)}.${kind}-${randomUUID()}`;

/** The name of the folder that a folder of this name is a remnant of; null when it is not a remnant. */
export const remnantOf = (name: string): string | null =>
  new RegExp(`^(.+)\\.(?:writing|previous)-${UUID}$`).exec(name)?.[1] ?? null;

/** The remnants of one kind beside the place of `folder`, as paths. They may be anybody's: look before touching them. */
export async function remnants(folder: string, kind: Remnant): Promise<string[]> {
  const place = resolve(folder);
  const names = await readdir(dirname(place)).catch(() => []);
  const start = `${basename(place)}.${kind}-`;
  return names
    .filter((name) => name.startsWith(start) && remnantOf(name) === basename(place))
    .map((name) => join(dirname(place), name));
}

/**
 * Makes a folder, and those it lies in. Node's own way never ends where the system says of a folder that it is not there and
 * refuses to make it, as below /proc.
 * @throws what the file system throws
 */
export async function makeAll(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (code(error) === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    if (code(error) !== 'ENOENT' || dirname(folder) === folder || (await exists(dirname(folder)))) throw error;
    await makeAll(dirname(folder));
    // another process may have made it meanwhile
    await mkdir(folder).catch((again) => {
      if (code(again) !== 'EEXIST') throw again;
    });
  }
}

const exists = (file: string): Promise<boolean> =>
  lstat(file).then(
    () => true,
    () => false,
  );

/** Makes a folder, and those it lies in. @throws UserError as `writeFailure` */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await makeAll(folder);
  } catch (error) {
    // a file lies where the folder should be
    throw writeFailure(code(error) === 'EEXIST' ? Object.assign(new Error(), { code: 'ENOTDIR' }) : error, folder);
  }
}

/**
 * Puts a folder in its place: whole, or not at all. One that was there is replaced when the new one is complete.
 * @param fill writes the files
 * @throws UserError as `checkReplaceable` and `writeFailure`, and whatever `fill` throws; nothing has changed then
 */
export async function saveFolder(
  folder: string,
  kind: FolderKind,
  fill: (write: WriteFile) => Promise<void>,
): Promise<void> {
  await checkReplaceable(folder, kind);
  await make(folder, kind, fill, (made) => replace(folder, made, kind));
}

/**
 * The same where nothing is yet. Returns false, and leaves nothing, if somebody else was there first, even a moment ago.
 * @throws as `saveFolder`
 */
export async function saveNewFolder(
  folder: string,
  kind: FolderKind,
  fill: (write: WriteFile) => Promise<void>,
): Promise<boolean> {
  let taken = false;
  await make(folder, kind, fill, async (made) => {
    try {
      await rename(made, folder);
    } catch (error) {
      taken = await exists(folder);
      if (!taken) throw error;
      await rm(made, { recursive: true, force: true });
    }
    await syncFolder(dirname(made));
  });
  return !taken;
}

/** Writes a folder under a name that nobody else has, and hands it over whole. */
async function make(
  folder: string,
  kind: FolderKind,
  fill: (write: WriteFile) => Promise<void>,
  place: (made: string) => Promise<void>,
): Promise<void> {
  const made = remnant(folder, 'writing');
  const sums = new Map<string, string>();
  const folders = new Set([made]);
  const write: WriteFile = async (name, content) => {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const file = join(made, name);
    if (!folders.has(dirname(file))) await makeAll(dirname(file));
    folders.add(dirname(file));
    await writeNew(file, bytes);
    if (kind.seal) sums.set(name, sha256(bytes));
  };
  try {
    await makeAll(dirname(made));
    await mkdir(made);
    await fill(write);
    if (kind.seal) await writeNew(join(made, kind.seal.name), kind.seal.content(sums));
    for (const each of folders) await syncFolder(each);
    await place(made);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    throw writeFailure(error, folder);
  }
}

/** Puts `made` where `folder` is. What was there stays under another name until the new one is in place. */
async function replace(folder: string, made: string, kind: FolderKind): Promise<void> {
  if (!(await exists(folder))) {
    await rename(made, folder);
    return syncFolder(dirname(made));
  }
  const previous = remnant(folder, 'previous');
  await rename(folder, previous);
  try {
    await rename(made, folder);
  } catch (error) {
    await rename(previous, folder);
    throw error;
  }
  await syncFolder(dirname(made));
  if (!(await removeFolder(previous, kind))) {
    console.warn(
      `"${printable(previous)}" holds files that were put there meanwhile. They are kept: move them where you like.`,
    );
  }
}

/** What lies in a folder: its files, the folders in it, and what is neither, or is not of this kind by its name. */
interface Listing {
  files: string[];
  folders: string[];
  strangers: string[];
}

async function list(folder: string, kind: FolderKind): Promise<Listing> {
  const listing: Listing = { files: [], folders: [], strangers: [] };
  const walk = async (below: string) => {
    for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
      const name = below + entry.name;
      if (entry.isFile()) listing.files.push(name);
      else if (entry.isDirectory() && kind.named(`${name}/`)) {
        listing.folders.push(name);
        await walk(`${name}/`);
      } else listing.strangers.push(name); // links as well: we make none
    }
  };
  await walk('');
  return listing;
}

/** Those of the files that are ours: as we wrote them, or left by a killed `save`. */
async function recognise(folder: string, kind: FolderKind, { files }: Listing): Promise<ReadonlySet<string>> {
  const ours = await kind.ours(
    folder,
    files.filter((name) => kind.named(name)),
  );
  return new Set([...ours, ...files.filter((name) => isTemporary(basename(name)))]);
}

/**
 * Removes a folder as far as it is ours, file by file.
 * @param half it was being written when its process was killed: names have to do, for nothing in it is complete
 * @returns whether the folder is gone; false when something of somebody else's keeps it
 */
export async function removeFolder(folder: string, kind: FolderKind, half = false): Promise<boolean> {
  const there = await lstat(folder).catch(() => null);
  if (!there) return true;
  if (there.isSymbolicLink()) return unlink(folder).then(() => true); // what it points to is not ours to remove
  if (!there.isDirectory()) return false;
  const listing = await list(folder, kind);
  const ours = half
    ? new Set(listing.files.filter((name) => kind.named(name)))
    : await recognise(folder, kind, listing);
  for (const name of ours) await unlink(join(folder, name));
  for (const name of [...listing.folders.reverse(), '']) {
    await rmdir(join(folder, name)).catch((error) => {
      if (code(error) !== 'ENOTEMPTY' && code(error) !== 'EEXIST') throw error;
    });
  }
  return lstat(folder).then(
    () => false,
    () => true,
  );
}

/**
 * Whether `folder` may be replaced: there is nothing yet, or only files that we wrote. Ask before a long run, not after it.
 * @throws UserError `bad-settings` | `no-access`
 */
export async function checkReplaceable(folder: string, kind: FolderKind): Promise<void> {
  let stranger: string | undefined;
  try {
    const listing = await list(folder, kind);
    const ours = await recognise(folder, kind, listing);
    stranger = listing.strangers[0] ?? listing.files.find((name) => !ours.has(name));
  } catch (error) {
    if (code(error) === 'ENOENT') return;
    if (code(error) === 'ENOTDIR') {
      const there = await stat(folder).catch(() => null);
      throw there ? new UserError('bad-settings.folder-is-file', { path: folder }) : writeFailure(error, folder);
    }
    throw writeFailure(error, folder);
  }
  if (stranger === undefined) return;
  throw new UserError('bad-settings.folder-in-use', {
    path: folder,
    what: message(kind.what),
    stranger,
    advice: message(kind.advice ?? 'advice.other-folder'),
  });
}
