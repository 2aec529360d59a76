/** The numbers beside the formulas: the bound for the face at the reticle, and faces drawn from its posterior. */
import type { EngineApi, FaceBound, ImageBatch } from '../../../main/contract';
import { sentence } from '../../i18n/sentence';
import type { Session } from '../flight/session.svelte';

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

  #engine: EngineApi | null = null;
  #direction: Float32Array = new Float32Array();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;
  #drawing = false;
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  connected(engine: EngineApi): void {
    this.#engine = engine;
    this.face = null;
  }

  /** Called whenever the face at the reticle or the model changes while the panel is open. */
  look(): void {
    const { face, flight } = this.#session;
    clearTimeout(this.#timer);
    this.stale = true;
    if (!face || !flight || flight.card.kind !== 'vae' || face.model !== flight.id) {
      this.face = this.draws = this.drawn = null;
      return;
    }
    this.#timer = setTimeout(() => void this.#measure(face.model, face.code), AFTER);
  }

  /** Another direction of the noise. */
  redraw(): void {
    if (!this.face) return;
    this.#direction = normals(this.face.mu.length);
    void this.#draw();
  }

  setNoise(noise: number): void {
    this.noise = noise;
    void this.#drawOne();
  }

  async #measure(model: string, code: Float32Array): Promise<void> {
    const turn = ++this.#turn;
    try {
      const face = await this.#engine!.boundLatest(model, code);
      if (turn !== this.#turn || !face) return;
      this.face = face;
      this.failure = null;
      this.stale = false;
      if (this.#direction.length !== face.mu.length) this.#direction = normals(face.mu.length);
      await this.#draw();
    } catch (error) {
      if (turn === this.#turn) this.failure = sentence(error);
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
    const { flight } = this.#session;
    const face = this.face;
    if (!flight || !face) return;
    const draws = await this.#engine!.decode(flight.id, this.#codes(STOPS));
    if (face === this.face) this.draws = draws;
    await this.#drawOne();
  }

  /** One at a time, the newest last. */
  async #drawOne(): Promise<void> {
    if (this.#drawing) return;
    this.#drawing = true;
    try {
      let noise: number;
      do {
        noise = this.noise;
        const { flight } = this.#session;
        if (!flight || !this.face) return;
        this.drawn = await this.#engine!.decode(flight.id, this.#codes([noise]));
      } while (noise !== this.noise);
    } catch (error) {
      this.failure = sentence(error);
    } finally {
      this.#drawing = false;
    }
  }
}

/** Standard normal numbers (Box–Muller). */
function normals(count: number): Float32Array {
  return Float32Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random()),
  );
}
