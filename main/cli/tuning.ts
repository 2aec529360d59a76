/** The finer settings of `train` as options, and back. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Tuning } from '../contract';
import { DEFAULT_TUNING } from '../engine/runs';

/** A finite number from the command line. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It is not a number.');
  return value;
}

/** What each setting is for; its option is its name in kebab case. */
const MEANING: { [K in keyof Tuning]: string | { choices: Tuning[K][]; meaning: string } } = {
  network: {
    choices: ['convolutional', 'perceptron'],
    meaning: 'perceptron: the fully connected one of the IWAE paper, for small images',
  },
  width: { choices: ['small', 'standard', 'large'], meaning: 'channels of the networks' },
  residualBlocks: 'residual blocks at each resolution: slower, sharper',
  likelihood: { choices: ['gaussian', 'learned-sigma', 'bernoulli'], meaning: 'of an image given its code (VAE)' },
  warmUp: 'share of the run over which beta rises from 0 (VAE)',
  freeBits: 'nats that each number of a code may carry at no cost (VAE)',
  whiten: 'do not lay the codes onto the prior at the end (VAE): draws from it become worse',
  importanceSamples: 'samples k of the importance-weighted bound; 1 is the ELBO (VAE)',
  codeWeight: 'weight of ½‖z‖² (RAE)',
  adversarial:
    'share of the run, at its end, against a discriminator too: sharper, no bound on p(x) any more (VAE-GAN)',
  linearStart: 'share of the run, at its start, over which PCA hands over to the networks: faces from the first step',
  optimiser: { choices: ['muon', 'adam'], meaning: 'muon: steps along all directions of a matrix alike; fewer steps' },
  schedule: { choices: ['cosine', 'constant', 'staircase'], meaning: 'of the learning rate' },
  weightDecay: 'decay of the weights per unit of learning rate',
  clipNorm: 'largest norm of the gradient; 0 never clips',
  averageDecay: 'decay of the moving average of the weights that is kept; 0 keeps the last weights',
  adamEpsilon: 'ε of Adam, added to the root of the second moment',
  mirror: 'do not mirror half of the images',
  shift: 'pixels that images are shifted by at random',
  crop: 'share of the side that a random crop may leave out',
  colour: 'strength of random changes of colour and brightness',
  binarise: 'draw each value as 0 or 1 at each step, with its brightness as the probability of 1',
  validation: 'share of the images to hold out',
  patience: 'end the run after this many measurements without progress on held-out images; 0 never ends it',
  device: { choices: ['cpu', 'gpu'], meaning: 'where to compute' },
  checkpointSteps: 'steps between checkpoints',
};

/** `freeBits` → `free-bits`, as options are called. */
export const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Its option without dashes: of a switch that is on, the one that turns it off. */
export const optionOf = (name: string): string =>
  `${DEFAULT_TUNING[name as keyof Tuning] === true ? 'no-' : ''}${kebab(name)}`;

/** Adds one option for each finer setting. */
export function addTuning(command: Command): Command {
  for (const key of Object.keys(MEANING) as (keyof Tuning)[]) {
    const entry = MEANING[key];
    const standard = DEFAULT_TUNING[key];
    if (typeof entry === 'object') {
      const option = new Option(`--${kebab(key)} <name>`, entry.meaning).choices(entry.choices.map(String));
      command.addOption(option.default(standard));
    } else if (typeof standard === 'boolean') {
      command.option(`--${optionOf(key)}`, entry, standard);
    } else {
      command.option(`--${kebab(key)} <number>`, entry, number, standard);
    }
  }
  return command;
}

/** The finer settings among all options of a command. */
export function tuningOf(options: Partial<Tuning>): Partial<Tuning> {
  const keys = Object.keys(MEANING) as (keyof Tuning)[];
  return Object.fromEntries(keys.map((key) => [key, options[key]]));
}
