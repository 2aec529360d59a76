/** What every objective produces, and what it is computed from. */
import type { Val } from '../graph';

/** A batch of images, decoded. */
export interface Reconstruction {
  /** The target images, as the graph's input lays them out. */
  image: Val;
  /** What the decoder says, before the sigmoid. */
  logits: Val;
  channels: number;
  /** Values (pixels × colours) of one image. */
  values: number;
}

/** A scalar to minimise and named scalars to watch, all per image. */
export interface Objective {
  loss: Val;
  terms: Record<string, Val>;
}
