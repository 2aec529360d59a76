/** Training settings: what is allowed, what is default, and how they become a trainer's configuration. */
import * as v from 'valibot';
import {
  type english,
  type Message,
  message,
  MOTIFS,
  UserError,
  type TrainableKind,
  type TrainingSettings,
  type Tuning,
} from '../../../contract';
import { curationSchema } from '../../images';
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
  whiten: true,
  importanceSamples: 1,
  codeWeight: 0.1,
  adversarial: 0,
  linearStart: 0,
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

/** Pixels that a side of an image can have: multiples of 16, or 28 for a perceptron. */
export const SIDES = [28, ...Array.from({ length: 19 }, (_, i) => 16 * (i + 2))];

/** Fewer images than this leave nothing to hold out and nothing to learn. */
export const FEWEST_IMAGES = 4;

/** Valibot carries strings: a problem travels through it as JSON. */
const carried = (problem: Message): string => JSON.stringify(problem);
type SettingName = keyof typeof english.setting;
const setting = (name: SettingName) => message(`setting.${name}`);

const number = (name: SettingName, least: number, most: number) => {
  const problem = carried(message('problem.number', { setting: setting(name), least, most }));
  return v.pipe(v.number(problem), v.minValue(least, problem), v.maxValue(most, problem));
};
const integer = (name: SettingName, least: number, most: number) => {
  const problem = carried(message('problem.whole-number', { setting: setting(name), least, most }));
  return v.pipe(v.number(problem), v.integer(problem), v.minValue(least, problem), v.maxValue(most, problem));
};
const oneOf = <const T extends readonly (string | number)[]>(name: SettingName, values: T) =>
  v.picklist(values, carried(message('problem.one-of', { setting: setting(name), values: values.join(', ') })));
const side = (name: 'imageSize' | 'imageHeight') => {
  const problem = carried(message('problem.side', { setting: setting(name), least: 32, most: 320 }));
  return v.pipe(
    v.number(problem),
    v.check((pixels) => SIDES.includes(pixels), problem),
  );
};
const onOrOff = (name: SettingName) => v.boolean(carried(message('problem.on-or-off', { setting: setting(name) })));
const text = (name: SettingName) => {
  const problem = carried(message('problem.missing', { setting: setting(name) }));
  return v.pipe(v.string(problem), v.nonEmpty(problem));
};

const tuningSchema = v.object({
  network: oneOf('network', ['convolutional', 'perceptron']),
  width: oneOf('width', ['small', 'standard', 'large']),
  residualBlocks: integer('residualBlocks', 0, 4),
  likelihood: oneOf('likelihood', ['gaussian', 'learned-sigma', 'bernoulli']),
  warmUp: number('warmUp', 0, 1),
  freeBits: number('freeBits', 0, 100),
  whiten: onOrOff('whiten'),
  importanceSamples: integer('importanceSamples', 1, 1000),
  codeWeight: number('codeWeight', 0, 1000),
  adversarial: number('adversarial', 0, 1),
  linearStart: number('linearStart', 0, 1),
  optimiser: oneOf('optimiser', ['muon', 'adam']),
  schedule: oneOf('schedule', ['constant', 'cosine', 'staircase']),
  weightDecay: number('weightDecay', 0, 10),
  clipNorm: number('clipNorm', 0, 1e9),
  averageDecay: number('averageDecay', 0, 0.99999),
  adamEpsilon: number('adamEpsilon', 1e-12, 1),
  mirror: onOrOff('mirror'),
  shift: integer('shift', 0, 32),
  crop: number('crop', 0, 0.5),
  colour: number('colour', 0, 1),
  binarise: onOrOff('binarise'),
  validation: number('validation', 0, 0.5),
  patience: integer('patience', 0, 1000),
  device: oneOf('device', ['cpu', 'gpu']),
  checkpointSteps: integer('checkpointSteps', 1, 1e6),
} satisfies { [K in keyof Tuning]: v.GenericSchema<Tuning[K]> });

const settingsSchema = v.object({
  kind: oneOf('kind', ['ae', 'vae', 'rae']),
  images: text('images'),
  out: text('out'),
  name: text('name'),
  imageSize: side('imageSize'),
  imageHeight: v.optional(side('imageHeight')),
  latentSize: integer('latentSize', 2, 512),
  epochs: number('epochs', 0.01, 1e6),
  batchSize: integer('batchSize', 1, 1024),
  beta: number('beta', 0, 1000),
  learningRate: number('learningRate', 1e-7, 1),
  seed: integer('seed', 0, 2 ** 31 - 1),
  align: onOrOff('align'),
  motif: v.optional(oneOf('motif', MOTIFS)),
  curation: v.optional(curationSchema),
  from: v.optional(text('from')),
  tuning: tuningSchema,
} satisfies { [K in keyof Required<ResolvedSettings>]: v.GenericSchema<ResolvedSettings[K]> });

/**
 * Settings with defaults filled in and everything checked.
 * @throws UserError `bad-settings` naming every setting that is out of its range
 */
export function resolveSettings(settings: TrainingSettings): ResolvedSettings {
  // a missing setting is reported by its own name, not by the object's
  const missing = Object.fromEntries(Object.keys(settingsSchema.entries).map((name) => [name, undefined]));
  const merged = { ...missing, ...settings, tuning: { ...DEFAULT_TUNING, ...settings.tuning } };
  const result = v.safeParse(settingsSchema, merged);
  const problems = result.success
    ? contradictions(result.output)
    : result.issues.map((issue) => JSON.parse(issue.message) as Message);
  if (result.success && problems.length === 0) return result.output;
  throw new UserError('bad-settings.problems', { problems });
}

/** What is allowed by itself and not together. */
function contradictions({ kind, imageSize, imageHeight, beta, from, tuning }: ResolvedSettings): Message[] {
  const { network, importanceSamples, warmUp, freeBits, adversarial, likelihood } = tuning;
  const found: Message[] = [];
  if (network === 'convolutional' && [imageSize, imageHeight].includes(28)) {
    found.push(message('problem.size-28'));
  }
  if (kind === 'vae' && importanceSamples > 1 && (beta !== 1 || warmUp || freeBits)) {
    found.push(message('problem.importance-weighted'));
  }
  if (kind === 'vae' && adversarial) {
    if (importanceSamples > 1 || likelihood !== 'gaussian' || network !== 'convolutional') {
      found.push(message('problem.adversarial'));
    }
  }
  if (tuning.linearStart && (tuning.linearStart + (kind === 'vae' ? adversarial : 0) > 1 || from !== undefined)) {
    found.push(message('problem.linear-start'));
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
      imageHeight: s.imageHeight,
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
    linearStart: s.tuning.linearStart,
    steps: Math.max(1, Math.round((s.epochs * count) / s.batchSize)),
    device,
  };
}
