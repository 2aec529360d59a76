/** The cloud of faces a model was trained on, and what lies near a code. */
import type { FramedCloud } from './frames';
import type { ListChange } from './kept';
import type { ModelId } from './models';

/** A sheet of equal square tiles, row by row; tile `i` of sheet `s` shows face `s * perSheet + i`. */
export interface ThumbnailSheets {
  tile: number;
  columns: number;
  perSheet: number;
  /** Encoded WebP files. */
  sheets: Uint8Array[];
}

/**
 * The faces a model was trained on, where they lie in the frame, and how they look decoded. After them come photos of a
 * person's own: faces like the others, of which no frame, density or mixture is made.
 */
export interface Cloud extends FramedCloud {
  count: number;
  /** The ids of such photos, which are the last faces, in their order. */
  photos: string[];
  /** `codes`: from the training images; `prior`: drawn from N(0, I) because the model brings no codes. */
  source: 'codes' | 'prior';
  codes: Float32Array;
  /**
   * Log-variances of the posteriors N(μ, σ²) whose means are the codes, `[count, latentSize]`; null where codes are
   * points (an AE's), draws, or the model folder does not have them.
   */
  logVar: Float32Array | null;
  thumbnails: ThumbnailSheets;
  /** The files the faces come from, below the folder trained on, in their order; null where that is not known. */
  names: string[] | null;
  /** What folders and tables said of each image when the model was trained, see `CuratedImage.labels`; null where nothing is known. */
  labels: string[][] | null;
}

/** Where a code lies among the codes of a model. */
export interface Typicality {
  /** The nearest code by Euclidean distance, and how far it is. */
  nearest: number;
  distance: number;
  /** How dense the data lies there; null without data, or with a single code. */
  density: {
    /** Under the aggregated posterior, or a kernel density estimate where codes are points, nats. */
    log: number;
    /** Share of the data's own codes that lie in lower density (each left out of its own estimate), 0..1. */
    percentile: number;
    /** `inside`: as dense as where 90 % of the data lie; `hole`: less dense than where 99 % do; `edge`: in between. */
    place: 'inside' | 'edge' | 'hole';
  } | null;
}

/** Faces that people have put together. */
export interface FaceGroup {
  id: string;
  /** 1 to 80 characters. */
  name: string;
  /** Number of a colour; the window knows which. */
  colour: number;
  hidden: boolean;
  /** Numbers in the cloud, ascending, at least one. */
  faces: Uint32Array;
}

export interface FaceRequests {
  /** Progress arrives as `onCloudProgress`; cached in the model folder when it can be. */
  cloud(id: ModelId): Promise<Cloud>;
  /** Where a code lies among the data. The first answer takes a moment longer. */
  typicality(id: ModelId, code: Float32Array): Promise<Typicality>;
  /** The faces of the cloud nearest to a code, nearest first, with their distances between codes. At most 200. */
  neighbours(id: ModelId, code: Float32Array, count: number): Promise<{ faces: Uint32Array; distances: Float32Array }>;
  /** The groups kept for this model's faces, in order. */
  faceGroups(id: ModelId): Promise<FaceGroup[]>;
  /** At most 100. Answers with the list as it is then: another window may have changed it as well. */
  changeFaceGroups(id: ModelId, change: ListChange<FaceGroup>): Promise<FaceGroup[]>;
}

export interface FaceEvents {
  onCloudProgress(id: ModelId, done: number, total: number): void;
}
