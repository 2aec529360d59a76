import path from 'node:path';
import type { TrainingSettings } from '../../../main/contract';

type Given = Partial<TrainingSettings> & Pick<TrainingSettings, 'images'> & { out: string };

/** Settings of a run that takes seconds: a small VAE of 32×32 images, unless a test says otherwise. */
export const smallRun = ({ tuning, ...given }: Given): TrainingSettings => ({
  kind: 'vae',
  name: path.basename(given.out),
  imageSize: 32,
  latentSize: 4,
  epochs: 1,
  batchSize: 4,
  beta: 1,
  learningRate: 1e-3,
  seed: 1,
  align: false,
  ...given,
  tuning: { width: 'small', ...tuning },
});
