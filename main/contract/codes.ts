/** From codes to images and back. */
import type { ImageBatch } from './images';
import type { ModelId } from './models';

export interface CodeRequests {
  /** Every code, in order. At most 4096 at a time. */
  decode(id: ModelId, codes: Float32Array): Promise<ImageBatch>;
  /** For a moving camera: answers null when a newer request came before this one could run. */
  decodeLatest(id: ModelId, code: Float32Array): Promise<ImageBatch | null>;
  /** μ of image files (an AE's code), `[n, latentSize]`, with the files that could not be read. */
  encodeFiles(
    id: ModelId,
    paths: string[],
  ): Promise<{ codes: Float32Array; skipped: { file: string; reason: string }[] }>;
}
