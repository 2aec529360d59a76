import type { FaceBound } from '../../contract';
import { Geometry } from './geometry';
import type { Model } from '../models';
import { latestOnly } from '../scheduling/latest';
import type { Priority } from '../scheduling/priority';
import { faceBound } from '../scores';
import { cloudCodes } from './cloud';
import { Holes } from './holes';

/** Importance samples for the face one looks at: a fraction of a second. */
const FACE_SAMPLES = 64;

/** A model as one window has it open. */
export class OpenModel {
  /** Aborted when the model is closed: what is still computed for it ends. */
  readonly closing = new AbortController();
  /** Aborted when the paths that are being traced are no longer wanted. */
  pathing = new AbortController();
  /** Takes up to a second, and may be asked for again before that. */
  readonly boundLatest: (code: Float32Array) => Promise<FaceBound | null>;
  readonly holes: Holes;
  readonly geometry: Geometry;
  /** Aborted when the file that is being written is no longer wanted. */
  exporting = new AbortController();
  /** Aborted when the hole map that is being measured is no longer wanted. */
  mapping = new AbortController();

  constructor(
    readonly model: Model,
    priority: Priority,
  ) {
    this.boundLatest = latestOnly((code) => faceBound(model, code, FACE_SAMPLES));
    this.holes = new Holes(model, priority);
    const { latentSize } = model.card;
    this.geometry = new Geometry({
      codes: cloudCodes(model),
      logVar: model.logVar,
      latentSize,
      data: model.codes !== null,
    });
  }

  readonly close = async (): Promise<void> => {
    this.closing.abort();
    this.geometry.dispose();
    await this.model.release();
  };
}
