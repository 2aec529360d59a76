/** A thread that decodes images: a photograph from a phone takes up to a second. */
import { answerJobs } from '../../scheduling/pool';
import { decode, type DecodedFormat } from './decode';
import { type Raster, UnreadableImage } from './raster';

export interface DecodeJob {
  bytes: Uint8Array;
  format: DecodedFormat;
}

// Libraries report broken files to the console, where our own results go.
Object.assign(console, { log() {}, info() {}, warn() {}, error() {} });

answerJobs<DecodeJob, Raster>(
  async ({ bytes, format }) => {
    try {
      return { result: await decode(bytes, format) };
    } catch (error) {
      if (error instanceof UnreadableImage) return { refused: error.reason };
      throw error;
    }
  },
  ({ data }) => [data.buffer as ArrayBuffer],
);
