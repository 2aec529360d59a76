/** What a person has decided about the images of a folder, applied to it. */
import * as v from 'valibot';
import type { Curation } from '../../../contract';
import type { FaceFinder } from '../alignment/align';
import type { ImageWatch } from '../each';
import { faceCropping, learnFacesIn } from '../faces';
import type { Cropping } from '../taken';
import type { Opened } from '../formats';
import type { Rectangle } from '../../maths/rectangle';
import { attentionCrop } from './attention';

const finite = v.pipe(v.number(), v.finite());
/** Names of very many files, as they are found. */
const MOST_FILES = 1e6;

export const curationSchema = v.object({
  leaveOut: v.pipe(v.array(v.string()), v.maxLength(MOST_FILES)),
  crop: v.picklist(['centre', 'attention']),
  crops: v.record(
    v.string(),
    v.object({ left: finite, top: finite, side: v.pipe(finite, v.minValue(0.01), v.maxValue(10)) }),
  ),
}) satisfies v.GenericSchema<unknown, Curation>;

/** The files that are not left out. Names count as the same however their letters are composed. */
export function keptFiles(files: readonly string[], curation: Curation | undefined): string[] {
  if (!curation || curation.leaveOut.length === 0) return [...files];
  const out = new Set(curation.leaveOut.map((name) => name.normalize()));
  return files.filter((name) => !out.has(name.normalize()));
}

export interface CroppingOptions {
  align: boolean;
  curation?: Curation;
  /** What an earlier data set was cropped by: then `align` does not count. */
  like?: { faces: FaceFinder | null };
  /** Proportions of what is taken. */
  shape: Rectangle;
}

/**
 * What is taken of images: their face, where there is most to see, or by a person's own choice; else their middle.
 * Null: of all.
 * @throws UserError `cancelled`
 */
export async function croppingOf(
  folder: string,
  files: readonly string[],
  { align, curation, like, shape }: CroppingOptions,
  watch: ImageWatch,
): Promise<Cropping | null> {
  const finder = like ? like.faces : align ? await learnFacesIn(folder, files, watch) : null;
  const found = finder
    ? faceCropping(finder)
    : curation?.crop === 'attention'
      ? { finder: null, of: (_: string, image: Opened) => attentionCrop(image, shape) }
      : null;
  const own = new Map(Object.entries(curation?.crops ?? {}).map(([name, crop]) => [name.normalize(), crop]));
  if (own.size === 0) return found;
  return { finder, of: async (file, image) => own.get(file.normalize()) ?? found?.of(file, image) };
}
