/** What a model can do, measured. */
import type { ImageBatch, ImageStage } from './images';
import type { ModelId } from './models';

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
  /** Of the same sets, the mean squared difference of neighbouring pixels over that of the real images: 1 is as sharp. */
  gradientEnergy?: Record<string, number>;
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
  | ImageStage
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

export interface ScoreRequests {
  /**
   * For the face decoded at a code: the terms of a VAE's bound. Takes up to a second; null when a newer request came before
   * this one could run.
   */
  boundLatest(id: ModelId, code: Float32Array): Promise<FaceBound | null>;
  /** What was measured of the model since the engine started, or is kept with it; null when nothing was. */
  scores(id: ModelId): Promise<ScoreReport | null>;
  /**
   * Measures the model on a folder of images, or without one on its codes alone, and fits a mixture to its codes. Progress
   * as `onScoreProgress`; a later call for the same model ends an earlier one with `cancelled`.
   */
  score(id: ModelId, folder: string | null): Promise<ScoreReport>;
  /**
   * Fits a mixture to the model's codes and nothing more: what was measured stays. Progress and cancelling as `score`.
   */
  fitMixture(id: ModelId): Promise<MixtureFacts>;
  cancelScore(id: ModelId): Promise<void>;
  /** At most 256, the same for the same seed. `mixture`: the one that `score` or `fitMixture` has fitted since the engine started. */
  samples(id: ModelId, from: 'prior' | 'mixture', count: number, seed: number): Promise<CodeSamples>;
}

export interface ScoreEvents {
  onScoreProgress(id: ModelId, stage: ScoreStage, done: number, total: number): void;
}
