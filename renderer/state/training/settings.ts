/** What a training run can be asked for: ready-made choices, and what is wrong with one's own. */
import type { TrainingSettings, Tuning } from '../../../main/contract';

/** Everything of the settings but where from and where to. */
export type Choices = Omit<TrainingSettings, 'images' | 'out'>;

export type Preset = 'quick' | 'good' | 'best';
export const PRESETS: readonly Preset[] = ['quick', 'good', 'best'];
export const IMAGE_SIZES = [32, 64, 128, 256] as const;

interface Size {
  imageSize: number;
  latentSize: number;
  width: Tuning['width'];
  /** Share of the run over which PCA hands over: where one only wants to see, faces are there at once. */
  linearStart: number;
  /** They say how long a run takes whatever the number of images; epochs follow from them. */
  steps: number;
}
const SIZES: Record<Preset, Size> = {
  quick: { imageSize: 64, latentSize: 64, width: 'small', linearStart: 0.3, steps: 800 },
  good: { imageSize: 128, latentSize: 128, width: 'small', linearStart: 0, steps: 2500 },
  best: { imageSize: 128, latentSize: 128, width: 'standard', linearStart: 0, steps: 6000 },
};
/** Where images have no more to show, twice the channels do more than twice the pixels. */
const OF_SMALL_IMAGES = { imageSize: 64, latentSize: 64, width: 'standard' } as const;
const SMALL_IMAGES = 96;
/**
 * Steps of a quick look that leave a minute on two processor cores: a step takes about 85 ms of processor time, reading and
 * aligning an image about 17 ms, most of it on one core.
 */
const quickSteps = (images: number): number => Math.round(Math.min(SIZES.quick.steps, Math.max(400, 900 - images / 5)));

const BATCH = 32;
const FEWEST_EPOCHS = 4;

/** Fewer leave nothing to hold out and nothing to learn. */
const FEWEST_IMAGES = 4;

/**
 * What a preset sets; the rest of the choices is the same for all.
 * @param adversarial share of the run against a discriminator: before it, a VAE-GAN is trained as long as a VAE
 * @param smallestSide pixels of the smallest side of any image
 */
export function presetChoices(
  preset: Preset,
  images: number,
  adversarial = 0,
  smallestSide = Infinity,
): Pick<Choices, 'imageSize' | 'latentSize' | 'epochs' | 'batchSize'> & {
  tuning: Pick<Tuning, 'width' | 'linearStart'>;
} {
  const size = SIZES[preset];
  const { linearStart } = size;
  const steps = preset === 'quick' ? quickSteps(images) : size.steps;
  const isSmall = smallestSide < SMALL_IMAGES && size.imageSize > OF_SMALL_IMAGES.imageSize;
  const { imageSize, latentSize, width } = isSmall ? OF_SMALL_IMAGES : size;
  // few images make many small steps rather than a few that each see everything
  const batchSize = Math.max(1, Math.min(BATCH, 2 ** Math.floor(Math.log2(Math.max(1, images / 4)))));
  const perEpoch = Math.max(1, images / batchSize);
  const epochs = Math.max(FEWEST_EPOCHS, Math.round(steps / (1 - Math.min(0.9, adversarial)) / perEpoch));
  return { imageSize, latentSize, batchSize, epochs, tuning: { width, linearStart } };
}

/** Share of the run in which a VAE-GAN is trained against a discriminator, where nobody says another. */
export const ADVERSARIAL = 0.5;

/** Width over height of the images of a run. */
export type Shape = 'square' | '4:5' | '2:3' | '5:4' | '3:2';
const SHAPES: Record<Shape, number> = { square: 1, '4:5': 5 / 4, '2:3': 3 / 2, '5:4': 5 / 4, '3:2': 3 / 2 };
const isWide = (shape: Shape) => shape === '5:4' || shape === '3:2';
const isSide = (pixels: number) => Number.isInteger(pixels / 16) && pixels >= 32 && pixels <= 320;

/** The shorter side of the images. */
export const shortSide = ({ imageSize, imageHeight = imageSize }: Pick<Choices, 'imageSize' | 'imageHeight'>): number =>
  Math.min(imageSize, imageHeight);

/** Null where it is none of those on offer. */
export function shapeOf({
  imageSize,
  imageHeight = imageSize,
}: Pick<Choices, 'imageSize' | 'imageHeight'>): Shape | null {
  const long = Math.max(imageSize, imageHeight) / Math.min(imageSize, imageHeight);
  const found = (Object.keys(SHAPES) as Shape[]).find(
    (shape) => SHAPES[shape] === long && (long === 1 || isWide(shape) === imageSize > imageHeight),
  );
  return found ?? null;
}

/** Shapes that images of a shorter side can have: sides are multiples of 16. */
export const shapesOf = (short: number): Shape[] =>
  (Object.keys(SHAPES) as Shape[]).filter((shape) => isSide(short * SHAPES[shape]));

/** Pixels of images of a shape; square ones where the sides could not be. */
export function shaped(short: number, shape: Shape | null): Pick<Choices, 'imageSize' | 'imageHeight'> {
  if (shape === null || shape === 'square' || !shapesOf(short).includes(shape)) {
    return { imageSize: short, imageHeight: undefined };
  }
  const long = short * SHAPES[shape];
  return isWide(shape) ? { imageSize: long, imageHeight: short } : { imageSize: short, imageHeight: long };
}

/** What a preset makes of choices: the shape stays, and a run that starts from a model keeps its networks. */
export function withPreset(choices: Choices, preset: Preset, images: number, smallestSide?: number): Choices {
  const { tuning, imageSize, ...rest } = presetChoices(preset, images, choices.tuning?.adversarial, smallestSide);
  const { batchSize, epochs } = rest;
  if (choices.from !== undefined) return { ...choices, batchSize, epochs };
  return {
    ...choices,
    ...rest,
    ...shaped(imageSize, shapeOf(choices)),
    tuning: { ...choices.tuning, ...tuning },
  };
}

/** The choices before anything was chosen. */
export const DEFAULT_CHOICES: Choices = {
  kind: 'vae',
  name: '',
  ...presetChoices('good', 1000),
  beta: 1,
  learningRate: 0.001,
  seed: 1,
  align: true,
};

/** Finer settings that are numbers, and the range of each; some are of a VAE alone. */
export const TUNED = {
  warmUp: [0, 1],
  freeBits: [0, 100],
  adversarial: [0, 1],
  linearStart: [0, 1],
  residualBlocks: [0, 4],
} as const;
export type TunedField = keyof typeof TUNED;
const OF_VAE: readonly TunedField[] = ['warmUp', 'freeBits', 'adversarial'];

export const tunedFields = (kind: Choices['kind']): TunedField[] =>
  (Object.keys(TUNED) as TunedField[]).filter((field) => kind === 'vae' || !OF_VAE.includes(field));

export type ChoiceField = keyof Choices | TunedField;

/** A wrong choice: where it was made (`images`: the folder), its sentence under `problem` in the catalogue, and what that needs. */
export interface Problem {
  field: ChoiceField | 'images';
  key: ProblemKey;
  values: Record<'images' | 'fewest' | 'latent' | 'values', number>;
}
type ProblemKey =
  | 'name'
  | 'tooFewImages'
  | 'nameCharacters'
  | 'nameLength'
  | 'imageSize'
  | 'latentSize'
  | 'latentTooLarge'
  | 'epochs'
  | 'batchSize'
  | 'batchTooLarge'
  | 'beta'
  | 'learningRate'
  | 'seed'
  | TunedField;

const within = (value: unknown, least: number, most: number): boolean =>
  typeof value === 'number' && value >= least && value <= most;
const whole = (value: unknown, least: number, most: number): boolean =>
  Number.isInteger(value) && within(value, least, most);

/**
 * Everything that is wrong with `choices`, at most one problem a field; empty when training can start. Fields left
 * blank come as NaN.
 * @param images how many there are to train on; null while unknown
 * @param channels of the images as training sees them
 */
export function problems(choices: Choices, images: number | null, channels: 1 | 3 = 3): Problem[] {
  const { imageSize, imageHeight = imageSize, latentSize, batchSize } = choices;
  const name = choices.name.trim();
  const inImage = imageSize * imageHeight * channels;
  const values = { images: images ?? 0, fewest: FEWEST_IMAGES, latent: latentSize, values: inImage };
  const found: Problem[] = [];
  const add = (field: Problem['field'], key: ProblemKey) => found.push({ field, key, values });

  if (images !== null && images < FEWEST_IMAGES) add('images', 'tooFewImages');

  if (name === '') add('name', 'name');
  else if (name.length > 80) add('name', 'nameLength');
  else if (/[/\\:*?"<>|\p{Cc}]|^\./u.test(name)) add('name', 'nameCharacters');

  const sizeKnown = isSide(imageSize) && isSide(imageHeight);
  if (!sizeKnown) add('imageSize', 'imageSize');

  if (!whole(latentSize, 2, 512)) add('latentSize', 'latentSize');
  else if (sizeKnown && latentSize >= inImage) add('latentSize', 'latentTooLarge');

  if (!whole(choices.epochs, 1, 100_000)) add('epochs', 'epochs');

  if (!whole(batchSize, 1, 1024)) add('batchSize', 'batchSize');
  else if (images !== null && batchSize > images) add('batchSize', 'batchTooLarge');

  if (choices.kind === 'vae' && !within(choices.beta, 0, 1000)) add('beta', 'beta');
  for (const field of tunedFields(choices.kind)) {
    const [least, most] = TUNED[field];
    const value = choices.tuning?.[field] ?? 0;
    if (field === 'residualBlocks' ? !whole(value, least, most) : !within(value, least, most)) add(field, field);
  }
  if (!within(choices.learningRate, 1e-7, 1)) add('learningRate', 'learningRate');
  if (!whole(choices.seed, 0, 2 ** 31 - 1)) add('seed', 'seed');
  return found;
}
