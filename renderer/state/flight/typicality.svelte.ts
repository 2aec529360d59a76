import type { ModelId, Typicality } from '../../../main/contract';
import { Newest } from '../../scheduling/newest';
import type { Engine } from '../window/engine-client';

/** Milliseconds between two questions: now and then is enough for the eye. */
const ASK_EVERY = 100;

/** Where the code at the reticle lies among the model's codes, asked for until that is known of the place one is at. */
export class TypicalityWatch {
  /** Null while that is found out for the first time. */
  now = $state.raw<Typicality | null>(null);
  #model: ModelId | null = null;
  readonly #questions: Newest<Float32Array, Typicality>;

  constructor(engine: Engine) {
    this.#questions = new Newest(
      {
        ask: (code) => engine.typicality(this.#model!, code),
        // a failure: the model was closed or the engine is gone, which is said elsewhere; the next place asks again
        done: (typicality) => (this.now = typicality),
      },
      { pause: ASK_EVERY },
    );
  }

  /** Another model: nothing is known of it. */
  use(model: ModelId): void {
    this.#model = model;
    this.#questions.drop();
    this.now = null;
  }

  /** The code at the reticle has changed. */
  look(code: Float32Array): void {
    if (this.#model !== null) this.#questions.want(code);
  }
}
