/** Faces that nobody has: codes drawn from what a model has learned. */
import type { ModelId } from './models';
import type { CodeSamples } from './scores';

/** `prior`: N(0, I), or what stands for it in the model; `mixture`: Gaussians fitted to the model's codes. */
export type DrawnFrom = 'prior' | 'mixture';

export interface NewFaces extends CodeSamples {
  from: DrawnFrom;
}

export interface NewFaceOptions {
  /** Null: the prior of a VAE and of a decoder, which were trained with one; a mixture for others. */
  from: DrawnFrom | null;
  /** 1 to 256. */
  count: number;
  seed: number;
  /** Passes over draws that lie in a hole, as far as that is known, unless most of them do. */
  plausible: boolean;
}

export interface NewFaceRequests {
  /** The same for the same options. A mixture that was not fitted before is fitted to a part of the codes: a second or two. */
  drawFaces(id: ModelId, options: NewFaceOptions): Promise<NewFaces>;
}
