/** From codes to images and back. */
import type { ImageBatch, SkippedImage } from './images';
import type { ModelId } from './models';

/** One face, as it can be had while one flies. */
export interface LiveImage extends ImageBatch {
  /** It is smaller than the decoder's own picture, and only like it: `decode` has the whole one. */
  coarse: boolean;
}

export interface CodeRequests {
  /** Every code, in order. At most 4096 at a time; work on the side waits meanwhile. */
  decode(id: ModelId, codes: Float32Array): Promise<ImageBatch>;
  /** One face for a camera that moves: coarse where the decoder takes longer than a frame of the display, once it can be. */
  decodeLive(id: ModelId, code: Float32Array): Promise<LiveImage>;
  /** μ of image files (an AE's code), `[n, latentSize]`, with the files that could not be read. */
  encodeFiles(id: ModelId, paths: string[]): Promise<{ codes: Float32Array; skipped: SkippedImage[] }>;
}
