/** Where the faces are in the images of a folder. */
import { alignFaces, type Crop } from './align';
import type { GreyImage } from './align-features';
import { forEachImage, type Watch } from './each';
import { type Skipped, throwIfCancelled } from './find';
import { readGrey } from './read';

/** Longer side of the images in which faces are looked for; more is only slower. */
const SIDE = 96;

/**
 * One crop an image, by file, such that the faces lie on one another; files that cannot be read have none.
 * @param files relative to `folder`
 * @throws UserError `cancelled`
 */
export async function findFaces(
  folder: string,
  files: readonly string[],
  { onProgress, signal }: Watch,
): Promise<{ crops: Map<string, Crop>; skipped: Skipped[] }> {
  const images: GreyImage[] = [];
  const skipped = await forEachImage(folder, files, { onProgress, signal }, async (file, i) => {
    images[i] = await readGrey(file, SIDE);
  });
  // Holes are files that could not be read.
  const readable = files.filter((_, i) => i in images);
  try {
    const { crops } = await alignFaces(Object.values(images), {
      onProgress: (done, total) => onProgress?.(done, total, 'finding faces'),
      signal,
    });
    return { crops: new Map(readable.map((file, i) => [file, crops[i]])), skipped };
  } catch (error) {
    throwIfCancelled(signal);
    throw error;
  }
}
