/** Training runs: settings, progress, and those left unfinished. */
import type { Failure } from './errors';
import type { Curation, ImageBatch, ImageStage, SkippedImage } from './images';
import type { Motif } from './motif';

export type TrainableKind = 'ae' | 'vae' | 'rae';

/** Everything that decides a training run: same settings, images and machine → the same weights. */
export interface TrainingSettings {
  kind: TrainableKind;
  images: string;
  /** Folder of the model to write. Absent: a new folder in the library named after `name`. */
  out?: string;
  name: string;
  /** Pixels across: a multiple of 16 from 32 to 320; a perceptron also takes 28. */
  imageSize: number;
  /** Pixels down, likewise; absent: as many. */
  imageHeight?: number;
  latentSize: number;
  epochs: number;
  batchSize: number;
  /** Weight of the KL term (VAE only). */
  beta: number;
  learningRate: number;
  seed: number;
  /** Move and scale each image so that faces lie on one another before training. */
  align: boolean;
  /** What the images show; absent: faces. */
  motif?: Motif;
  /** What a person has decided about single images. Absent: all are used alike. */
  curation?: Curation;
  /** A model of ours that training starts from: the networks must be its own. Absent: random weights. */
  from?: string;
  /** What most people leave alone. Absent values take the defaults of `engine/runs/settings/settings.ts`. */
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
  /** Lay the codes onto the prior at the end, see `engine/training/whitening.ts` (VAE). */
  whiten: boolean;
  /** Samples k of the importance-weighted bound that is maximised; 1 is the ELBO (VAE). */
  importanceSamples: number;
  /** Weight of ½‖z‖² (RAE). */
  codeWeight: number;
  /** Share of the run, at its end, in which the decoder is trained against a discriminator as well: VAE-GAN (VAE). */
  adversarial: number;
  /** Share of the run, at its start, over which a linear autoencoder (PCA) hands over to the networks; 0: they begin alone. */
  linearStart: number;
  /** `muon`: momentum made orthogonal, for the matrices between the first and the last layer; Adam for the rest. */
  optimiser: 'muon' | 'adam';
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
  /** Draw each value as 0 or 1, its brightness being the probability of 1, again at each step. */
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

/** A run that is not begun: its settings without places. */
export type PlannedRun = Omit<TrainingSettings, 'images' | 'out' | 'name' | 'from'>;

/** What a run would take on this computer, from steps that were tried. */
export interface RunEstimate {
  steps: number;
  /** Of training, after the images are read; null where a step could not be tried. */
  seconds: number | null;
  /** Its peak, and what can be had at this moment. */
  memoryBytes: number;
  freeBytes: number;
}

export type RunId = string;

/** `running` and `paused` can change; the others are final. */
export type RunState = 'preparing' | 'running' | 'paused' | 'saving' | 'done' | 'cancelled' | 'failed';

/** `all`: no unit of a VAE's code is active; `most`: less than half are; see `engine/space/posteriors/collapse.ts`. */
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

/** One point of the live curves. Loss terms are per image, means over the steps since the last event. */
export interface TrainingProgress {
  event: 'progress';
  step: number;
  steps: number;
  epoch: number;
  epochs: number;
  imagesPerSecond: number;
  secondsLeft: number;
  /** Share that PCA still has in what is made of an image, where the run began as PCA; absent when it has none. */
  linearShare?: number;
  loss: number;
  /** Every term of the objective by name, e.g. `reconstruction`, `kl`. */
  terms: Record<string, number>;
  /** Mean squared error per value (0..1) on held-out images, when measured at this step. */
  validationMse?: number;
}

/** What takes time before the first step. */
export type PreparingStage =
  ImageStage | 'fitting linear PCA' | 'trying the graphics card' | 'compiling the network for the card';

/**
 * Something that a run does not recover from by itself, told when it begins. `alike`: all reconstructions are about the
 * same; `copies`: most images are copies of others; `stalled`: the held-out error no longer falls, long before the end; the
 * discriminator of a VAE-GAN tells everything apart, or nothing.
 */
export interface TrainingWarning {
  event: 'warning';
  step: number;
  what: 'alike' | 'copies' | 'stalled' | 'discriminator wins' | 'discriminator loses';
}

/** What the networks make of images and of noise during a run. */
export interface TrainingPictures {
  event: 'pictures';
  step: number;
  /** Fixed held-out images, and the same reconstructed. */
  originals: ImageBatch;
  reconstructions: ImageBatch;
  /** Decoded: draws from the prior N(0, I), the same ones each time. */
  samples: ImageBatch;
  /** Decoded: draws from a mixture fitted to the codes as they are now; null while they have no distribution to speak of. */
  fromMixture: ImageBatch | null;
}

export type TrainingEvent =
  | { event: 'preparing'; done: number; total: number; stage: PreparingStage }
  | ({ event: 'skipped' } & SkippedImage)
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
  | TrainingPictures
  /** Of a VAE, with every frame of its film. */
  | ({ event: 'use' } & CodeUse)
  | TrainingWarning
  | { event: 'state'; state: RunState }
  | {
      event: 'done';
      model: string;
      steps: number;
      seconds: number;
      imagesPerSecond: number;
      /** Mean of the steps before the end; absent where no step was taken, or none is known. */
      loss?: number;
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
  pictures: TrainingPictures | null;
  use: CodeUse | null;
  /** The last one. */
  warning: TrainingWarning | null;
  started: Extract<TrainingEvent, { event: 'started' }> | null;
  skipped: SkippedImage[];
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

/** What of a run the model decides that it starts from. */
export type StartingNetwork = Pick<TrainingSettings, 'imageSize' | 'imageHeight' | 'latentSize' | 'motif'> &
  Pick<Tuning, 'network' | 'width' | 'residualBlocks'>;

export interface TrainingRequests {
  /** The networks of one of our models, which a run that starts from it goes on with. */
  startingNetwork(file: string): Promise<StartingNetwork>;
  /** Tries the graphics card, which may take seconds the first time. */
  graphicsCard(): Promise<GraphicsCard>;
  /**
   * Tries a few steps of a run on `count` images, which takes seconds; what was tried once is known. One that cannot fit
   * into memory is not tried.
   */
  estimateRun(planned: PlannedRun, count: number, channels: 1 | 3): Promise<RunEstimate>;
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

export interface TrainingEvents {
  onTraining(id: RunId, event: TrainingEvent): void;
}
