/** What is known of one model's holes: the reading at the reticle, what is usual, and the map. */
import type { HoleMap, HoleReading, HoleMapArguments, HoleScale, ModelId } from '../../../main/contract';
import { sentence } from '../../i18n/sentence';
import { Newest, Turns } from '../../scheduling/newest';
import type { Engine } from '../window/engine-client';

export class HoleField {
  scale = $state.raw<HoleScale | null>(null);
  /** At the face shown last. */
  reading = $state.raw<HoleReading | null>(null);
  /** The finest map so far. */
  map = $state.raw<HoleMap | null>(null);
  /** Share of the map that is measured, 0..1; null when none is being measured. */
  share = $state<number | null>(null);
  failure = $state<string | null>(null);

  #model: ModelId | null = null;
  readonly #engine: Engine;
  readonly #maps = new Turns();
  readonly #readings: Newest<Float32Array, HoleReading>;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#readings = new Newest({
      ask: (code) => engine.holeReading(this.#model!, code),
      done: (reading) => (this.reading = reading),
      // the meter shows nothing rather than what was true somewhere else
      failed: () => (this.reading = null),
    });
  }

  /** Another model, or none. What was known of the one before is forgotten. */
  use(model: ModelId | null): void {
    if (model === this.#model) return;
    this.stop();
    this.#readings.drop();
    this.#model = model;
    this.scale = this.reading = this.map = this.failure = null;
  }

  /** Asks for what is usual in this model, once. */
  async measureScale(): Promise<void> {
    const model = this.#model;
    if (model === null || this.scale) return;
    try {
      const scale = await this.#engine.holeScale(model);
      if (model === this.#model) this.scale = scale;
    } catch (error) {
      if (model === this.#model) this.failure = sentence(error);
    }
  }

  /** Asks for the reading at a code. */
  want(code: Float32Array): void {
    if (this.#model !== null) this.#readings.want(code);
  }

  /** Measures a map in the background, instead of any that is being measured. */
  async measure(request: HoleMapArguments): Promise<void> {
    const model = this.#model;
    if (model === null) return;
    const current = this.#maps.begin();
    this.map = this.failure = null;
    this.share = 0;
    try {
      await this.measureScale();
      if (!current()) return;
      const map = await this.#engine.holeMap(model, request);
      if (current()) this.map = map;
    } catch (error) {
      if (current()) this.failure = sentence(error);
    } finally {
      if (current()) this.share = null;
    }
  }

  /** Ends the work on the map and takes it away. */
  stop(): void {
    this.#maps.end();
    if (this.share !== null && this.#model !== null) this.#engine.cancelHoleMap(this.#model).catch(() => {});
    this.share = this.map = null;
  }

  /** Called with what the engine tells of the work on a map. */
  progress(id: ModelId, done: number, total: number, map: HoleMap | null): void {
    if (id !== this.#model || this.share === null) return;
    this.share = done / total;
    if (map) this.map = map;
  }
}
