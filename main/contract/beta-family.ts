/** VAEs that differ in β alone. */
import type { ImageBatch } from './images';
import type { Estimate } from './scores';

/** One VAE of a family that differs in β alone. Measured on faces that none of them has seen. */
export interface BetaMember {
  beta: number;
  /** KL(q(z|x) ‖ p(z)), nats per image. */
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

export interface BetaFamilyRequests {
  /** What changes with β, on the VAEs that ship for it; null where there are none. `seed` names the noise of the samples. */
  betaFamily(seed: number): Promise<BetaFamily | null>;
}
