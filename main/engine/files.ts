/** The file system: failures as sentences a person can act on, and files that are written whole or not at all. */
import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { UserError } from '../contract';

const code = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | null)?.code;

const detail = (error: unknown): string => (error instanceof Error ? error.message.split('\n')[0] : String(error));

/** A failed read of `path` as a `UserError`; one that is a `UserError` already passes through. */
export function readFailure(error: unknown, path: string): UserError {
  if (error instanceof UserError) return error;
  switch (code(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new UserError('not-found', `There is nothing at "${path}". Check the path, or choose another one.`);
    case 'EACCES':
    case 'EPERM':
      return new UserError('no-access', `"${path}" may not be read by this user. Change its permissions, or copy it.`);
    default:
      return new UserError('not-found', `"${path}" could not be read: ${detail(error)}.`);
  }
}

/** A failed write to `path` as a `UserError`; one that is a `UserError` already passes through. */
export function writeFailure(error: unknown, path: string): UserError {
  if (error instanceof UserError) return error;
  switch (code(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG': // the limit of this user, or of the file system
      return new UserError(
        'no-space',
        `The disk is full: "${path}" could not be written. Free some space, or choose a folder on another disk.`,
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new UserError('no-access', `"${path}" may not be written by this user. Choose another place.`);
    case 'ENOENT':
    case 'ENOTDIR':
      return new UserError('not-found', `"${path}" could not be written: its folder does not exist. Create it first.`);
    case 'EISDIR':
      return new UserError('bad-settings', `"${path}" is a folder. Give the name of a file in it.`);
    default:
      return new UserError('no-space', `"${path}" could not be written: ${detail(error)}.`);
  }
}

/** The reason within a failed read, short enough to stand behind a file's name. */
export function readReason(error: unknown): string {
  switch (code(error)) {
    case 'ENOENT':
      return 'it has disappeared';
    case 'EACCES':
    case 'EPERM':
      return 'it may not be read by this user';
    default:
      return detail(error);
  }
}

/** Puts a file in its place: whole, or not at all. @throws UserError as `writeFailure` */
export async function save(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFileAtomic(file, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    throw writeFailure(error, file);
  }
}

/** As `save`: JSON that people can read as well. */
export const saveJson = (file: string, value: unknown): Promise<void> =>
  save(file, new TextEncoder().encode(JSON.stringify(value, null, 2) + '\n'));

/**
 * Puts a folder in its place: whole, or not at all. One that was there is replaced when the new one is complete.
 * @param fill writes the files into the folder it is given
 * @throws UserError as `writeFailure`, and whatever `fill` throws; nothing has changed then
 */
export async function saveFolder(folder: string, fill: (made: string) => Promise<void>): Promise<void> {
  const made = `${resolve(folder)}.writing-${randomUUID()}`;
  try {
    await mkdir(dirname(made), { recursive: true });
    await mkdir(made);
    await fill(made);
    await replace(folder, made);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    throw writeFailure(error, folder);
  }
}

/** Puts `made` where `folder` is. What was there stays under another name until the new one is in place. */
async function replace(folder: string, made: string): Promise<void> {
  const previous = `${resolve(folder)}.previous`;
  const exists = await lstat(folder).then(
    () => true,
    () => false,
  );
  if (!exists) {
    await rename(made, folder);
    await rm(previous, { recursive: true, force: true }); // left by a process that was killed between the two renames
    return;
  }
  await rm(previous, { recursive: true, force: true });
  await rename(folder, previous);
  try {
    await rename(made, folder);
  } catch (error) {
    await rename(previous, folder);
    throw error;
  }
  await rm(previous, { recursive: true, force: true });
}

/**
 * Whether `folder` may be replaced: there is nothing yet, or only files of its kind. Ask before a long run, not after it.
 * @param isOurs whether a file's name is one of a folder of this kind
 * @param what the kind, as in "holds other things than a model"
 * @throws UserError `bad-settings` | `no-access`
 */
export async function checkReplaceable(folder: string, isOurs: (name: string) => boolean, what: string): Promise<void> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (code(error) === 'ENOENT') return;
    if (code(error) === 'ENOTDIR') {
      throw new UserError('bad-settings', `"${folder}" is a file. Choose another name for the folder.`);
    }
    throw writeFailure(error, folder);
  }
  const stranger = names.find((name) => !isOurs(name));
  if (stranger !== undefined) {
    throw new UserError(
      'bad-settings',
      `"${folder}" holds other things than ${what} (${stranger}), which would be lost. Choose an empty folder or another name.`,
    );
  }
}
