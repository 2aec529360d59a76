/** What the experiment trains and measures: the same for the same mode and seed. */
import { type TrainableKind, UserError } from '../../contract';

export const KINDS: readonly TrainableKind[] = ['ae', 'vae', 'rae'];

export type Mode = 'quick' | 'full';

/** What the kinds are compared at; each is trained with every seed. */
export interface Setting {
  /** Pixels a side. */
  imageSize: number;
  width: 'small' | 'standard';
  latentSize: number;
  /** Faces drawn for training. */
  images: number;
  /** Steps of `batchSize` images, the same for all kinds. */
  steps: number;
  /** Runs, of other faces and other initial weights each. */
  seeds: number;
}

export interface Plan {
  mode: Mode;
  /** Of the first run; the others have those that follow. 0 to 1,000,000. */
  seed: number;
  /** What the headline table is about; it may be one of the grid. */
  main: Setting;
  grid: Setting[];
  batchSize: number;
  learningRate: number;
  /** Weight of the VAE's KL term at 64 pixels, see `betaAt`. */
  beta: number;
  /** Weight of ½‖z‖² in the RAE's loss. */
  codeWeight: number;
  /** Share of the faces drawn for training that is kept to watch it. */
  validation: number;
  /** Faces that no run has seen, the same for all. */
  testImages: number;
  /** Those of them whose bounds are computed, with so many importance samples each. */
  boundImages: number;
  importanceSamples: number;
  /** Pairs of faces a factor. */
  pairs: number;
  /** Splits of the test faces into halves. */
  replicas: number;
}

const MOST_SEED = 1_000_000;

/**
 * β is the bundled VAE's. The loss sums squared errors, so that β/2 is the variance the VAE ascribes to a value; at other
 * sizes β goes with the number of values. At 32 pixels 0.03, 0.12 and 0.5 were tried: 0.12 brought draws from the prior
 * nearest to real faces (Fréchet distance), 0.03 let fewer of them be within range, 0.5 blurred them.
 */
const SHARED = {
  batchSize: 16,
  learningRate: 3e-3,
  beta: 0.5,
  codeWeight: 0.1,
  validation: 0.02,
  importanceSamples: 16,
  replicas: 30,
};

/** @throws UserError `bad-settings` for a seed out of range */
export function planOf(mode: Mode, seed: number): Plan {
  if (!Number.isInteger(seed) || seed < 0 || seed > MOST_SEED) {
    throw new UserError('bad-settings.seed', { most: MOST_SEED, seed });
  }
  const small = { imageSize: 32, width: 'small' } as const;
  const grid = (latentSizes: number[], images: number, steps: number): Setting[] =>
    latentSizes.map((latentSize) => ({ ...small, latentSize, images, steps, seeds: 3 }));
  if (mode === 'quick') {
    const settings = grid([8, 32], 1000, 600);
    return {
      mode,
      seed,
      main: settings[1],
      grid: settings,
      ...SHARED,
      testImages: 400,
      boundImages: 100,
      pairs: 16,
    };
  }
  return {
    mode,
    seed,
    main: { imageSize: 64, width: 'small', latentSize: 32, images: 4000, steps: 6000, seeds: 1 },
    grid: [...grid([8, 32], 2000, 3000), ...grid([32], 250, 3000)],
    ...SHARED,
    testImages: 600,
    boundImages: 200,
    pairs: 24,
  };
}

/** The same variance a value at all sizes, for which β/2 stands. */
export const betaAt = ({ beta }: Plan, imageSize: number): number => beta * (imageSize / 64) ** 2;

export const keyOf = ({ imageSize, width, latentSize, images, steps }: Setting): string =>
  `${imageSize}px-${width}-${latentSize}latents-${images}faces-${steps}steps`;

/** One training. */
export interface Training {
  kind: TrainableKind;
  setting: Setting;
  seed: number;
}

/** All trainings; those that share their faces and PCA follow one another. */
export function trainingsOf({ grid, main, seed }: Plan): Training[] {
  const settings = [...new Map([...grid, main].map((setting) => [keyOf(setting), setting])).values()];
  return settings.flatMap((setting) =>
    Array.from({ length: setting.seeds }, (_, i) => KINDS.map((kind) => ({ kind, setting, seed: seed + i }))).flat(),
  );
}

export const nameOf = ({ kind, setting, seed }: Training): string => `${kind}-${keyOf(setting)}-seed${seed}`;
