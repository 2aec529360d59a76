/** Training settings: what is allowed, what is default, and how they become a trainer's configuration. */
import * as v from 'valibot';
import { UserError, type TrainableKind, type TrainingSettings, type Tuning } from '../../../contract';
import type { ObjectiveConfig } from '../../training/step';
import type { TrainerConfig } from '../../training/trainer';

/** Settings with every choice made. */
export interface ResolvedSettings extends Omit<TrainingSettings, 'tuning' | 'out'> {
  out: string;
  tuning: Tuning;
}

/** Chosen on the portraits: augmentation as strong as it still lowers the held-out error. */
export const DEFAULT_TUNING: Tuning = {
  network: 'convolutional',
  width: 'standard',
  residualBlocks: 0,
  likelihood: 'gaussian',
  warmUp: 0,
  freeBits: 0,
  importanceSamples: 1,
  codeWeight: 0.1,
  adversarial: 0,
  optimiser: 'muon',
  schedule: 'cosine',
  weightDecay: 0,
  clipNorm: 0,
  averageDecay: 0.995,
  adamEpsilon: 1e-8,
  mirror: true,
  shift: 1,
  crop: 0.06,
  colour: 0.1,
  binarise: false,
  validation: 0.1,
  patience: 0,
  device: 'cpu',
  checkpointSteps: 200,
};

/** What a person who only names a folder gets. */
export const DEFAULT_SETTINGS = {
  imageSize: 64,
  latentSize: 32,
  epochs: 100,
  batchSize: 16,
  beta: 1,
  learningRate: 1e-3,
  seed: 1,
  align: true,
} satisfies Partial<TrainingSettings>;

/** Pixels a side that a network can have. */
export const IMAGE_SIZES = [28, 32, 64, 128, 256] as const;

/** Fewer images than this leave nothing to hold out and nothing to learn. */
export const FEWEST_IMAGES = 4;

const number = (name: string, least: number, most: number) => {
  const sentence = `${name} must be a number from ${least} to ${most}.`;
  return v.pipe(v.number(sentence), v.minValue(least, sentence), v.maxValue(most, sentence));
};
const integer = (name: string, least: number, most: number) => {
  const sentence = `${name} must be a whole number from ${least} to ${most}.`;
  return v.pipe(v.number(sentence), v.integer(sentence), v.minValue(least, sentence), v.maxValue(most, sentence));
};
const oneOf = <const T extends readonly (string | number)[]>(name: string, values: T) =>
  v.picklist(values, `${name} must be one of ${values.join(', ')}.`);
const text = (name: string) => v.pipe(v.string(`${name} is missing.`), v.nonEmpty(`${name} is missing.`));

const tuningSchema = v.object({
  network: oneOf('Network', ['convolutional', 'perceptron']),
  width: oneOf('Width', ['small', 'standard', 'large']),
  residualBlocks: integer('Residual blocks', 0, 4),
  likelihood: oneOf('Likelihood', ['gaussian', 'learned-sigma', 'bernoulli']),
  warmUp: number('Warm-up', 0, 1),
  freeBits: number('Free bits', 0, 100),
  importanceSamples: integer('Importance samples', 1, 1000),
  codeWeight: number('Code weight', 0, 1000),
  adversarial: number('Adversarial share', 0, 1),
  optimiser: oneOf('Optimiser', ['muon', 'adam']),
  schedule: oneOf('Schedule', ['constant', 'cosine', 'staircase']),
  weightDecay: number('Weight decay', 0, 10),
  clipNorm: number('Clip norm', 0, 1e9),
  averageDecay: number('Average decay', 0, 0.99999),
  adamEpsilon: number('Adam epsilon', 1e-12, 1),
  mirror: v.boolean('Mirror must be on or off.'),
  shift: integer('Shift', 0, 32),
  crop: number('Crop', 0, 0.5),
  colour: number('Colour', 0, 1),
  binarise: v.boolean('Binarise must be on or off.'),
  validation: number('Validation share', 0, 0.5),
  patience: integer('Patience', 0, 1000),
  device: oneOf('Device', ['cpu', 'gpu']),
  checkpointSteps: integer('Checkpoint steps', 1, 1e6),
} satisfies { [K in keyof Tuning]: v.GenericSchema<Tuning[K]> });

const settingsSchema = v.object({
  kind: oneOf('Kind', ['ae', 'vae', 'rae']),
  images: text('The folder of images'),
  out: text('The folder of the model'),
  name: text('The name of the model'),
  imageSize: oneOf('Image size', IMAGE_SIZES),
  latentSize: integer('Latent size', 2, 512),
  epochs: number('Epochs', 0.01, 1e6),
  batchSize: integer('Batch size', 1, 1024),
  beta: number('Beta', 0, 1000),
  learningRate: number('Learning rate', 1e-7, 1),
  seed: integer('Seed', 0, 2 ** 31 - 1),
  align: v.boolean('Align must be on or off.'),
  from: v.optional(text('The model to start from')),
  tuning: tuningSchema,
} satisfies { [K in keyof Required<ResolvedSettings>]: v.GenericSchema<ResolvedSettings[K]> });

/**
 * Settings with defaults filled in and everything checked.
 * @throws UserError `bad-settings` naming every setting that is out of its range
 */
export function resolveSettings(settings: TrainingSettings): ResolvedSettings {
  const merged = { ...settings, tuning: { ...DEFAULT_TUNING, ...settings.tuning } };
  const result = v.safeParse(settingsSchema, merged);
  const problems = result.success ? contradictions(result.output) : result.issues.map((issue) => issue.message);
  if (result.success && problems.length === 0) return result.output;
  throw new UserError('bad-settings', problems.join(' '));
}

/** What is allowed by itself and not together. */
function contradictions({ kind, imageSize, beta, tuning }: ResolvedSettings): string[] {
  const { network, importanceSamples, warmUp, freeBits, adversarial, likelihood } = tuning;
  const found: string[] = [];
  if (network === 'convolutional' && imageSize === 28) {
    found.push('Images of 28 pixels need the network "perceptron": convolutions halve the image down to 4 pixels.');
  }
  if (kind === 'vae' && importanceSamples > 1 && (beta !== 1 || warmUp || freeBits)) {
    found.push(
      'The importance-weighted bound has no KL term of its own: leave beta at 1, warm-up and free bits at 0, or ' +
        'take 1 importance sample.',
    );
  }
  if (kind === 'vae' && adversarial) {
    if (importanceSamples > 1 || likelihood !== 'gaussian' || network !== 'convolutional') {
      found.push(
        'A discriminator judges what a convolutional network draws: leave the network at "convolutional", the likelihood ' +
          'at "gaussian" and importance samples at 1, or the adversarial share at 0.',
      );
    }
  }
  return found;
}

function objective(kind: TrainableKind, { beta, tuning }: ResolvedSettings): ObjectiveConfig {
  const { likelihood, warmUp, freeBits, importanceSamples, codeWeight, adversarial } = tuning;
  if (kind === 'vae') return { kind, likelihood, beta, warmUp, freeBits, importanceSamples, adversarial };
  return kind === 'ae' ? { kind } : { kind, codeWeight };
}

/** The trainer's view of a run on `count` training images with `channels` colours. */
export function trainerConfig(s: ResolvedSettings, count: number, channels: 1 | 3): TrainerConfig {
  const { network, width, residualBlocks, schedule, weightDecay, clipNorm, averageDecay, adamEpsilon, device } =
    s.tuning;
  const { mirror, shift, crop, colour, binarise } = s.tuning;
  return {
    network: {
      architecture: network,
      imageSize: s.imageSize,
      channels,
      latentSize: s.latentSize,
      width,
      residualBlocks,
    },
    objective: objective(s.kind, s),
    optimiser: { kind: s.tuning.optimiser, weightDecay, clipNorm, averageDecay, epsilon: adamEpsilon },
    augmentation: { mirror, shift, crop, colour, binarise },
    batchSize: s.batchSize,
    seed: s.seed,
    learningRate: s.learningRate,
    schedule,
    steps: Math.max(1, Math.round((s.epochs * count) / s.batchSize)),
    device,
  };
}
