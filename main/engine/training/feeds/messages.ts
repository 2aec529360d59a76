/** What the thread that prepares feeds shares with the one that trains. */
import type { ImageLayout } from '../ops/convolution';
import type { Images } from './batches';
import type { FeedsConfig } from './feeds';

export interface FeedsJob {
  images: Images;
  layout: ImageLayout;
  config: FeedsConfig;
  /** Where a step's feeds are put, by name: `Float32Array`s. */
  shared: Record<string, SharedArrayBuffer>;
  /** An `Int32Array` of two numbers of steps, at `WANTED` and `READY`. */
  control: SharedArrayBuffer;
}

/** The step whose feeds are to be made; `END` when no more are. */
export const WANTED = 0;
/** The step whose feeds are there; `NOT_STARTED` before the thread runs, `NONE` before it has made any. */
export const READY = 1;
export const [NONE, END, NOT_STARTED] = [-1, -2, -3];
