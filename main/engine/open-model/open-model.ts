import type { FaceBound, SuggestedTrait } from '../../contract';
import { Geometry } from './geometry';
import type { Mixture } from '../maths/gaussian-mixture';
import type { Model } from '../models';
import { latestOnly } from '../scheduling/latest';
import type { Priority } from '../scheduling/priority';
import { faceBound } from '../scores';
import { cloudCodes } from './cloud';
import { joined } from '../maths/joined';
import { Holes } from './holes';
import { LiveDecoder } from './live-decoder';
import type { LookedAt } from './photos/look';
import { noPhotos, type OwnPhotos } from './photos/own-photos';

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
  readonly live: LiveDecoder;
  readonly geometry: Geometry;
  /** Aborted when the file that is being written is no longer wanted. */
  exporting = new AbortController();
  /** Aborted when the hole map that is being measured is no longer wanted. */
  mapping = new AbortController();
  /** Aborted when the code of a photo is no longer wanted. */
  projecting = new AbortController();
  /** The photo that the window looks at. */
  looked: LookedAt | null = null;
  /** Of its codes, quickly fitted; null until one is drawn from. */
  mixture: Promise<Mixture> | null = null;
  /** Traits that are known of its images; null until they are asked for. */
  suggested: Promise<SuggestedTrait[]> | null = null;
  #photos = noPhotos();

  constructor(
    readonly model: Model,
    priority: Priority,
  ) {
    this.boundLatest = latestOnly((code) => faceBound(model, code, FACE_SAMPLES));
    this.holes = new Holes(model, priority);
    this.live = new LiveDecoder(model, this.closing.signal);
    const { latentSize } = model.card;
    this.geometry = new Geometry({
      codes: cloudCodes(model),
      logVar: model.logVar,
      latentSize,
      data: model.codes !== null,
    });
  }

  /** A person's own photos, which are the last faces of its cloud. */
  get photos(): OwnPhotos {
    return this.#photos;
  }

  set photos(photos: OwnPhotos) {
    this.#photos = photos;
    this.geometry.photos = photos.codes;
  }

  /** How many faces come before a person's own photos. */
  get facesTrainedOn(): number {
    return cloudCodes(this.model).length / this.model.latentSize;
  }

  /** The codes of all faces of its cloud, `[count, latentSize]`. */
  get faceCodes(): Float32Array {
    return joined(cloudCodes(this.model), this.#photos.codes);
  }

  readonly close = async (): Promise<void> => {
    this.closing.abort();
    this.geometry.dispose();
    await this.live.release();
    await this.model.release();
  };
}
