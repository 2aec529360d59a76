/** The same codes, drawn from N(0, I), decoded by both models of a twin flight: which of the two can be sampled? */
import { untrack } from 'svelte';
import type { EngineApi, ImageBatch, ModelId } from '../../../main/contract';
import type { Session } from '../flight/session.svelte';
import type { Twin } from './twin.svelte';

/** Codes drawn at a time. */
const COUNT = 5;

export class Draws {
  /** One image a code, of the first model and the second; null until both are there. */
  faces = $state.raw<{ first: ImageBatch; second: ImageBatch } | null>(null);
  #engine: EngineApi | null = null;
  #seed = 1;
  /** Drawings are counted: a later one overtakes an earlier one. */
  #turns = 0;
  readonly #session: Session;
  readonly #twin: Twin;

  constructor(session: Session, twin: Twin) {
    this.#session = session;
    this.#twin = twin;
    $effect.root(() => {
      // whenever there are two models, or others than before
      $effect(() => {
        const ids = this.#ids;
        untrack(() => void this.#draw(ids));
      });
    });
  }

  connected(engine: EngineApi): void {
    this.#engine = engine;
  }

  /** Draws other codes. */
  async redraw(): Promise<void> {
    this.#seed++;
    await this.#draw(this.#ids);
  }

  get #ids(): [first: ModelId, second: ModelId] | null {
    const { flight } = this.#session;
    const { partner } = this.#twin;
    return flight && partner ? [flight.id, partner.id] : null;
  }

  async #draw(ids: [ModelId, ModelId] | null): Promise<void> {
    const turn = ++this.#turns;
    if (!ids || !this.#engine) {
      this.faces = null;
      return;
    }
    const engine = this.#engine;
    try {
      const drawn = await Promise.all(ids.map((id) => engine.samples(id, 'prior', COUNT, this.#seed)));
      if (turn === this.#turns) this.faces = { first: drawn[0].images, second: drawn[1].images };
    } catch {
      // the connection or a model is gone: whoever brought that about says so
      if (turn === this.#turns) this.faces = null;
    }
  }
}
