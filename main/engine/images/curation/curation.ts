/** What a person has decided about the images of a folder, applied to it. */
import * as v from 'valibot';
import type { Curation } from '../../../contract';
import type { Crop } from '../alignment/align';
import { forEachImage, type ImageWatch } from '../each';
import { findFaces, type FoundFaces } from '../faces';
import { openImage } from '../formats';
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

/**
 * What is taken of images: their face, where there is most to see, or by a person's own choice; of those without a crop it
 * is the middle. Null: of all.
 * @throws UserError `cancelled`
 */
export async function cropsOf(
  folder: string,
  files: readonly string[],
  { align, curation }: { align: boolean; curation?: Curation },
  watch: ImageWatch,
): Promise<FoundFaces | null> {
  const found = align
    ? await findFaces(folder, files, watch)
    : curation?.crop === 'attention'
      ? await attentionCrops(folder, files, watch)
      : null;
  return curation ? withOwn(files, found, curation) : found;
}

async function attentionCrops(folder: string, files: readonly string[], watch: ImageWatch): Promise<FoundFaces> {
  const crops: Crop[] = [];
  const skipped = await forEachImage(folder, files, watch, async (file, i) => {
    crops[i] = await attentionCrop(await openImage(file));
  });
  return { crops: new Map(files.flatMap((file, i) => (i in crops ? [[file, crops[i]]] : []))), finder: null, skipped };
}

/** The crops with those that a person has chosen for single images. */
function withOwn(files: readonly string[], found: FoundFaces | null, { crops }: Curation): FoundFaces | null {
  const own = new Map(Object.entries(crops).map(([name, crop]) => [name.normalize(), crop]));
  if (own.size === 0) return found;
  const chosen = files.flatMap((file) =>
    own.has(file.normalize()) ? [[file, own.get(file.normalize())!] as const] : [],
  );
  const { finder, skipped } = found ?? { finder: null, skipped: [] };
  return { finder, skipped, crops: new Map([...(found?.crops ?? []), ...chosen]) };
}
