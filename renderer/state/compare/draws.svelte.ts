/** The same codes, drawn from N(0, I), decoded by both models of a twin flight: which of the two can be sampled? */
import { untrack } from 'svelte';
import type { ImageBatch, ModelId } from '../../../main/contract';
import type { Explorer } from '../flight/explorer.svelte';
import type { Twin } from './twin.svelte';
import { Turns } from '../../scheduling/newest';
import type { Engine } from '../window/engine-client';

/** Codes drawn at a time. */
const COUNT = 5;

export class Draws {
  /** One image a code, of the first model and the second; null until both are there. */
  faces = $state.raw<{ first: ImageBatch; second: ImageBatch } | null>(null);
  #seed = 1;
  readonly #turns = new Turns();
  readonly #engine: Engine;
  /** Whose faces these are, or will be. */
  #models: readonly [first: ModelId, second: ModelId] | null = null;

  constructor(engine: Engine, explorer: Explorer, twin: Twin) {
    this.#engine = engine;
    $effect.root(() => {
      // another frame makes another flight of the same models: only the models count
      const first = $derived(explorer.flight?.id);
      const second = $derived(twin.partner?.id);
      $effect(() => {
        const ids = first && second ? ([first, second] as const) : null;
        untrack(() => void this.#draw(ids));
      });
    });
  }

  /** Draws other codes. */
  async redraw(): Promise<void> {
    this.#seed++;
    await this.#draw(this.#models);
  }

  async #draw(models: readonly [ModelId, ModelId] | null): Promise<void> {
    const current = this.#turns.begin();
    this.#models = models;
    if (!models) {
      this.faces = null;
      return;
    }
    try {
      const drawn = await Promise.all(models.map((id) => this.#engine.samples(id, 'prior', COUNT, this.#seed)));
      if (current()) this.faces = { first: drawn[0].images, second: drawn[1].images };
    } catch {
      // the connection or a model is gone: whoever brought that about says so
      if (current()) this.faces = null;
    }
  }
}
