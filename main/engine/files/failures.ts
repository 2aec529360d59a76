/** Failures of the file system as sentences a person can act on. */
import { UserError } from '../../contract';

export const code = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | null)?.code;

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
