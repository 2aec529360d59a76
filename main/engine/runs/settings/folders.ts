/** What can be said of a run's folders before any work starts. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../../contract';
import { findImages, noImages } from '../../images';
import { checkDestination } from '../../models';
import { FEWEST_IMAGES, type ResolvedSettings } from './settings';

/**
 * Looks at the names of the images and at the place of the model; nothing is decoded or written.
 * @returns how many files there are to train on
 * @throws UserError `not-found` | `no-access` | `no-images` | `bad-settings` | `cancelled`
 */
export async function checkPlaces({ images, out }: ResolvedSettings, signal: AbortSignal): Promise<number> {
  await checkDestination(out);
  const { files } = await findImages(images, signal);
  if (files.length === 0) throw noImages(images);
  refuseTooFew(images, files.length);
  const inside = path.relative(await realpath(images), await realPlace(out));
  if (inside === '' || (!inside.startsWith('..') && !path.isAbsolute(inside))) {
    throw new UserError('bad-settings.model-among-images', { out, images });
  }
  return files.length;
}

/** @throws UserError `no-images` when `count` images leave nothing to hold out and nothing to learn */
export function refuseTooFew(images: string, count: number): void {
  if (count >= FEWEST_IMAGES) return;
  throw new UserError('no-images.too-few', { folder: images, count, least: FEWEST_IMAGES });
}

/** The real path of a folder that may not be there yet. */
async function realPlace(folder: string): Promise<string> {
  const absolute = path.resolve(folder);
  try {
    return await realpath(absolute);
  } catch {
    const parent = path.dirname(absolute);
    return parent === absolute ? absolute : path.join(await realPlace(parent), path.basename(absolute));
  }
}
