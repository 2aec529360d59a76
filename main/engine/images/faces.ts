/** Where the faces are in the images of a folder. */
import { permutation, random } from '../maths/random';
import { alignFace, type Crop, type FaceFinder, learnFaces } from './alignment/align';
import type { GreyImage } from './alignment/features';
import { forEachImage, type ImageWatch } from './each';
import type { Opened } from './formats';
import { greyOf, readGrey } from './read';
import type { Cropping } from './taken';

/** Longer side of the images in which faces are looked for; more is only slower. */
const SIDE = 96;
/** Images from which it is learned what faces look like: more make nothing sharper. */
const LEARNED_FROM = 160;

/**
 * Learns to find the faces of a folder, from some of its images; null where there are none.
 * @param files relative to `folder`; the same ones teach the same
 * @throws UserError `cancelled`
 */
export async function learnFacesIn(
  folder: string,
  files: readonly string[],
  { onProgress, signal }: ImageWatch,
): Promise<FaceFinder | null> {
  const order = Array.from(permutation(files.length, random(0, 'faces')), (i) => files[i]);
  const images: GreyImage[] = [];
  // where some cannot be read, others are
  for (let start = 0; start < order.length && images.length < LEARNED_FROM;) {
    const piece = order.slice(start, start + LEARNED_FROM - images.length);
    const read: GreyImage[] = [];
    await forEachImage(folder, piece, { signal }, async (file, i) => {
      read[i] = await readGrey(file, SIDE);
    });
    images.push(...Object.values(read));
    start += piece.length;
  }
  return learnFaces(images, { onProgress: (done, total) => onProgress?.(done, total, 'finding faces'), signal });
}

/** Crops by what was learned from earlier images. */
export const faceCropping = (finder: FaceFinder): Cropping => ({
  finder,
  of: async (_, image) => (await lookForFace(finder, image)).crop,
});

/** The crop of one more image, on which its face lies as on those that taught `finder`. @throws UnreadableImage */
export async function lookForFace(finder: FaceFinder, image: Opened): Promise<{ crop: Crop; found: boolean }> {
  return alignFace(await greyOf(image, SIDE), finder);
}
