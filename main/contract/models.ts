/** Models on disk: listed, opened, described, compared. */
import type { Motif } from './motif';
import type { Tuning } from './training';

/** `decoder`: a foreign ONNX file with nothing but a decoder. */
export type ModelKind = 'ae' | 'vae' | 'rae' | 'decoder';

/** What a model comes as, beside a folder; `latentscape` is a model folder in one file (a zip). */
export const MODEL_EXTENSIONS = ['latentscape', 'onnx', 'zip'];

/** Whether the name of a file says that it is a model. */
export const isModelFile = (name: string): boolean =>
  MODEL_EXTENSIONS.some((extension) => name.toLowerCase().endsWith(`.${extension}`));

/** Names an open model for the life of one connection. */
export type ModelId = string;

/** One line in the list of models a person can open. */
export interface ModelListing {
  path: string;
  name: string;
  kind: ModelKind;
  /** A VAE that was trained against a discriminator as well: a VAE-GAN. */
  adversarial?: boolean;
  motif: Motif;
  latentSize: number;
  /** Pixels across, and down where that is another number. */
  imageSize: number;
  imageHeight?: number;
  /** `bundled` ships with the app, `library` was trained here, `recent` was opened from elsewhere. */
  origin: 'bundled' | 'library' | 'recent';
  /** It brings a film of its training. */
  film: boolean;
  /** Its name in each language of the window, where its makers gave it one. */
  names?: Words;
  /** What it cost and what it can do; null for what is not known. */
  images: number | null;
  /** Its training took. */
  seconds: number | null;
  /** Mean squared error per value in 0..1, on images it has not seen. */
  validationMse: number | null;
}

/** How a decoder's raw output becomes pixels. Found by looking and one probe run; people can correct it. */
export interface DecoderLayout {
  order: 'NCHW' | 'NHWC' | 'flat';
  width: number;
  height: number;
  channels: 1 | 3;
  /** A further channel, the last, says how opaque each pixel is; it is put on white. */
  alpha: boolean;
  /** In which order the output has red, green and blue. */
  colours: 'RGB' | 'BGR';
  /**
   * Which numbers mean black and white. `logits`: their sigmoid is 0..1; `imagenet`: shifted and scaled by the mean and
   * deviation of ImageNet's colours.
   */
  range: '0..1' | '-1..1' | '0..255' | 'logits' | 'imagenet';
  /** The input that takes the code, and the output that gives the picture. */
  input: string;
  output: string;
  /** Values for inputs beside the code, by name: e.g. a class label. */
  extraInputs: Record<string, number>;
}

/** What a foreign decoder offers to choose from, and what is odd about it. */
export interface DecoderFindings {
  /** Inputs that could take the code, outputs that could be the picture, by name. */
  inputs: string[];
  outputs: string[];
  /** All codes that were tried gave the same picture. */
  alike: boolean;
  /** Inputs whose value is the number of a class: how many there are, null where that is not known. */
  classes: Record<string, number | null>;
}

/** The same said in each language of the window. */
export type Words = Record<'en' | 'zh-CN', string>;

/** What people see of a model: `info` in the terminal, the card in the window. */
export interface ModelCard {
  path: string;
  name: string;
  /** SHA-256 of the decoder's file, hexadecimal: the same model, wherever it lies and whatever it is called. */
  fingerprint: string;
  kind: ModelKind;
  motif: Motif;
  latentSize: number;
  /** Pixels of the longer side; `layout` has both. */
  imageSize: number;
  channels: 1 | 3;
  canEncode: boolean;
  layout: DecoderLayout;
  /** What was found when a foreign decoder was opened; null for models that say themselves what they are. */
  found: DecoderFindings | null;
  /** What its makers say of it: where its images come from, and what not to expect of it. Null: nothing. */
  about: { name?: Words; images: Words; limits: Words[] } | null;
  /** Null for foreign models. */
  facts: TrainingFacts | null;
  history: HistoryPoint[];
  /** It brings a film of its training. */
  film: boolean;
}

/** How a model was trained, in reading order; what its trainer did not note is missing. */
export interface TrainingFacts {
  /** The images: name of their folder, how many were trained on, held out, and could not be used. */
  data: string;
  images: number;
  heldOut: number;
  leftOut: number;
  aligned?: boolean;
  network?: Tuning['network'];
  width?: Tuning['width'];
  residualBlocks?: number;
  parameters?: number;
  likelihood?: string;
  beta?: number;
  /** Share of the run against a discriminator (VAE-GAN), and share over which PCA handed over; absent: neither. */
  adversarial?: number;
  linearStart?: number;
  epochs?: number;
  steps?: number;
  batchSize?: number;
  learningRate?: number;
  seed?: number;
  seconds?: number;
  imagesPerSecond?: number;
  /** Mean squared error per value in 0..1. */
  validationMse?: number;
}

/** One epoch of a finished training run. */
export interface HistoryPoint {
  step: number;
  epoch: number;
  loss: number;
  validationMse: number;
  terms: Record<string, number>;
}

/**
 * Whether faces with the same number are the same image in two models. `record`: both say which images they were trained
 * on; `settings`: it follows from their settings. `no-codes`: one brings no codes of its images; `images`: they were
 * trained on different ones; `order`: on the same folder, but other images were held out, or it cannot be told.
 */
export type Comparison =
  { comparable: true; by: 'record' | 'settings' } | { comparable: false; because: 'no-codes' | 'images' | 'order' };

export interface ModelRequests {
  listModels(): Promise<ModelListing[]>;
  /** A model folder, a zipped one, or any ONNX decoder. `layout` corrects what was guessed for a foreign one. */
  openModel(path: string, layout?: Partial<DecoderLayout>): Promise<{ id: ModelId; card: ModelCard }>;
  /** Ends what is being opened for this window: it rejects with `cancelled`. */
  cancelOpening(): Promise<void>;
  closeModel(id: ModelId): Promise<void>;
  /** An open model of ours as one file of the kind `latentscape`. `bad-model` for a decoder made elsewhere. */
  bundleModel(id: ModelId): Promise<Uint8Array>;
  /** A few of its faces side by side, WebP; null for one whose faces have never been seen. */
  mosaic(path: string): Promise<Uint8Array | null>;
  renameModel(path: string, name: string): Promise<void>;
  /** Copies a model to those trained here. @returns the path of the copy */
  duplicateModel(path: string, name: string): Promise<string>;
  /** Takes a model off the list; the files of one trained here are kept aside for a week. @returns names the removal */
  removeModel(path: string): Promise<string>;
  /** Undoes a removal since the engine was started. */
  takeBackModel(removal: string): Promise<void>;
  /** Shows where a model lies, in the file manager of the system. */
  showModel(path: string): Promise<void>;
  /** Whether an open model and those at `paths` know the same faces by the same numbers. */
  compare(id: ModelId, paths: string[]): Promise<Comparison[]>;
}

export interface ModelEvents {
  /** The list of models changed (a run ended, a model was opened). */
  onModelsChanged(): void;
}
