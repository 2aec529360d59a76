import type { EngineApi, ModelId, Standing } from '../../../main/contract';

/** Milliseconds between two questions: now and then is enough for the eye. */
const ASK_EVERY = 100;

/** A code at the reticle, and the model that it is one of. */
interface Place {
  id: ModelId;
  code: Float32Array;
}

/** Where the code at the reticle lies among the model's codes, asked for until that is known of the place one is at. */
export class StandingWatch {
  /** Null while that is found out for the first time. */
  now = $state.raw<Standing | null>(null);
  #engine: EngineApi | null = null;
  /** It is being asked for, or will be soon. */
  #asking = false;
  readonly #here: () => Place;

  /** @param here what is at the reticle now; asked for only after `look` */
  constructor(here: () => Place) {
    this.#here = here;
  }

  connected(engine: EngineApi): void {
    this.#engine = engine;
  }

  /** Another model: nothing is known of it. */
  forget(): void {
    this.now = null;
  }

  /** The place has changed. */
  look(): void {
    if (this.#asking) return;
    this.#asking = true;
    setTimeout(() => void this.#ask(), ASK_EVERY);
  }

  async #ask(): Promise<void> {
    const { id, code } = this.#here();
    try {
      const standing = await this.#engine!.standingLatest(id, code);
      if (standing && this.#here().id === id) this.now = standing;
    } catch {
      // the model was closed or the engine is gone, which is said elsewhere; the next place asks again
    }
    this.#asking = false;
    const by = this.#here();
    if (by.id !== id || by.code.some((value, i) => value !== code[i])) this.look();
  }
}
