/** The numbers beside the formulas: the bound for the face at the reticle, and faces drawn from its posterior. */
import type { FaceBound, ImageBatch, ModelId } from '../../../main/contract';
import { normals, random } from '../../../main/engine/maths/random';
import { sentence } from '../../i18n/sentence';
import type { Explorer } from '../flight/explorer.svelte';
import { Newest, Turns } from '../../scheduling/newest';
import type { Engine } from '../window/engine-client';

/** Rest of the face before its bound is asked for, milliseconds: flying comes first. */
const AFTER = 250;

/** Along a fixed direction of the noise, in standard deviations of its length: what the slider runs over. */
export const MOST_NOISE = 3;
const STOPS = [-3, -2, -1, 0, 1, 2, 3];

export class Theory {
  face = $state.raw<FaceBound | null>(null);
  failure = $state<string | null>(null);
  /** A newer face is at the reticle than the one that `face` speaks of. */
  stale = $state(false);
  /** Of the direction of noise: −3..3. */
  noise = $state(0);
  /** Decodes of μ + s·σ ⊙ ε for fixed s along the direction, and for `noise` itself. */
  draws = $state.raw<ImageBatch | null>(null);
  drawn = $state.raw<ImageBatch | null>(null);

  #direction: Float32Array = new Float32Array();
  readonly #random = random(1, 'theory');
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #turns = new Turns();
  readonly #noisy = new Newest<{ model: ModelId; code: Float32Array }, ImageBatch>({
    ask: ({ model, code }) => this.#engine.decode(model, code),
    done: (image) => (this.drawn = image),
    failed: (error) => (this.failure = sentence(error)),
  });
  readonly #engine: Engine;
  readonly #explorer: Explorer;

  constructor(engine: Engine, explorer: Explorer) {
    this.#engine = engine;
    this.#explorer = explorer;
    engine.onConnected(() => (this.face = null));
  }

  /** Called whenever the face at the reticle or the model changes while the panel is open. */
  look(): void {
    const { flight, live } = this.#explorer;
    const face = live.shown;
    clearTimeout(this.#timer);
    this.stale = true;
    if (!face || !flight || flight.card.kind !== 'vae' || face.model !== flight.id) {
      this.#noisy.drop();
      this.face = this.draws = this.drawn = null;
      return;
    }
    this.#timer = setTimeout(() => void this.#measure(face.model, face.code), AFTER);
  }

  /** Another direction of the noise. */
  redraw(): void {
    if (!this.face) return;
    this.#direction = normals(this.face.mu.length, this.#random);
    void this.#draw();
  }

  setNoise(noise: number): void {
    this.noise = noise;
    this.#drawOne();
  }

  async #measure(model: string, code: Float32Array): Promise<void> {
    const current = this.#turns.begin();
    try {
      const face = await this.#engine.boundLatest(model, code);
      if (!current() || !face) return;
      this.face = face;
      this.failure = null;
      this.stale = false;
      if (this.#direction.length !== face.mu.length) this.#direction = normals(face.mu.length, this.#random);
      await this.#draw();
    } catch (error) {
      if (current()) this.failure = sentence(error);
    }
  }

  /** z = μ + s·σ ⊙ ε for each s. */
  #codes(scales: readonly number[]): Float32Array {
    const { mu, logVar } = this.face!;
    const codes = new Float32Array(scales.length * mu.length);
    scales.forEach((s, row) => {
      for (let i = 0; i < mu.length; i++) {
        codes[row * mu.length + i] = mu[i] + s * Math.exp(0.5 * logVar[i]) * this.#direction[i];
      }
    });
    return codes;
  }

  async #draw(): Promise<void> {
    const { flight } = this.#explorer;
    const face = this.face;
    if (!flight || !face) return;
    const draws = await this.#engine.decode(flight.id, this.#codes(STOPS));
    if (face === this.face) this.draws = draws;
    this.#drawOne();
  }

  #drawOne(): void {
    if (this.#explorer.flight && this.face)
      this.#noisy.want({ model: this.#explorer.flight.id, code: this.#codes([this.noise]) });
  }
}
