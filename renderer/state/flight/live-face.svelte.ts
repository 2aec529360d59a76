/** The face decoded where one is: at most one decode at a time, and none of a place that one has left. */
import type { ImageBatch, LiveImage, ModelId } from '../../../main/contract';
import { Newest } from '../../scheduling/newest';
import type { Engine } from '../window/engine-client';

/** Milliseconds without a newer place after which one has come to rest: a coarse face gives way to the whole one. */
const RESTING_MS = 80;

export interface DecodedFace {
  /** Smaller than the model's own where a slow decoder could not keep the display's pace. */
  image: ImageBatch;
  /** What it was decoded from, and by which model. */
  code: Float32Array;
  model: ModelId;
}

interface Wanted {
  code: Float32Array;
  /** By the whole decoder, however long it takes. */
  whole: boolean;
}

export class LiveFace {
  /** While another model takes over it is the earlier one's. */
  shown = $state.raw<DecodedFace | null>(null);
  /** `live`: the face shown is the one wanted, and whole; `moving`: a newer one, or the whole one, is on its way. */
  state = $state<'empty' | 'live' | 'moving' | 'failed'>('empty');
  #model: ModelId | null = null;
  #resting: ReturnType<typeof setTimeout> | undefined;
  readonly #decoder: Newest<Wanted, ImageBatch | LiveImage>;

  constructor(engine: Engine) {
    this.#decoder = new Newest({
      ask: ({ code, whole }) => (whole ? engine.decode(this.#model!, code) : engine.decodeLive(this.#model!, code)),
      done: (image, { code }, newest) => {
        this.shown = { image, code, model: this.#model! };
        const coarse = 'coarse' in image && image.coarse;
        this.state = newest && !coarse ? 'live' : 'moving';
        if (newest && coarse) this.#resting = setTimeout(() => this.want(code, { whole: true }), RESTING_MS);
      },
      failed: () => (this.state = 'failed'),
    });
  }

  /** Another model decodes from now on. Whatever the earlier one still answers is dropped. */
  use(model: ModelId): void {
    this.#model = model;
    this.#drop();
  }

  /** No model decodes any more, and no face is shown. */
  clear(): void {
    this.#model = null;
    this.#drop();
    this.shown = null;
    this.state = 'empty';
  }

  #drop(): void {
    clearTimeout(this.#resting);
    this.#decoder.drop();
  }

  /**
   * Asks for a face. The code is kept as it is: hand over one that does not change.
   * @param whole rather late than coarse, where the decoder is slow
   */
  want(code: Float32Array, { whole = false } = {}): void {
    if (this.#model === null) return;
    clearTimeout(this.#resting);
    if (this.shown) this.state = 'moving';
    this.#decoder.want({ code, whole });
  }

  /** Resolves when nothing is being decoded, at the latest after `most` milliseconds: for work that may wait. */
  idle(most: number): Promise<void> {
    return this.#decoder.idle(most);
  }
}
