/** What is known of one model's holes: the reading at the reticle, what is usual, and the map. */
import type { EngineApi, HoleMap, HoleReading, HoleRequest, HoleScale, ModelId } from '../../../main/contract';
import { sentence } from '../../i18n/sentence';

export class HoleField {
  scale = $state.raw<HoleScale | null>(null);
  /** At the face shown last. */
  reading = $state.raw<HoleReading | null>(null);
  /** The finest map so far. */
  map = $state.raw<HoleMap | null>(null);
  /** Share of the map that is measured, 0..1; null when none is being measured. */
  share = $state<number | null>(null);
  failure = $state<string | null>(null);

  #engine: EngineApi | null = null;
  #id: ModelId | null = null;
  #wanted: Float32Array | null = null;
  #busy = false;
  #maps = 0;

  /** Another model, or none. What was known of the one before is forgotten. */
  use(engine: EngineApi | null, id: ModelId | null): void {
    if (engine === this.#engine && id === this.#id) return;
    this.stop();
    this.#engine = engine;
    this.#id = id;
    this.#wanted = null;
    this.#busy = false;
    this.scale = this.reading = this.map = this.failure = null;
  }

  /** Asks for what is usual in this model, once. */
  async measureScale(): Promise<void> {
    const id = this.#id;
    if (!this.#engine || id === null || this.scale) return;
    try {
      const scale = await this.#engine.holeScale(id);
      if (id === this.#id) this.scale = scale;
    } catch (error) {
      if (id === this.#id) this.failure = sentence(error);
    }
  }

  /** Asks for the reading at a code. What was asked for in the meantime is dropped but for the newest. */
  want(code: Float32Array): void {
    this.#wanted = code;
    if (!this.#busy) void this.#read();
  }

  async #read(): Promise<void> {
    const [engine, id] = [this.#engine, this.#id];
    if (!engine || id === null) return;
    this.#busy = true;
    while (this.#wanted && id === this.#id) {
      const code = this.#wanted;
      this.#wanted = null;
      try {
        const reading = await engine.holeLatest(id, code);
        if (id === this.#id && reading) this.reading = reading;
      } catch {
        // the meter shows nothing rather than what was true somewhere else
        if (id === this.#id) this.reading = null;
      }
    }
    if (id === this.#id) this.#busy = false;
  }

  /** Measures a map in the background, instead of any that is being measured. */
  async measure(request: HoleRequest): Promise<void> {
    const [engine, id] = [this.#engine, this.#id];
    if (!engine || id === null) return;
    const turn = ++this.#maps;
    this.map = this.failure = null;
    this.share = 0;
    try {
      await this.measureScale();
      if (turn !== this.#maps) return;
      const map = await engine.holeMap(id, request);
      if (turn === this.#maps) this.map = map;
    } catch (error) {
      if (turn === this.#maps) this.failure = sentence(error);
    } finally {
      if (turn === this.#maps) this.share = null;
    }
  }

  /** Ends the work on the map and takes it away. */
  stop(): void {
    this.#maps++;
    if (this.share !== null && this.#id !== null) this.#engine?.cancelHoleMap(this.#id).catch(() => {});
    this.share = this.map = null;
  }

  /** Called with what the engine tells of the work on a map. */
  progress(id: ModelId, done: number, total: number, map: HoleMap | null): void {
    if (id !== this.#id || this.share === null) return;
    this.share = done / total;
    if (map) this.map = map;
  }
}
