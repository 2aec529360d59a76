/** Codes added up: A − B + C, and the average of a selection. */
import type { ImageBatch } from '../../../main/contract';
import { combined } from '../../../main/engine/space/traits/edit';
import type { Faces } from '../faces/faces.svelte';
import type { Explorer } from '../flight/explorer.svelte';
import type { Engine } from '../window/engine-client';

/** A face that was taken, with its picture. */
export interface Taken {
  code: Float32Array;
  image: ImageBatch;
}
export const SLOTS = ['a', 'b', 'c'] as const;
export type Slot = (typeof SLOTS)[number];

export class Mixing {
  slots = $state.raw<Record<Slot, Taken | null>>({ a: null, b: null, c: null });
  /** A − B + C; null until all are there, or where they are of different models. */
  result = $state.raw<Taken | null>(null);

  readonly #engine: Engine;
  readonly #explorer: Explorer;
  readonly #faces: Faces;

  constructor(engine: Engine, explorer: Explorer, faces: Faces) {
    this.#engine = engine;
    this.#explorer = explorer;
    this.#faces = faces;
    $effect.root(() => {
      const model = $derived(explorer.flight?.id);
      $effect(() => {
        // codes mean nothing in another model
        void model;
        this.slots = { a: null, b: null, c: null };
        this.result = null;
      });
    });
  }

  /** Takes the face one looks at. */
  take(slot: Slot): void {
    const { shown } = this.#explorer.live;
    if (!shown || shown.model !== this.#explorer.flight?.id) return;
    this.slots = { ...this.slots, [slot]: { code: shown.code, image: shown.image } };
    void this.#add();
  }

  goTo(): void {
    if (this.result) this.#explorer.goTo(this.result.code);
  }

  /** How many faces are selected. */
  get selected(): number {
    return this.#faces.selection.length;
  }

  /** Flies to the mean of the codes of the selected faces. */
  average(): void {
    const { flight } = this.#explorer;
    const { selection } = this.#faces;
    if (!flight || selection.length === 0) return;
    const d = flight.card.latentSize;
    const rows = Array.from(selection, (face) => flight.cloud.codes.subarray(face * d, (face + 1) * d));
    this.#explorer.goTo(combined(new Float32Array(d), [], rows));
  }

  async #add(): Promise<void> {
    const { slots } = this;
    const { a, b, c } = slots;
    const { flight } = this.#explorer;
    this.result = null;
    if (!flight || !a || !b || !c) return;
    const code = combined(a.code, [b.code], [c.code]);
    try {
      const image = await this.#engine.decode(flight.id, code);
      if (this.slots === slots) this.result = { code, image };
    } catch {
      // the model was closed, or its decoder fails, which the face at the reticle says
    }
  }
}
