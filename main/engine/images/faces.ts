/** Where the faces are in the images of a folder. */
import type { SkippedImage } from '../../contract';
import { alignFaces, alignFace, type Crop, type FaceFinder } from './alignment/align';
import type { GreyImage } from './alignment/features';
import { forEachImage, type ImageWatch } from './each';
import type { Opened } from './formats';
import { greyOf, readGrey } from './read';

/** Longer side of the images in which faces are looked for; more is only slower. */
const SIDE = 96;

export interface FoundFaces {
  /** By file; those that cannot be read have none. */
  crops: Map<string, Crop>;
  finder: FaceFinder | null;
  skipped: SkippedImage[];
}

/**
 * One crop an image, such that the faces lie on one another.
 * @param files relative to `folder`
 * @throws UserError `cancelled`
 */
export async function findFaces(
  folder: string,
  files: readonly string[],
  { onProgress, signal }: ImageWatch,
): Promise<FoundFaces> {
  const images: GreyImage[] = [];
  const skipped = await forEachImage(folder, files, { onProgress, signal }, async (file, i) => {
    images[i] = await readGrey(file, SIDE);
  });
  // Holes are files that could not be read.
  const readable = files.filter((_, i) => i in images);
  const { crops, finder } = await alignFaces(Object.values(images), {
    onProgress: (done, total) => onProgress?.(done, total, 'finding faces'),
    signal,
  });
  return { crops: new Map(readable.map((file, i) => [file, crops[i]])), finder, skipped };
}

/** The crops of the images of a folder, on which faces lie as on those that came with `finder`. @throws UserError `cancelled` */
export async function cropsLike(
  finder: FaceFinder,
  folder: string,
  files: readonly string[],
  watch: ImageWatch,
): Promise<FoundFaces> {
  const crops = new Map<string, Crop>();
  const skipped = await forEachImage(folder, files, watch, async (file, i) => {
    crops.set(files[i], await cropLike(finder, file));
  });
  return {
    crops: new Map(files.flatMap((file) => (crops.has(file) ? [[file, crops.get(file)!]] : []))),
    finder,
    skipped,
  };
}

/** The crop of one more image, on which its face lies as on the crops that came with `finder`. @throws UnreadableImage */
export async function cropLike(finder: FaceFinder, file: string): Promise<Crop> {
  return alignFace(await readGrey(file, SIDE), finder).crop;
}

/** As `cropLike`, of an image that is open, and whether there is a face. @throws UnreadableImage */
export async function lookForFace(finder: FaceFinder, image: Opened): Promise<{ crop: Crop; found: boolean }> {
  return alignFace(await greyOf(image, SIDE), finder);
}
