/** Paths through codes, the files made of them, and bookmarked places. */
import type { ImageBatch } from './images';
import type { ListChange } from './kept';
import type { ModelId } from './models';

/**
 * Ways from stop to stop: `straight` lines; `spherical` around the origin, as the prior N(0, I) suggests; one `smooth` curve
 * through all; `geodesic`, the shortest in image space.
 */
export type PathKind = 'straight' | 'spherical' | 'smooth' | 'geodesic';

/** A way through codes, looked at in even steps. */
export interface LatentPath {
  kind: PathKind;
  /** `[n, latentSize]`, the first and last stop included. */
  codes: Float32Array;
  /** Decoded from the codes. */
  images: ImageBatch;
  /** Summed Euclidean distance between the codes. */
  codeLength: number;
  /** Summed Euclidean distance between the images, all values 0..1. */
  imageLength: number;
  /** Log-density of each code under the model's own codes, nats (see `CodeDensity`); null for a model without codes. */
  density: Float32Array | null;
}

/** A place a person wants to find again, in one model. */
export interface Bookmark {
  id: string;
  name: string;
  /** What is decoded there, `[latentSize]`. */
  code: number[];
  /** The face whose hidden part the place had, if it was one's. */
  anchor: number | null;
  /** How it was looked at: radians, radians, scene units. */
  view: { yaw: number; pitch: number; reach: number };
}

export interface PathRequests {
  /**
   * A way through codes `[k, latentSize]`, k ≥ 2, as `frames` codes. A geodesic takes a while: progress as `onPathProgress`.
   * Rejects with `cancelled` after `cancelPaths`.
   */
  tracePath(id: ModelId, kind: PathKind, stops: Float32Array, frames: number): Promise<LatentPath>;
  /** Ends the work on all paths of the model. */
  cancelPaths(id: ModelId): Promise<void>;
  /** The bookmarks kept for this model, in order. */
  bookmarks(id: ModelId): Promise<Bookmark[]>;
  /** At most 1000. Answers with the list as it is then: another window may have changed it as well. */
  changeBookmarks(id: ModelId, change: ListChange<Bookmark>): Promise<Bookmark[]>;
}

export interface PathEvents {
  /** Share of the work on a path that is done, 0..1, and its codes so far, `[n, latentSize]`. */
  onPathProgress(id: ModelId, kind: PathKind, share: number, codes: Float32Array): void;
}
