/** Frames: what to see a code space by. */
import type { ModelId } from './models';

/** What to see the space by. Faces are numbers in the cloud. */
export type FrameChoice =
  /** The three directions in which the codes vary most. */
  | { kind: 'principal' }
  /** Three different latents, counted from 0. */
  | { kind: 'latents'; latents: [number, number, number] }
  /** Face A is the origin; B, C and D lie ten scene units along the axes, whatever the model. */
  | { kind: 'faces'; faces: [number, number, number, number] }
  /**
   * One to three directions in code space, `[latentSize]` each: along each axis one attribute changes. Axes that are left
   * show in what the codes vary most beside them.
   */
  | { kind: 'attributes'; directions: Float32Array[] }
  /** UMAP: neighbours stay neighbours. Takes a while. */
  | { kind: 'layout' };

/**
 * Maps scene coordinates p ∈ R³ to codes: `z = origin + B·p`.
 * `axes` holds the three columns of B one after the other, `[3, latentSize]`; they need be neither orthogonal nor of one
 * length, and one that is zero, or depends on those before it, shows nothing new.
 */
export interface LinearFrame {
  kind: Exclude<FrameChoice['kind'], 'layout'>;
  origin: Float32Array;
  axes: Float32Array;
  /** Share of the codes' variance that each of the three axes adds to those before it, 0..1. */
  variance: [number, number, number];
  /** Share of the codes' variance that the frame omits, 0..1. */
  omitted: number;
}

/**
 * Codes laid out so that neighbours stay neighbours (UMAP). There is no formula from place to code: between the faces laid
 * out, codes are interpolated.
 */
export interface LayoutFrame {
  kind: 'layout';
  /** The codes laid out, `[n, latentSize]`: the cloud's, or a part of them when there are very many. */
  codes: Float32Array;
  /** Where they lie, `[n, 3]`. */
  positions: Float32Array;
  /** Share of the codes' variance that interpolation between neighbours in the layout misses, 0..1. */
  omitted: number;
}

/** What scene coordinates mean in code space. `codesAt` and `toScene` of `engine/space/frames/frame.ts` map to and fro. */
export type Frame = LinearFrame | LayoutFrame;

/**
 * What a frame does not show, as coordinates to be steered by hand, those that matter most first; at most 64. Along
 * direction u a code z lies at `(z − codesAt(frame, p)) · u`.
 */
export interface HiddenCoordinates {
  /** Unit vectors, `[m, latentSize]`, at right angles to one another, and to the axes of a linear frame. */
  directions: Float32Array;
  /** Where each direction is a latent, its number; else null. */
  latents: number[] | null;
  /** What `weights` are. `kl`: nats, the mean KL(q(z|x) ‖ p(z)) along the direction; `variance`: share of the codes' variance. */
  measure: 'kl' | 'variance';
  weights: Float32Array;
  /** Standard deviation of the codes along each direction, code units. */
  spreads: Float32Array;
}

/** A cloud as a frame shows it. */
export interface FramedCloud {
  frame: Frame;
  /** `[count, 3]`, the codes projected into `frame`. */
  positions: Float32Array;
  hidden: HiddenCoordinates;
}

export interface FrameRequests {
  /**
   * Another frame of the model's cloud. Progress arrives as `onFrameProgress`. A later request for the same model takes the
   * place of this one, which then rejects with `cancelled`.
   */
  frame(id: ModelId, choice: FrameChoice): Promise<FramedCloud>;
}

export interface FrameEvents {
  /** Share of the work on a frame that is done, 0..1. */
  onFrameProgress(id: ModelId, share: number): void;
}
