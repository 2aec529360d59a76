/** Whole sets of settings by name, for results that others have published. */
import type { TrainingSettings, Tuning } from '../../../contract';

export type PresetName = 'iwae-paper';

/** What a preset decides; the rest is the person's. */
export interface RunPreset extends Partial<Omit<TrainingSettings, 'images' | 'out' | 'name' | 'kind' | 'tuning'>> {
  tuning: Partial<Tuning>;
}

/**
 * `iwae-paper`: the one-layer model of Burda, Grosse & Salakhutdinov 2016, section 5, for 28×28 grey images binarised at
 * random: 784-200-200-50 with tanh, batches of 20, 3280 passes, a staircase of learning rates, Adam with ε = 1e-4. The first
 * values, log σ, and the 400 of 60,000 images held out are those of the authors' program (github.com/yburda/iwae); Adam's
 * momentum is the paper's 0.9, the program has 0.99. Their test NLL on MNIST is 86.76 for 1 sample and 84.78 for 50
 * (table 1, L_5000).
 */
export const PRESETS: Record<PresetName, RunPreset> = {
  'iwae-paper': {
    imageSize: 28,
    latentSize: 50,
    batchSize: 20,
    epochs: 3280,
    beta: 1,
    learningRate: 1e-3,
    align: false,
    motif: 'digits',
    tuning: {
      network: 'perceptron',
      likelihood: 'bernoulli',
      optimiser: 'adam',
      schedule: 'staircase',
      adamEpsilon: 1e-4,
      whiten: false,
      binarise: true,
      mirror: false,
      shift: 0,
      crop: 0,
      colour: 0,
      averageDecay: 0,
      validation: 400 / 60_000,
    },
  },
};
