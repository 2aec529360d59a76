/** Where a command is to write: looked at before the work, not after it. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { type PictureFormat, UserError } from '../contract';
import { writeFailure } from '../engine/files';
import { SIDES } from '../engine/runs/settings/settings';
import { folderSource, MANIFEST } from '../engine/models';

const PICTURES: Record<string, PictureFormat> = { '.png': 'png', '.jpg': 'jpg', '.jpeg': 'jpg', '.webp': 'webp' };

/** The format that a picture's name asks for. @throws UserError `bad-settings` for other names */
export function pictureFormat(out: string): PictureFormat {
  return PICTURES[checkExtension(out, Object.keys(PICTURES))];
}

/** The extension of `out` in lower case. @throws UserError `bad-settings` where it is none of `allowed` */
export function checkExtension<E extends string>(out: string, allowed: readonly E[]): E {
  const extension = path.extname(out).toLowerCase() as E;
  if (allowed.includes(extension)) return extension;
  throw new UserError('bad-settings.option-file', {
    option: '--out',
    endings: allowed.join(', ').replace(/, ([^,]*)$/, ' or $1'),
    name: path.basename(out),
  });
}

/**
 * Whether a file can be written to `out`.
 * @throws UserError `not-found` | `no-access` | `bad-settings` when its folder is missing or may not be written, or a folder
 * is in its place, or it is a file of a model
 */
export async function checkFilePlace(out: string): Promise<void> {
  try {
    await access(path.dirname(path.resolve(out)), constants.W_OK);
    const there = await stat(out).catch(() => null);
    if (there?.isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
    if (there) await access(out, constants.W_OK);
    if (there) await refuseFileOfModel(out);
  } catch (error) {
    throw writeFailure(error, out);
  }
}

/**
 * Whether a folder can be made at `out`, with those it lies in, or pictures be put into one that is there.
 * @throws UserError `not-found` | `no-access` | `bad-settings` when a file is in the way, a folder may not be written, or it is
 * a model's
 */
export async function checkPicturesPlace(out: string): Promise<void> {
  if (await folderSource(out).catch(() => null)) throw new UserError('bad-settings.folder-of-model', { path: out });
  try {
    const { place, isFolder } = await nearest(path.resolve(out));
    if (!isFolder) throw Object.assign(new Error('a file in the way'), { code: 'ENOTDIR' });
    await access(place, constants.W_OK);
  } catch (error) {
    throw writeFailure(error, out);
  }
}

/** The longest part of a path that is there. @throws what the file system throws */
async function nearest(place: string): Promise<{ place: string; isFolder: boolean }> {
  try {
    return { place, isFolder: (await stat(place)).isDirectory() };
  } catch (error) {
    const isMissing = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
    if (!isMissing || path.dirname(place) === place) throw error;
    return nearest(path.dirname(place));
  }
}

/** @throws UserError `bad-settings` */
async function refuseFileOfModel(out: string): Promise<void> {
  const { dir, base } = path.parse(path.resolve(out));
  const model = await folderSource(dir).catch(() => null);
  if (model && (base === MANIFEST || base in model.manifest.files)) {
    throw new UserError('bad-settings.file-of-model', { path: out });
  }
}

/** @throws UserError `bad-settings` */
export function checkWholeNumber(option: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new UserError('bad-settings.option-whole-number', { option, least, most, value });
}

/** Whether images of so many pixels a side can be trained on. @throws UserError `bad-settings` */
export function checkSide(option: string, pixels: number): void {
  if (SIDES.includes(pixels)) return;
  throw new UserError('bad-settings.option-one-of', { option, values: SIDES.join(', '), value: pixels });
}
