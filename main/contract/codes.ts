/** From codes to images and back. */
import type { ImageBatch, SkippedImage } from './images';
import type { ModelId } from './models';

export interface CodeRequests {
  /** Every code, in order. At most 4096 at a time; work on the side waits meanwhile. */
  decode(id: ModelId, codes: Float32Array): Promise<ImageBatch>;
  /** μ of image files (an AE's code), `[n, latentSize]`, with the files that could not be read. */
  encodeFiles(id: ModelId, paths: string[]): Promise<{ codes: Float32Array; skipped: SkippedImage[] }>;
}
