/** Failures of the file system as sentences a person can act on. */
import { type Message, message, UserError } from '../../contract';

export const code = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | null)?.code;

const detail = (error: unknown): string => (error instanceof Error ? error.message.split('\n')[0] : String(error));

/** A failed read of `path` as a `UserError`; one that is a `UserError` already passes through. */
export function readFailure(error: unknown, path: string): UserError {
  if (error instanceof UserError) return error;
  switch (code(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new UserError('not-found.path', { path });
    case 'EACCES':
    case 'EPERM':
      return new UserError('no-access.read', { path });
    default:
      return new UserError('not-found.unreadable', { path, detail: detail(error) });
  }
}

/** A failed write to `path` as a `UserError`; one that is a `UserError` already passes through. */
export function writeFailure(error: unknown, path: string): UserError {
  if (error instanceof UserError) return error;
  switch (code(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG': // the limit of this user, or of the file system
      return new UserError('no-space.full', { path });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new UserError('no-access.write', { path });
    case 'ENOENT':
      return new UserError('not-found.folder-missing', { path });
    case 'ENOTDIR':
      return new UserError('not-found.file-in-the-way', { path });
    case 'EISDIR':
      return new UserError('bad-settings.folder', { path });
    default:
      return new UserError('no-space.write', { path, detail: detail(error) });
  }
}

/** The reason within a failed read, short enough to follow a file's name. */
export function readReason(error: unknown): Message {
  switch (code(error)) {
    case 'ENOENT':
      return message('unreadable.gone');
    case 'EACCES':
    case 'EPERM':
      return message('unreadable.no-access');
    default:
      return message('unreadable.detail', { detail: detail(error) });
  }
}
