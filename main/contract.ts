/**
 * THE protocol: every request, event and error that crosses between the window (renderer) and the
 * engine, whichever host introduces them. Types only, plus the one error class both sides share:
 * this file may be imported from anywhere and imports nothing.
 *
 * Numbers: images are RGBA bytes, codes are float32 row-major `[count, latentSize]`, positions are
 * scene coordinates `[count, 3]`. Typed arrays cross as typed arrays.
 */

// ---------------------------------------------------------------- errors

/** What went wrong, for programs; the sentence beside it is for people. */
export type FailureCode =
  | 'not-found'
  | 'no-access'
  | 'no-images'
  | 'bad-image'
  | 'not-onnx'
  | 'bad-model'
  | 'bad-settings'
  | 'no-memory'
  | 'no-space'
  | 'no-device'
  | 'diverged'
  | 'cancelled'
  | 'process-died'
  | 'busy'
  | 'internal';

/** A failure as it crosses the wire (structured clone drops an Error's own fields). */
export interface Failure {
  code: FailureCode;
  /** One or two sentences a person can act on: what, where, what to do. Never a stack trace. */
  message: string;
}

/** An error whose message is already fit for a person. Everything else is `internal`. */
export class UserError extends Error {
  readonly code: FailureCode;
  constructor(code: FailureCode, message: string) {
    super(message);
    this.name = 'UserError';
    this.code = code;
  }
}

// ---------------------------------------------------------------- images and models

/** `data` holds `count` images one after the other, each `height × width × RGBA`. */
export interface ImageBatch {
  count: number;
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

/** `decoder`: a foreign ONNX file with nothing but a decoder. */
export type ModelKind = 'ae' | 'vae' | 'rae' | 'decoder';

/** Names an open model for the life of one connection. */
export type ModelId = string;

/** One line in the list of models a person can open. */
export interface ModelListing {
  path: string;
  name: string;
  kind: ModelKind;
  latentSize: number;
  imageSize: number;
  /** `bundled` ships with the app, `library` was trained here, `recent` was opened from elsewhere. */
  origin: 'bundled' | 'library' | 'recent';
  /** It brings a film of its training. */
  film: boolean;
}

/** How a decoder's raw output becomes pixels. Found by looking and one probe run; people can correct it. */
export interface DecoderLayout {
  order: 'NCHW' | 'NHWC' | 'flat';
  width: number;
  height: number;
  channels: 1 | 3;
  /** Which numbers mean black and white. */
  range: '0..1' | '-1..1' | '0..255';
  /** Values for inputs beside the code, by name: e.g. a class label. */
  extraInputs: Record<string, number>;
}

/** The same said in each language of the window. */
export type Words = Record<'en' | 'zh-CN', string>;

/** What people see of a model: `info` in the terminal, the card in the window. */
export interface ModelCard {
  path: string;
  name: string;
  kind: ModelKind;
  latentSize: number;
  imageSize: number;
  channels: 1 | 3;
  canEncode: boolean;
  layout: DecoderLayout;
  /** What its makers say of it: where its images come from, and what not to expect of it. Null: nothing. */
  about: { images: Words; limits: Words[] } | null;
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

/** `all`: no unit of a VAE's code is active; `most`: less than half are; see `engine/space/collapse.ts`. */
export type Collapse = 'none' | 'most' | 'all';

/** What a VAE in training makes of its code, over a fixed choice of training images. */
export interface CodeUse {
  step: number;
  /** Units whose mean varies by more than 0.01 from image to image, of all `klPerUnit.length`. */
  active: number;
  /** Nats, means over images. */
  klPerUnit: number[];
  collapse: Collapse;
}

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

/** What to see the space by. Faces are numbers in the cloud. */
export type FrameChoice =
  /** The three directions in which the codes vary most. */
  | { kind: 'principal' }
  /** Three different latents, counted from 0. */
  | { kind: 'latents'; latents: [number, number, number] }
  /** Face A is the origin; B, C and D lie ten scene units along the axes, whatever the model. */
  | { kind: 'faces'; faces: [number, number, number, number] }
  /** One to three directions in code space, `[latentSize]` each: along each axis one attribute changes. */
  | { kind: 'attributes'; directions: Float32Array[] }
  /** UMAP: neighbours stay neighbours. Takes a while. */
  | { kind: 'layout' };

/**
 * Maps scene coordinates p ∈ R³ to codes: `z = origin + B·p`.
 * `axes` holds the three columns of B one after the other, `[3, latentSize]`; they need be neither orthogonal nor of one
 * length, and one that is zero, or depends on those before it, shows nothing new.
 */
export interface LinearFrame {
  kind: Exclude<FrameChoice['kind'], 'layout'>;
  origin: Float32Array;
  axes: Float32Array;
  /** Share of the codes' variance that each of the three axes adds to those before it, 0..1. */
  variance: [number, number, number];
  /** Share of the codes' variance that the frame omits, 0..1. */
  omitted: number;
}

/**
 * Codes laid out so that neighbours stay neighbours (UMAP). There is no formula from place to code: between the faces laid
 * out, codes are interpolated.
 */
export interface LayoutFrame {
  kind: 'layout';
  /** The codes laid out, `[n, latentSize]`: the cloud's, or a part of them when there are very many. */
  codes: Float32Array;
  /** Where they lie, `[n, 3]`. */
  positions: Float32Array;
  /** Share of the codes' variance that interpolation between neighbours in the layout misses, 0..1. */
  omitted: number;
}

/** What scene coordinates mean in code space. `codesAt` and `toScene` of `engine/space/frame.ts` map to and fro. */
export type Frame = LinearFrame | LayoutFrame;

/**
 * What a frame does not show, as coordinates to be steered by hand, those that matter most first; at most 64. Along
 * direction u a code z lies at `(z − codesAt(frame, p)) · u`.
 */
export interface HiddenCoordinates {
  /** Unit vectors, `[m, latentSize]`, at right angles to one another, and to the axes of a linear frame. */
  directions: Float32Array;
  /** Where each direction is a latent, its number; else null. */
  latents: number[] | null;
  /** What `weights` are. `kl`: nats, the mean KL(q(z|x) ‖ p(z)) along the direction; `variance`: share of the codes' variance. */
  measure: 'kl' | 'variance';
  weights: Float32Array;
  /** Standard deviation of the codes along each direction, code units. */
  spreads: Float32Array;
}

/** A cloud as a frame shows it. */
export interface FramedCloud {
  frame: Frame;
  /** `[count, 3]`, the codes projected into `frame`. */
  positions: Float32Array;
  hidden: HiddenCoordinates;
}

/** Where a code lies among the codes of a model. */
export interface Standing {
  /** The nearest code by Euclidean distance, and how far it is. */
  nearest: number;
  distance: number;
  /** How dense the data lies there; null without data, or with a single code. */
  density: {
    /** Under the aggregated posterior, or a kernel density estimate where codes are points, nats. */
    log: number;
    /** Share of the data's own codes that lie in lower density (each left out of its own estimate), 0..1. */
    percentile: number;
    /** `inside`: as dense as where 90 % of the data lie; `hole`: less dense than where 99 % do; `edge`: in between. */
    place: 'inside' | 'edge' | 'hole';
  } | null;
}

/** A sheet of equal square tiles, row by row; tile `i` of sheet `s` shows face `s * perSheet + i`. */
export interface ThumbnailSheets {
  tile: number;
  columns: number;
  perSheet: number;
  /** Encoded WebP files. */
  sheets: Uint8Array[];
}

/** The faces a model was trained on, where they lie in the frame, and how they look decoded. */
export interface Cloud extends FramedCloud {
  count: number;
  /** `codes`: from the training images; `prior`: drawn from N(0, I) because the model brings no codes. */
  source: 'codes' | 'prior';
  codes: Float32Array;
  /**
   * Log-variances of the posteriors N(μ, σ²) whose means are the codes, `[count, latentSize]`; null where codes are
   * points (an AE's), draws, or the model folder does not bring them.
   */
  logVar: Float32Array | null;
  thumbnails: ThumbnailSheets;
  /** The files the faces come from, below the folder trained on, in their order; null where that is not known. */
  names: string[] | null;
}

/** Faces that people have put together. */
export interface FaceGroup {
  /** 1 to 80 characters. */
  name: string;
  /** Number of a colour; the window knows which. */
  colour: number;
  hidden: boolean;
  /** Numbers in the cloud, ascending, at least one. */
  faces: Uint32Array;
}

/**
 * Whether faces with the same number are the same image in two models. `record`: both say which images they were trained
 * on; `settings`: it follows from their settings. `no-codes`: one brings no codes of its images; `images`: they were
 * trained on different ones; `order`: on the same folder, but other images were held out, or it cannot be told.
 */
export type Comparison =
  { comparable: true; by: 'record' | 'settings' } | { comparable: false; because: 'no-codes' | 'images' | 'order' };

// ---------------------------------------------------------------- holes

/** How a model takes to a code of its own making. */
export interface HoleReading {
  /** Re-encoding drift `‖E(D(z)) − z‖`; null for a model without an encoder. */
  drift: number | null;
  /** Log-density under the aggregated posterior, nats; null for a model without codes. */
  density: number | null;
}

/** The 5 %, 50 % and 95 % quantiles of a reading among the codes of the data. */
export interface Spread {
  low: number;
  median: number;
  high: number;
}

/** What is usual where the data is: a drift of many times the median is a hole. */
export interface HoleScale {
  drift: Spread | null;
  density: Spread | null;
}

/** A cube of a frame to look for holes in. */
export interface HoleRequest {
  frame: Frame;
  /** What every code holds beyond the frame, `[latentSize]`; absent: nothing. */
  hidden?: Float32Array;
  centre: [number, number, number];
  /** Half the cube's side, scene units. */
  radius: number;
  /** Points a side of the finest grid: 3, 5, 9, 17, 33 or 65. */
  side: number;
}

/**
 * Readings at the points of a cubic grid, `[side³]`, x fastest, then y, then z. Along each axis point i lies at
 * `centre − radius + 2 · radius · i / (side − 1)`.
 */
export interface HoleMap {
  centre: [number, number, number];
  radius: number;
  side: number;
  drift: Float32Array | null;
  density: Float32Array | null;
}

// ---------------------------------------------------------------- paths and places

/**
 * Ways from stop to stop: `straight` lines; `spherical` around the origin, as the prior N(0, I) suggests; one `smooth` curve
 * through all; `geodesic`, the shortest in image space.
 */
export type PathKind = 'straight' | 'spherical' | 'smooth' | 'geodesic';

/** A way through codes, looked at in even steps. */
export interface LatentPath {
  kind: PathKind;
  /** `[n, latentSize]`, the first and last stop included. */
  codes: Float32Array;
  /** Decoded from the codes. */
  images: ImageBatch;
  /** Summed Euclidean distance between the codes. */
  codeLength: number;
  /** Summed Euclidean distance between the images, all values 0..1. */
  imageLength: number;
  /** Log-density of each code under the model's own codes, nats (see `CodeDensity`); null for a model without codes. */
  density: Float32Array | null;
}

/** `sheet`: a PNG, one frame beside the other; `webp` and `gif` move; `codes`: a NumPy file `[n, latentSize]`. */
export type FilmFormat = 'sheet' | 'webp' | 'gif' | 'codes';

/** A place a person wants to find again, in one model. */
export interface Bookmark {
  id: string;
  name: string;
  /** What is decoded there, `[latentSize]`. */
  code: number[];
  /** The face whose hidden part the place had, if it was one's. */
  anchor: number | null;
  /** How it was looked at: radians, radians, scene units. */
  view: { yaw: number; pitch: number; reach: number };
}

// ---------------------------------------------------------------- folders and training

/** One level of the file system, for hosts without a native dialog. */
export interface FolderListing {
  path: string;
  parent: string | null;
  folders: { name: string; path: string }[];
  /** Files a person could open here (images, ONNX files), at most 200; the total is in `fileCount`. */
  files: { name: string; path: string }[];
  fileCount: number;
  imageCount: number;
  isModel: boolean;
}

/** What importing a folder would give. */
export interface FolderReport {
  path: string;
  imageCount: number;
  skipped: { file: string; reason: string }[];
  /** Smallest shorter side among the readable images, in pixels. */
  smallestSide: number;
  grey: boolean;
  /** Up to 24 images as training would see them. */
  preview: ImageBatch;
}

export type TrainableKind = 'ae' | 'vae' | 'rae';

/** Everything that decides a training run: same settings, images and machine → the same weights. */
export interface TrainingSettings {
  kind: TrainableKind;
  images: string;
  /** Folder of the model to write. Absent: a new folder in the library named after `name`. */
  out?: string;
  name: string;
  /** Pixels a side: 32, 64, 128 or 256; a perceptron also takes 28. */
  imageSize: number;
  latentSize: number;
  epochs: number;
  batchSize: number;
  /** Weight of the KL term (VAE only). */
  beta: number;
  learningRate: number;
  seed: number;
  /** Move and scale each image so that faces lie on one another before training. */
  align: boolean;
  /** What most people leave alone. Absent values take the defaults of `engine/runs/settings.ts`. */
  tuning?: Partial<Tuning>;
}

/** The finer points of a run. */
export interface Tuning {
  /** `perceptron`: the fully connected network of the IWAE paper, for small grey images. */
  network: 'convolutional' | 'perceptron';
  /** Channels of a convolutional network. */
  width: 'small' | 'standard' | 'large';
  /** Residual blocks at each resolution: slower, sharper. */
  residualBlocks: number;
  /** How an image is distributed around its decoded mean (VAE). */
  likelihood: 'gaussian' | 'learned-sigma' | 'bernoulli';
  /** Share of the run over which β rises from 0 (VAE). */
  warmUp: number;
  /** Nats that each latent dimension may carry for free (VAE). */
  freeBits: number;
  /** Samples k of the importance-weighted bound that is maximised; 1 is the ELBO (VAE). */
  importanceSamples: number;
  /** Weight of ½‖z‖² (RAE). */
  codeWeight: number;
  schedule: 'constant' | 'cosine' | 'staircase';
  weightDecay: number;
  /** Largest global gradient norm; 0 never clips. */
  clipNorm: number;
  /** Decay of the moving average of the weights; 0 keeps none. */
  averageDecay: number;
  /** Adam's ε. */
  adamEpsilon: number;
  /** Mirror half of the images. */
  mirror: boolean;
  /** Random shift in pixels, share of the side a random crop leaves out, strength of colour jitter. */
  shift: number;
  crop: number;
  colour: number;
  /** Draw each value as 0 or 1, its brightness being the probability of 1, anew at each step. */
  binarise: boolean;
  /** Share of the images held out, 0..0.5. */
  validation: number;
  /** Ends the run after this many measurements without a better validation error; 0 never does. */
  patience: number;
  device: 'cpu' | 'gpu';
  /** Steps between checkpoints. */
  checkpointSteps: number;
}

/** What this computer has for training beside its processor. */
export interface GraphicsCard {
  /** Why it cannot be used: there is none, its driver fails, it computes wrong numbers, or it does not answer. */
  problem: 'none' | 'driver' | 'wrong' | 'silent' | null;
  /** Matrix products in the time the processor takes for one; null when it cannot be used. */
  speed: number | null;
}

export type RunId = string;

/** `running` and `paused` can change; the others are final. */
export type RunState = 'preparing' | 'running' | 'paused' | 'saving' | 'done' | 'cancelled' | 'failed';

/** One point of the live curves. Loss terms are per image, means over the steps since the last event. */
export interface TrainingProgress {
  event: 'progress';
  step: number;
  steps: number;
  epoch: number;
  epochs: number;
  imagesPerSecond: number;
  secondsLeft: number;
  loss: number;
  /** Every term of the objective by name, e.g. `reconstruction`, `kl`. */
  terms: Record<string, number>;
  /** Mean squared error per value (0..1) on held-out images, when measured at this step. */
  validationMse?: number;
}

export type TrainingEvent =
  | { event: 'preparing'; done: number; total: number; what: string }
  | { event: 'skipped'; file: string; reason: string }
  | {
      event: 'started';
      /** Steps done before: 0, or those of the checkpoint that the run continues. */
      step: number;
      images: number;
      validationImages: number;
      /** Colours of the images as trained on: 1 only when all of them are grey. */
      channels: 1 | 3;
      /** Grey images among coloured ones; they are trained on as colour. */
      greyImages: number;
      steps: number;
      parameters: number;
      /** What the run needs at its peak, estimated before it starts. */
      memoryBytes: number;
    }
  | TrainingProgress
  /** Fixed held-out images, the same reconstructed, and fixed draws from the prior decoded. */
  | { event: 'pictures'; step: number; originals: ImageBatch; reconstructions: ImageBatch; samples: ImageBatch }
  /** Of a VAE, with every frame of its film. */
  | ({ event: 'use' } & CodeUse)
  | { event: 'state'; state: RunState }
  | {
      event: 'done';
      model: string;
      steps: number;
      seconds: number;
      imagesPerSecond: number;
      loss: number;
      validationMse: number;
    }
  | ({ event: 'failed' } & Failure);

/** A run as a window that has just opened finds it. */
export interface RunSnapshot {
  id: RunId;
  settings: TrainingSettings;
  state: RunState;
  /** All progress so far (at most 2000 points, thinned), the last pictures and use of the code, the last failure. */
  progress: TrainingProgress[];
  pictures: Extract<TrainingEvent, { event: 'pictures' }> | null;
  use: CodeUse | null;
  started: Extract<TrainingEvent, { event: 'started' }> | null;
  skipped: { file: string; reason: string }[];
  done: Extract<TrainingEvent, { event: 'done' }> | null;
  failure: Failure | null;
}

/** A run whose process ended before it was done. What its last checkpoint holds is safe. */
export interface UnfinishedRun {
  /** Folder of the model to be; names the run in `continueTraining` and `discardTraining`. */
  out: string;
  settings: TrainingSettings;
  /** Steps done at the last checkpoint, 0 when there is none yet; of `steps`, null while unknown. */
  step: number;
  steps: number | null;
  /** When it was last saved, milliseconds since 1970. */
  savedAt: number;
  /** Some process is training it right now. */
  running: boolean;
}

/** What may change when a run is continued; everything else has to stay what it was. */
export type ContinueChanges = Partial<Pick<TrainingSettings, 'learningRate' | 'images'>> & {
  tuning?: Partial<Pick<Tuning, 'clipNorm' | 'checkpointSteps'>>;
};

// ---------------------------------------------------------------- scores

/** A number measured on a sample of `count`, with its 95 % bootstrap interval; null where the sample gives none. */
export interface Estimate {
  value: number;
  interval: [low: number, high: number] | null;
  count: number;
}

/** How like the images their reconstructions are, means over images. */
export interface ReconstructionScores {
  /** Mean squared error per value, 0..1. */
  mse: Estimate;
  /** Peak signal-to-noise ratio in decibels. */
  psnr: Estimate;
  /** Structural similarity, −1..1; null for images smaller than its window. */
  ssim: Estimate | null;
}

/** The distribution of an image around its decoded mean, as far as training fixed it. */
export interface LikelihoodFacts {
  kind: 'gaussian' | 'bernoulli';
  /** Standard deviation of each value, 0..1; null for Bernoulli. */
  sigma: number | null;
  /** Values were drawn as 0 or 1 by their brightness, as in training. */
  binarised: boolean;
  /** Weight of the KL term in training. With a fixed σ it is part of `sigma`: σ² = β/2. */
  beta: number;
}

/** Bounds on log p(x) of held-out images, in nats an image, constants included. */
export interface BoundScores {
  likelihood: LikelihoodFacts;
  /** Importance samples an image. */
  samples: number;
  /** E_q log p(x|z) */
  reconstruction: Estimate;
  /** KL(q(z|x) ‖ p(z)) */
  kl: Estimate;
  elbo: Estimate;
  /** The importance-weighted bound of `samples` codes. */
  iwae: Estimate;
  /** `iwae − elbo`, image by image: at most KL(q(z|x) ‖ p(z|x)) on average. */
  gap: Estimate;
  /** Importance samples that count: near 1, `iwae` is still far below log p(x). */
  effectiveSamples: Estimate;
  bySamples: { samples: number; bound: Estimate }[];
  /** Mean over images, `[latentSize]`. */
  klPerDimension: number[];
  /** Dimensions whose mean varies by more than 0.01 from image to image. */
  activeUnits: Estimate;
  latentSize: number;
}

/** What a VAE says of one face. */
export interface FaceBound {
  /** Of this one image, so that every interval is a single number. */
  bound: BoundScores;
  /** Its posterior N(μ, σ²), `[latentSize]` each. */
  mu: Float32Array;
  logVar: Float32Array;
}

/** One VAE of a family that differs in β alone. Measured on faces that none of them has seen. */
export interface BetaMember {
  beta: number;
  /** KL(q(z|x) ‖ p(z)), nats an image. */
  rate: Estimate;
  /** ‖x − f(z)‖² with z drawn from q(z|x), an image, all values 0..1. */
  distortion: Estimate;
  /** Mean over images, nats, `[latentSize]`. */
  klPerDimension: number[];
  /** Dimensions whose mean varies by more than 0.01 from image to image. */
  activeUnits: Estimate;
  /** Fréchet distance of draws from the prior to faces, comparable within the family only. */
  sampleDistance: Estimate;
  /** The family's faces, decoded from their means. */
  reconstructions: ImageBatch;
  /** The same noise for every member, decoded. */
  samples: ImageBatch;
}

/** VAEs of one network, trained on the same images with the same seed for as many steps, by ascending β. */
export interface BetaFamily {
  /** Some that no member has seen. */
  faces: ImageBatch;
  /** Fréchet distance of faces to other faces: the floor of `sampleDistance`. */
  realDistance: Estimate;
  members: BetaMember[];
}

/** How like real images a set of images is. */
export interface SampleQuality {
  /** Fréchet distance between Gaussians fitted to features; comparable only within one report's kind of features. */
  frechet: Estimate;
  /** About 1 for real images; above it, generated ones crowd where real ones are dense. */
  density: Estimate;
  /** Share of the real images with a generated one near them. */
  coverage: Estimate;
  /** Share of the generated images within the range of real ones. */
  precision: Estimate;
}

export interface SamplingScores {
  /** What counts as real: images, or where there are none what the training images' codes decode to. */
  reference: 'images' | 'reconstructions';
  featureSpace: { description: string; size: number };
  /** Images on each side of a comparison. */
  sampleSize: number;
  replicas: number;
  /** By set: `real` (the floor: other real images), `reconstructions`, `interpolations` (midpoints), `prior`, `mixture`. */
  sets: Record<string, SampleQuality>;
}

/** A Gaussian mixture fitted to a model's codes. */
export interface MixtureFacts {
  components: number;
  covariance: 'full' | 'diagonal';
  /** Codes it was fitted to. */
  codes: number;
  /** Mean log-density of codes that a fit has not seen, in nats: of the mixture, of N(0, I), and of all that were tried. */
  heldOut: number;
  priorHeldOut: number;
  candidates: { components: number; covariance: 'full' | 'diagonal'; heldOut: number }[];
  seconds: number;
}

/** Distance of codes from the codes of what they decode to, in units of the real codes' spread. */
export interface DriftScores {
  real: Estimate;
  prior: Estimate;
  mixture: Estimate | null;
}

/** How codes relate to the known factors of the images. */
export interface FactorScores {
  factors: string[];
  /** Mutual information gap, 0..1. */
  mig: Estimate;
  /** One factor a number, one number a factor, and the error of predicting factors in units of their spread. */
  disentanglement: Estimate;
  completeness: Estimate;
  informativeness: Estimate;
}

/** What lies between synthetic faces that differ in one factor alone: squared errors against the true middle. */
export interface InBetweenScores {
  /** Of the codes' midpoint, decoded. */
  midpoint: Estimate;
  /** Of the model's own reconstruction of the true middle. */
  reconstruction: Estimate;
  /** The first over the second, pair by pair; 1: in between is as good as anywhere. */
  ratio: Estimate;
  byFactor: { factor: string; ratio: Estimate }[];
}

/** What takes time when a model is measured, in about this order. */
export type ScoreStage =
  | 'reading images'
  | 'finding faces'
  | 'encoding'
  | 'fitting linear PCA'
  | 'reconstructing'
  | 'computing bounds'
  | 'fitting a mixture'
  | 'comparing samples'
  | 'measuring drift'
  | 'drawing faces in between';

/** Codes drawn at random, `[count, latentSize]`, and what they decode to. */
export interface CodeSamples {
  codes: Float32Array;
  images: ImageBatch;
}

/** What was measured of a model. A part is null where the model or the images do not allow it. */
export interface ScoreReport {
  /** The images it was measured on; null when there are none, and codes alone had to do. */
  data: {
    folder: string;
    /** `training`: held out as in training. `fixed`: another folder, a fixed fifth of it. */
    split: 'training' | 'fixed';
    trainingImages: number;
    heldOutImages: number;
    skipped: number;
  } | null;
  /** Held-out images, decoded from their codes, and beside it the nearest images of linear PCA. */
  reconstruction: {
    model: ReconstructionScores;
    pca: ReconstructionScores & { components: number };
    /** PCA's MSE minus the model's, image by image: above 0, the model is better. */
    advantage: Estimate;
  } | null;
  bound: BoundScores | null;
  mixture: MixtureFacts | null;
  sampling: SamplingScores | null;
  drift: DriftScores | null;
  factors: FactorScores | null;
  /** Measured where the images are synthetic faces. */
  inBetween: InBetweenScores | null;
  /** When, ISO 8601, and how long it took. */
  measuredAt: string;
  seconds: number;
}

// ---------------------------------------------------------------- the two sides

/** What the window may ask of the engine. Every method rejects with a `Failure`. */
export interface EngineApi {
  listModels(): Promise<ModelListing[]>;
  /** A model folder, a zipped one, or any ONNX decoder. `layout` corrects what was guessed for a foreign one. */
  openModel(path: string, layout?: DecoderLayout): Promise<{ id: ModelId; card: ModelCard }>;
  closeModel(id: ModelId): Promise<void>;
  /** Progress arrives as `onCloudProgress`; cached in the model folder when it can be. */
  cloud(id: ModelId): Promise<Cloud>;
  /**
   * Another frame of the model's cloud. Progress arrives as
   * `onFrameProgress`. A later request for the same model takes the place of this one, which then rejects with `cancelled`.
   */
  frame(id: ModelId, choice: FrameChoice): Promise<FramedCloud>;
  /** For a moving camera, as `decodeLatest`: where a code lies among the data. The first answer takes a moment longer. */
  standingLatest(id: ModelId, code: Float32Array): Promise<Standing | null>;
  /** Every code, in order. At most 4096 at a time. */
  decode(id: ModelId, codes: Float32Array): Promise<ImageBatch>;
  /** For a moving camera: answers null when a newer request came before this one could run. */
  decodeLatest(id: ModelId, code: Float32Array): Promise<ImageBatch | null>;
  /** Whether an open model and those at `paths` know the same faces by the same numbers. */
  compare(id: ModelId, paths: string[]): Promise<Comparison[]>;
  /** For the face decoded at a code, as `decodeLatest`: the terms of a VAE's bound. Takes up to a second. */
  boundLatest(id: ModelId, code: Float32Array): Promise<FaceBound | null>;
  /** What is usual among the codes of the data; measured at the first call. */
  holeScale(id: ModelId): Promise<HoleScale>;
  /** For a moving camera, as `decodeLatest`: the reading at one code. */
  holeLatest(id: ModelId, code: Float32Array): Promise<HoleReading | null>;
  /**
   * Readings over a cube, coarse to fine, whenever nobody waits for a face: finished coarser grids arrive as `onHoles`.
   * A later request for the same model takes the place of this one, which then rejects with `cancelled`.
   */
  holeMap(id: ModelId, request: HoleRequest): Promise<HoleMap>;
  /** Ends the work on the model's hole map, if there is any. */
  cancelHoleMap(id: ModelId): Promise<void>;
  /** A hole map as a file of numbers: one row a point with x, y, z, drift and log-density. */
  holeFile(map: HoleMap, format: 'csv' | 'npy'): Promise<Uint8Array>;
  /** μ of image files (an AE's code), `[n, latentSize]`, with the files that could not be read. */
  encodeFiles(
    id: ModelId,
    paths: string[],
  ): Promise<{ codes: Float32Array; skipped: { file: string; reason: string }[] }>;
  /** One decoded face as a PNG file. `size`: pixels a side; the default is the model's own. */
  png(id: ModelId, code: Float32Array, size?: number): Promise<Uint8Array>;

  /**
   * A way through codes `[k, latentSize]`, k ≥ 2, as `frames` codes. A geodesic takes a while: progress as `onPathProgress`.
   * Rejects with `cancelled` after `cancelPaths`.
   */
  tracePath(id: ModelId, kind: PathKind, stops: Float32Array, frames: number): Promise<LatentPath>;
  /** Ends the work on all paths of the model. */
  cancelPaths(id: ModelId): Promise<void>;
  /** Codes `[n, latentSize]` as a file. `fps`: frames a second of one that moves. At most 3600 frames. */
  film(id: ModelId, codes: Float32Array, format: FilmFormat, fps: number): Promise<Uint8Array>;
  /** The faces of the cloud nearest to a code, nearest first, with their distances between codes. At most 200. */
  neighbours(id: ModelId, code: Float32Array, count: number): Promise<{ faces: Uint32Array; distances: Float32Array }>;
  /** The groups kept for this model's faces, in order. */
  faceGroups(id: ModelId): Promise<FaceGroup[]>;
  /** At most 100. */
  keepFaceGroups(id: ModelId, groups: FaceGroup[]): Promise<void>;
  /** The bookmarks kept for this model, in order. */
  bookmarks(id: ModelId): Promise<Bookmark[]>;
  keepBookmarks(id: ModelId, bookmarks: Bookmark[]): Promise<void>;
  /** How the model came to be. Rejects with `not-found` for a model without a film. */
  trainingFilm(id: ModelId): Promise<TrainingFilm>;
  /** What was measured of the model in this session, or is kept with it; null when nothing was. */
  scores(id: ModelId): Promise<ScoreReport | null>;
  /**
   * Measures the model on a folder of images, or without one on its codes alone, and fits a mixture to its codes. Progress
   * as `onScoreProgress`; a later call for the same model ends an earlier one with `cancelled`.
   */
  score(id: ModelId, folder: string | null): Promise<ScoreReport>;
  cancelScore(id: ModelId): Promise<void>;
  /** At most 256, the same for the same seed. `mixture`: the one that `score` has fitted in this session. */
  samples(id: ModelId, from: 'prior' | 'mixture', count: number, seed: number): Promise<CodeSamples>;

  /** What changes with β, on the VAEs that ship for it; null where there are none. `seed` names the noise of the samples. */
  betaFamily(seed: number): Promise<BetaFamily | null>;

  listFolder(path?: string): Promise<FolderListing>;
  /** Looks at every image's header and decodes the preview. Progress as `onFolderProgress`. */
  inspectFolder(path: string, imageSize: number, align: boolean): Promise<FolderReport>;
  /**
   * The folder of `count` synthetic faces, drawn when they are not there yet. Progress as `onFacesProgress`; a later call
   * takes the place of this one.
   */
  syntheticFaces(count: number, seed: number, imageSize: number): Promise<string>;
  /** Ends the drawing under way, if any: it rejects with `cancelled`. */
  cancelSyntheticFaces(): Promise<void>;

  /** Tries the graphics card, which may take seconds the first time. */
  graphicsCard(): Promise<GraphicsCard>;
  startTraining(settings: TrainingSettings): Promise<RunId>;
  pauseTraining(id: RunId): Promise<void>;
  resumeTraining(id: RunId): Promise<void>;
  /** Ends the run now and keeps what was learned as a model. */
  stopTraining(id: RunId): Promise<void>;
  /** Ends the run now and keeps nothing. */
  cancelTraining(id: RunId): Promise<void>;
  runs(): Promise<RunSnapshot[]>;
  /** Runs that were interrupted, the latest first: in the library and beside models opened before. */
  unfinishedRuns(): Promise<UnfinishedRun[]>;
  /** Continues an unfinished run from its last checkpoint. */
  continueTraining(out: string, changes?: ContinueChanges): Promise<RunId>;
  /** Forgets an unfinished run and what it learned. A model at `out` stays. */
  discardTraining(out: string): Promise<void>;
}

/** What the engine tells the window unasked. */
export interface WindowApi {
  onTraining(id: RunId, event: TrainingEvent): void;
  onCloudProgress(id: ModelId, done: number, total: number): void;
  /** Share of the work on a frame that is done, 0..1. */
  onFrameProgress(id: ModelId, share: number): void;
  /** Share of the work on a path that is done, 0..1, and its codes so far, `[n, latentSize]`. */
  onPathProgress(id: ModelId, kind: PathKind, share: number, codes: Float32Array): void;
  onFolderProgress(path: string, done: number, total: number): void;
  onFacesProgress(done: number, total: number): void;
  /** Points of a hole map measured so far; `map`: a grid of it, coarser than asked for, was finished with the last. */
  onHoles(id: ModelId, done: number, total: number, map: HoleMap | null): void;
  onScoreProgress(id: ModelId, stage: ScoreStage, done: number, total: number): void;
  /** The list of models changed (a run ended, a model was opened). */
  onModelsChanged(): void;
}

// ---------------------------------------------------------------- what a host gives the renderer

/**
 * Why a channel closed. `restarted`: the engine died and a new one runs, open a new channel. `ended`: the engine
 * died and stays down. `stopped`: the whole app was stopped, or this side closed the channel.
 */
export type CloseReason = 'restarted' | 'ended' | 'stopped';

/** A two-way pipe of messages, each already decoded to plain values and typed arrays. */
export interface Channel {
  post(message: unknown): void;
  listen(onMessage: (message: unknown) => void): void;
  /** Called once when the other side is gone. */
  onClose(onClosed: (reason: CloseReason) => void): void;
  close(): void;
}

/** `window.latentscape`, present only where a host has more than a browser offers (Electron's preload). */
export interface HostBridge {
  kind: 'electron';
  /** Asks for a pipe to the engine; its MessagePort arrives as a window message. False when the engine is down for good. */
  connect(): Promise<boolean>;
  /** Why the last pipe closed. */
  closeReason(): Promise<CloseReason>;
  /** A native folder dialog; null when dismissed. */
  pickFolder(): Promise<string | null>;
  /** A native file dialog for models and images; null when dismissed. */
  pickFile(extensions: string[]): Promise<string | null>;
  /** The real path of a dropped file. */
  pathOf(file: File): string;
  /** `open` gets the path of each model opened from outside the page: the menu, a double click on a file. Earlier ones too. */
  onOpenFile(open: (path: string) => void): void;
}
