/** All scores of a model on a folder of images. */
import type { ScoreReport } from '../../contract';
import type { Model } from '../models';
import { loadScoredImages } from './data';
import { fitPca } from './pca';
import { scoreReconstruction } from './reconstruction';

export interface ScoreOptions {
  /** `what` is being done, and how much of it. */
  onProgress?(done: number, total: number, what: string): void;
  signal?: AbortSignal;
}

/** @throws UserError as `loadScoredImages`; `cancelled` */
export async function scoreModel(
  model: Model,
  folder: string,
  { onProgress, signal }: ScoreOptions = {},
): Promise<ScoreReport> {
  const during = (what: string) => ({
    signal,
    onProgress: (done: number, total: number) => onProgress?.(done, total, what),
  });
  const data = await loadScoredImages(model, folder, { onProgress, signal });
  const pca = await fitPca(data.training, model.card.latentSize, during('fitting linear PCA'));
  const reconstruction = await scoreReconstruction(model, pca, data.heldOut, during('reconstructing'));
  return {
    data: {
      folder: data.folder,
      split: data.split,
      trainingImages: data.training.count,
      heldOutImages: data.heldOut.count,
      skipped: data.skipped,
    },
    reconstruction: { ...reconstruction, pca: { ...reconstruction.pca, components: pca.count } },
  };
}
