/** The film of a training. */
import type { ModelId } from './models';
import type { CodeUse } from './training';

/** How a model came to be: a fixed choice of faces, and what it made of them, at steps dense at first and rarer later. */
export interface TrainingFilm {
  /** Of the frames, ascending; the last one is the model itself. */
  steps: number[];
  /** Numbers in the cloud of the faces followed, ascending. */
  faces: Uint32Array;
  /**
   * Where they lay, `[frames, faces, 3]`, in the frame of the model's principal components. The codes of an AE or RAE
   * were turned onto those of the frame after; those of a VAE are as they were.
   */
  positions: Float32Array;
  /** WebP: a row a frame, in it square tiles: first held-out images reconstructed, then the same draws from N(0, I) decoded. */
  sheet: Uint8Array;
  tile: number;
  reconstructions: number;
  samples: number;
  /** Of each frame, for a VAE; null for others. */
  use: CodeUse[] | null;
  /** Mean standard deviation of the posteriors, `[frames, latentSize]`, for a VAE; null for others. */
  sigma: Float32Array | null;
}

export interface TrainingFilmRequests {
  /** How the model came to be. Rejects with `not-found` for a model without a film. */
  trainingFilm(id: ModelId): Promise<TrainingFilm>;
}
