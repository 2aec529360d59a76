import type { DecoderLayout } from '../../../contract';
import type { CoarseDecoder } from './coarse';

/** What the engine asks of the process. */
export interface Ask {
  file: string;
  /** As the model was understood; undefined for one that says itself what it is. */
  layout: DecoderLayout | undefined;
  /** Of the model that is meant: another one may lie there by now. */
  fingerprint: string;
  /** See `coarseDecoder`. */
  most: number;
}

/** `coarse`: null where the decoder has none. `failed`: why it was not looked for. */
export type Answer = { coarse: CoarseDecoder | null } | { failed: string };
