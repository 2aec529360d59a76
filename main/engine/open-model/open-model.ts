import type { FaceBound, HoleReading, ImageBatch, Standing } from '../../contract';
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
  readonly decodeLatest: (code: Float32Array) => Promise<ImageBatch | null>;
  readonly boundLatest: (code: Float32Array) => Promise<FaceBound | null>;
  readonly holes: Holes;
  readonly holeLatest: (code: Float32Array) => Promise<HoleReading | null>;
  readonly geometry: Geometry;
  readonly standingLatest: (code: Float32Array) => Promise<Standing | null>;
  /** Aborted when the hole map that is being measured is no longer wanted. */
  mapping = new AbortController();

  constructor(
    readonly model: Model,
    priority: Priority,
  ) {
    this.decodeLatest = latestOnly((code) => priority.urgent(() => model.decodePixels(code)));
    this.boundLatest = latestOnly((code) => faceBound(model, code, FACE_SAMPLES));
    this.holes = new Holes(model, priority);
    this.holeLatest = latestOnly((code) => priority.urgent(() => this.holes.at(code)));
    const { latentSize } = model.card;
    this.geometry = new Geometry({
      codes: cloudCodes(model),
      logVar: model.logVar,
      latentSize,
      data: model.codes !== null,
    });
    this.standingLatest = latestOnly((code) => this.geometry.standing(code));
  }

  readonly close = async (): Promise<void> => {
    this.closing.abort();
    this.geometry.dispose();
    await this.model.release();
  };
}
