/** Files to take home: pictures, contact sheets, moving pictures, codes, and where a picture was made. */
import type { FrameChoice } from './frames';
import type { ImageBatch } from './images';
import type { ModelId } from './models';

export type PictureFormat = 'png' | 'jpg' | 'webp';

/** `webp` and `gif` move; MP4 and WebM are encoded by the window, which has the codecs. */
export type MovingFormat = 'webp' | 'gif';

/** Codes as numbers: NumPy, a table as text, Apache Parquet, safetensors (one tensor `codes`). */
export type CodesFormat = 'npy' | 'csv' | 'parquet' | 'safetensors';

/** Zip files of many faces: `pictures` one PNG a face and their codes; the others are what those programs open. */
export type CollectionFormat = 'pictures' | 'tensorboard' | 'embedding-atlas';

/** Where a picture was made. It is written into the picture's file, so that one finds back. */
export interface Provenance {
  /** `ModelCard.fingerprint`. */
  model: string;
  modelName: string;
  latentSize: number;
  /** Of the faces shown, `[n, latentSize]`, in order; of very many only the first. */
  codes: Float32Array;
  /** Of the random draws they come from; null where they are none. */
  seed: number | null;
  /** By what the space was seen; null for a picture of no view. */
  frame: FrameChoice | null;
}

/** What the window knows of a picture beside its codes. */
export type Occasion = Partial<Pick<Provenance, 'seed' | 'frame'>>;

export interface PictureOptions {
  format: PictureFormat;
  /** Pixels of the longer side, 8 to 4096; enlarged by Lanczos resampling. */
  size: number;
}

export interface SheetOptions {
  format: PictureFormat;
  /** Pixels of the longer side of one face, 8 to 1024. */
  size: number;
  columns: number;
  /** Pixels between two faces and around them all, 0 to 64. */
  gap: number;
}

export interface MovingOptions {
  format: MovingFormat;
  /** Pixels of the longer side, 8 to 1024. */
  size: number;
  /** Frames a second, 1 to 60. The whole takes exactly `frames / fps` seconds, up to the hundredths of a second of GIF. */
  fps: number;
  /** `there-and-back` plays the frames forwards, then backwards, without an end; `once` stops on the last one. */
  loop: 'forever' | 'there-and-back' | 'once';
}

export interface ExportRequests {
  /** One decoded face as a file. */
  picture(id: ModelId, code: Float32Array, options: PictureOptions, occasion: Occasion): Promise<Uint8Array>;
  /** A picture of the 3D view, drawn by the window as PNG, in a format of choice. `code`: at the reticle. */
  viewPicture(
    id: ModelId,
    png: Uint8Array,
    code: Float32Array,
    format: PictureFormat,
    occasion: Occasion,
  ): Promise<Uint8Array>;
  /** Many faces beside one another. At most 4096. */
  contactSheet(id: ModelId, codes: Float32Array, options: SheetOptions, occasion: Occasion): Promise<Uint8Array>;
  /** Codes `[n, latentSize]`, 1 ≤ n ≤ 3600, one after the other. Progress as `onExportProgress`; ended by `cancelExport`. */
  movingPicture(id: ModelId, codes: Float32Array, options: MovingOptions, occasion: Occasion): Promise<Uint8Array>;
  /** Codes as numbers. `names`: a name a code, which formats with text keep. */
  codesFile(id: ModelId, codes: Float32Array, names: string[] | null, format: CodesFormat): Promise<Uint8Array>;
  /**
   * Faces with their names and codes as a zip. `positions` `[n, 3]`: where they lie in the frame. Progress as
   * `onExportProgress`; ended by `cancelExport`.
   */
  collection(
    id: ModelId,
    codes: Float32Array,
    names: string[],
    positions: Float32Array,
    format: CollectionFormat,
  ): Promise<Uint8Array>;
  /** Decoded faces as pixels of another size, for films that the window encodes. At most 64 codes. */
  enlarged(id: ModelId, codes: Float32Array, size: number): Promise<ImageBatch>;
  cancelExport(id: ModelId): Promise<void>;
  /** XMP metadata for a file that the window itself writes, e.g. a picture of the 3D view or a film. */
  provenancePacket(id: ModelId, codes: Float32Array, occasion: Occasion): Promise<string>;
  /** Where a file was made; null for one that does not say so. `path`: a listed model with that decoder, if there is one. */
  provenance(picture: Uint8Array): Promise<{ made: Provenance; path: string | null } | null>;
}

export interface ExportEvents {
  /** Frames or faces done. */
  onExportProgress(id: ModelId, done: number, total: number): void;
}
