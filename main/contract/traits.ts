/** Traits: what some faces have and others have not, as directions in code space. */
import type { ListChange } from './kept';
import type { ModelId } from './models';
import type { Estimate } from './scores';

/** The faces that tell what a trait is, as numbers in the cloud. */
export interface TraitSides {
  /** At least one. */
  withIt: Uint32Array;
  /** None: all the other faces stand for them. */
  without: Uint32Array;
}

/** A trait that a person keeps, for all models of the same images. */
export interface Trait extends TraitSides {
  id: string;
  /** 1 to 80 characters. */
  name: string;
}

/** Traits that are known of a model's images: factors that synthetic faces were drawn from, or measured in the pictures. */
export type SuggestedName =
  | 'smile'
  | 'glasses'
  | 'beard'
  | 'age'
  | 'hairLength'
  | 'hairColour'
  | 'curl'
  | 'fringe'
  | 'skin'
  | 'jaw'
  | 'width'
  | 'eyeSize'
  | 'browThickness'
  | 'mouthWidth'
  | 'lips'
  | 'yaw'
  | 'pitch'
  | 'light'
  | 'lightSide'
  | 'background'
  | 'warmth';

export interface SuggestedTrait extends TraitSides {
  name: SuggestedName;
  /** `factors`: of the drawing; `pictures`: of the decoded faces. */
  by: 'factors' | 'pictures';
}

/** How much of something the drawings of synthetic faces have; `values`: one for each face trained on. */
export interface Factor {
  name: SuggestedName;
  values: Float32Array;
}

/** What a trait is in one model. */
export interface TraitMeasure {
  /** From the mean code of the faces without to that of those with it, `[latentSize]`; all 0 where both are one. */
  direction: Float32Array;
  /** The code half-way between both means, `[latentSize]`. */
  middle: Float32Array;
  withIt: number;
  without: number;
  /**
   * Share of faces told right, by directions found without them: the mean of both sides, 0.5 by chance. Null with fewer
   * than ten faces on a side.
   */
  accuracy: Estimate | null;
}

export interface TraitRequests {
  /** The traits kept for this model's faces, in order. */
  traits(id: ModelId): Promise<Trait[]>;
  /** At most 100. Answers with the list as it is then: another window may have changed it as well. */
  changeTraits(id: ModelId, change: ListChange<Trait>): Promise<Trait[]>;
  /** What is known of the model's images without anybody's labels; none for draws from a prior. Takes a second at first. */
  suggestedTraits(id: ModelId): Promise<SuggestedTrait[]>;
  /** The factors that synthetic faces were drawn from, a value a face; none for other images. */
  factors(id: ModelId): Promise<Factor[]>;
  /** At most 100, in order. */
  measureTraits(id: ModelId, traits: TraitSides[]): Promise<TraitMeasure[]>;
}
