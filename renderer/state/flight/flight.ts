import type { Cloud, DecoderLayout, ModelCard, ModelId } from '../../../main/contract';
import { nearest } from '../../../main/engine/maths/nearest';
import type { Thumbnails } from './thumbnails';

/** A model with everything it takes to fly through it. */
export interface Flight {
  id: ModelId;
  card: ModelCard;
  /** What of the decoder's layout a person has corrected. */
  corrected?: Partial<DecoderLayout>;
  cloud: Cloud;
  thumbnails: Thumbnails;
  /** Median distance between neighbouring codes; null with fewer than two. */
  spacing: number | null;
  /**
   * The face seen nearest to the middle of the cloud in its frame; null where the cloud shows no faces. Not the one whose
   * code is nearest to the mean: hardly any face is as blurred.
   */
  middle: number | null;
}

/** The face nearest to where flights start; null when there are none. */
export function middleOf({ positions }: Pick<Cloud, 'positions'>): number | null {
  return nearest(positions, [0, 0, 0])?.index ?? null;
}
