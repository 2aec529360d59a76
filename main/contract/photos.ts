/** Photos that people bring into a model's space. */
import type { Typicality } from './faces';
import type { ImageBatch } from './images';
import type { ModelId } from './models';

/** A square part of a photo, in multiples of its shorter side. It may reach outside the photo. */
export interface PhotoFrame {
  left: number;
  top: number;
  side: number;
}

/** A photo that is looked at. */
export interface Photo {
  /** Upright, its longer side at most 512 pixels. */
  picture: ImageBatch;
  frame: PhotoFrame;
  /**
   * How the frame was found: round the face, as in the images trained on; at the usual place, because no face was found; in
   * the middle, as of the images of a model whose faces were not aligned, or that does not say.
   */
  found: 'face' | 'usual-place' | 'middle';
}

/** A framed photo as the model sees it. */
export interface Projection {
  /** `[latentSize]`: the posterior's mean, an AE's code, or for a decoder the code whose image is closest. */
  code: Float32Array;
  /** Both of the model's size: what is in the frame, and what the code decodes to. */
  original: ImageBatch;
  reconstruction: ImageBatch;
  /** Mean squared error between the two, values 0..1; `usualMse`: of images held out in training, null where not known. */
  mse: number;
  usualMse: number | null;
  /** Where the code lies among the data. */
  typicality: Typicality;
}

/** A photo that is kept: one of the faces of every model of the same images. */
export interface KeptPhoto {
  id: string;
  /** 1 to 80 characters. */
  name: string;
  /** Its number in the cloud. */
  face: number;
  original: ImageBatch;
}

export interface PhotoRequests {
  /** Opens an image file of at most 64 MiB and finds the face in it. It takes the place of the photo looked at before. */
  lookAtPhoto(id: ModelId, photo: Uint8Array, name: string): Promise<Photo>;
  /**
   * The code of the photo looked at. For a decoder without an encoder it is searched for: progress as `onPhotoProgress`. A
   * later call takes the place of this one, which then rejects with `cancelled`, as after `cancelPhoto`.
   */
  projectPhoto(id: ModelId, frame: PhotoFrame): Promise<Projection>;
  cancelPhoto(id: ModelId): Promise<void>;
  /** Keeps the photo projected last as a face of the model's cloud, which `cloud` then has. At most 200. */
  keepPhoto(id: ModelId, name: string): Promise<KeptPhoto>;
  /** Those of the cloud as it was asked for last, in its order. */
  photos(id: ModelId): Promise<KeptPhoto[]>;
  /** Faces after it move up by one. Groups, traits and places that named it do so no more. */
  forgetPhoto(id: ModelId, photo: string): Promise<void>;
  /** Undoes a `forgetPhoto` of this window, with all that named the photo. */
  takeBackPhoto(id: ModelId, photo: string): Promise<void>;
}

export interface PhotoEvents {
  /** Share of the search for a code that is done, 0..1. */
  onPhotoProgress(id: ModelId, share: number): void;
}
