/** Images that published settings are not for. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../../contract';
import { findImages } from '../../images';
import { readHeader } from '../../images/read';
import { UnreadableImage } from '../../images/formats';
import { evenly } from '../../maths/evenly';
import type { PresetName } from './presets';

/** Headers that are looked at, spread over the folder. */
const LOOKED_AT = 100;

/** Pixels across and down, and whether they are grey. */
const IMAGES: Record<PresetName, { side: number; grey: boolean }> = { 'iwae-paper': { side: 28, grey: true } };

/**
 * Numbers that others have published are of their images: those of another size or colour would give others. Images that
 * cannot be read are left to the run, which names them.
 * @throws UserError `bad-settings` naming the first image that is another; `not-found` | `no-access` | `no-images`
 */
export async function refuseOtherImages(preset: PresetName, folder: string): Promise<void> {
  const { side, grey } = IMAGES[preset];
  const { files } = await findImages(folder);
  for (const i of evenly(files.length, LOOKED_AT)) {
    const header = await readHeader(path.join(folder, files[i])).catch((error) => {
      if (error instanceof UnreadableImage) return null;
      throw error;
    });
    if (!header || (header.width === side && header.height === side && header.grey === grey)) continue;
    const { width, height } = header;
    throw new UserError(header.grey ? 'bad-settings.preset-size' : 'bad-settings.preset-colour', {
      file: files[i],
      preset,
      width,
      height,
      side,
    });
  }
}

/** The folder `test` beside a folder of training images, as published sets of images have it; null where there is none. */
export async function testImagesBeside(folder: string): Promise<string | null> {
  const beside = path.join(path.dirname(path.resolve(folder)), 'test');
  const found = await stat(beside).catch(() => null);
  return found?.isDirectory() ? beside : null;
}
