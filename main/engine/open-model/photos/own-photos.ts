/** The photos of a person's own among the faces of an open model. */
import type { PhotoFrame } from '../../../contract';
import type { PhotoStore, StoredCode, StoredPhoto } from './stored';
import { UnreadableImage } from '../../images';
import { plainCrop } from '../../images/alignment/align';
import { lookForFace } from '../../images/faces';
import { type OpenPhoto, reopenPhoto } from '../../images/photo';
import type { Model } from '../../models';
import { encodePhoto } from './encode';

/** Photos as the last faces of a cloud. */
export interface OwnPhotos {
  entries: readonly StoredPhoto[];
  /** `[n, latentSize]` */
  codes: Float32Array;
  /** As large; null where codes are points. */
  logVar: Float32Array | null;
}

export const noPhotos = (): OwnPhotos => ({ entries: [], codes: new Float32Array(0), logVar: null });

/**
 * The photos kept for a model's images, with their codes. What was brought into another model of them is encoded here,
 * once; what this one cannot encode is left out.
 * @throws UserError when the list cannot be read
 */
export async function ownPhotosOf(model: Model, photos: PhotoStore): Promise<OwnPhotos> {
  const { fingerprint, latentSize, canEncode, name } = model.card;
  const stored = await photos.of(model);
  const codes = new Map<string, StoredCode>();
  const found = new Map<string, StoredCode>();
  for (const photo of stored) {
    const known = photo.codes[fingerprint];
    if (known?.mu.length === latentSize) codes.set(photo.id, known);
    else if (canEncode) {
      try {
        const open = await reopenPhoto(await photos.file(model, photo));
        found.set(photo.id, await encodePhoto(model, open, await frameFor(model, open, photo)));
      } catch (error) {
        if (!(error instanceof UnreadableImage)) throw error;
        console.warn(`"${photo.name}" is no face of "${name}": ${error.message}.`);
      }
    }
  }
  if (found.size > 0) await photos.keepCodes(model, found);
  const all = new Map([...codes, ...found]);
  const entries = stored.filter(({ id }) => all.has(id) && (model.logVar === null || all.get(id)!.logVar !== null));
  const rows = (of: (code: StoredCode) => number[]) => Float32Array.from(entries.flatMap(({ id }) => of(all.get(id)!)));
  return { entries, codes: rows(({ mu }) => mu), logVar: model.logVar && rows(({ logVar }) => logVar!) };
}

/** Where a photo's face is for a model whose images were aligned, or were not, other than those of its first model. */
export async function frameFor(model: Model, { image }: OpenPhoto, photo: StoredPhoto): Promise<PhotoFrame> {
  if (photo.aligned === (model.faces !== null)) return photo.frame;
  return model.faces ? (await lookForFace(model.faces, image)).crop : plainCrop(image);
}
