/** Photos as they are kept, and what keeps them. */
import type { PhotoFrame } from '../../../contract';
import type { Model } from '../../models';

/** A posterior: `logVar` is null where codes are points. */
export interface StoredCode {
  mu: number[];
  logVar: number[] | null;
}

export interface StoredPhoto {
  id: string;
  name: string;
  frame: PhotoFrame;
  /** The frame lies on the face as on aligned images; else as on images that were not. */
  aligned: boolean;
  /** By the fingerprint of the decoder. */
  codes: Record<string, StoredCode>;
}

/** Keeps the photos brought to the models of the same images. */
export interface PhotoStore {
  /** Those of a model's images, in the order in which they were brought. */
  of(model: Model): Promise<StoredPhoto[]>;
  /** The file of a photo, as `openPhoto` made it. */
  file(model: Model, photo: StoredPhoto): Promise<Uint8Array>;
  /** Keeps the codes that another model gives photos, by their ids. */
  keepCodes(model: Model, codes: ReadonlyMap<string, StoredCode>): Promise<void>;
}
