/** Small strips of decoded faces along hidden coordinates, drawn whenever the camera rests. */
import type { ImageBatch } from '../../../main/contract';
import { codesAt } from '../../../main/engine/space/frames/frame';
import type { Frames } from './frames.svelte';
import type { Explorer } from '../flight/explorer.svelte';
import { Turns } from '../../scheduling/newest';
import type { Engine } from '../window/engine-client';

/** Where along a coordinate the faces of its strip lie, standard deviations. */
export const STOPS = [-2, -1, 0, 1, 2];
/** Milliseconds of rest before strips are drawn: they must not keep the face at the reticle waiting. */
const REST_BEFORE_DRAWING = 250;

export class Strips {
  /** By number of the coordinate. */
  images = $state.raw<readonly (ImageBatch | undefined)[]>([]);
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #turns = new Turns();
  readonly #engine: Engine;
  readonly #explorer: Explorer;
  readonly #frames: Frames;

  constructor(engine: Engine, explorer: Explorer, frames: Frames) {
    this.#engine = engine;
    this.#explorer = explorer;
    this.#frames = frames;
  }

  /** Redraws the strips of the first `count` coordinates once nothing has moved for a moment. */
  refresh(count: number): void {
    const current = this.#turns.begin();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#draw(count, current), REST_BEFORE_DRAWING);
  }

  /** Nobody looks at them any more. */
  stop(): void {
    this.#turns.end();
    clearTimeout(this.#timer);
  }

  async #draw(count: number, current: () => boolean): Promise<void> {
    const { flight, position } = this.#explorer;
    if (!flight) return;
    const d = flight.card.latentSize;
    for (let k = 0; k < count; k++) {
      const codes = new Float32Array(STOPS.length * d);
      STOPS.forEach((stop, s) =>
        codes.set(codesAt(flight.cloud.frame, position, this.#frames.hiddenWith(k, stop)), s * d),
      );
      try {
        const strip = await this.#engine.decode(flight.id, codes);
        if (!current()) return;
        this.images = Object.assign([...this.images], { [k]: strip });
      } catch {
        return; // the model was closed, or its decoder fails, which the face at the reticle says
      }
    }
  }
}
