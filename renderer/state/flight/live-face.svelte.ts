/** The face decoded where one is: at most one decode at a time, and none of a place that one has left. */
import type { ImageBatch, ModelId } from '../../../main/contract';
import { Newest } from '../../scheduling/newest';
import type { Engine } from '../window/engine-client';

export interface DecodedFace {
  image: ImageBatch;
  /** What it was decoded from, and by which model. */
  code: Float32Array;
  model: ModelId;
}

export class LiveFace {
  /** While another model takes over it is the earlier one's. */
  shown = $state.raw<DecodedFace | null>(null);
  /** `live`: the face shown is the one wanted; `moving`: a newer one is on its way. */
  state = $state<'empty' | 'live' | 'moving' | 'failed'>('empty');
  #model: ModelId | null = null;
  readonly #decoder: Newest<Float32Array, ImageBatch>;

  constructor(engine: Engine) {
    this.#decoder = new Newest({
      ask: (code) => engine.decode(this.#model!, code),
      done: (image, code, newest) => {
        this.shown = { image, code, model: this.#model! };
        this.state = newest ? 'live' : 'moving';
      },
      failed: () => (this.state = 'failed'),
    });
  }

  /** Another model decodes from now on. Whatever the earlier one still answers is dropped. */
  use(model: ModelId): void {
    this.#model = model;
    this.#decoder.drop();
  }

  /** No model decodes any more, and no face is shown. */
  clear(): void {
    this.#model = null;
    this.#decoder.drop();
    this.shown = null;
    this.state = 'empty';
  }

  /** Asks for a face. The code is kept as it is: hand over one that does not change. */
  want(code: Float32Array): void {
    if (this.#model === null) return;
    if (this.shown) this.state = 'moving';
    this.#decoder.want(code);
  }

  /** Resolves when nothing is being decoded, at the latest after `most` milliseconds: for work that may wait. */
  idle(most: number): Promise<void> {
    return this.#decoder.idle(most);
  }
}
