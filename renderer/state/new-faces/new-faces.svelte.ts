/** Faces that nobody has: one after the other by surprise, or many at a time by a seed. */
import { untrack } from 'svelte';
import type { DrawnFrom, ModelId, NewFaces as Drawn } from '../../../main/contract';
import { toScene } from '../../../main/engine/space/frames/frame';
import { t } from '../../i18n/index.svelte';
import { sentence } from '../../i18n/sentence';
import { Turns } from '../../scheduling/newest';
import type { Exports } from '../exports/exports.svelte';
import type { Explorer } from '../flight/explorer.svelte';
import type { Journal } from '../paths/journal.svelte';
import type { Engine } from '../window/engine-client';
import type { Notices } from '../window/notices.svelte';

/** Faces of a gallery. */
export const COUNTS = [12, 24, 48, 96] as const;
/** Surprises drawn at a time: the next ones are there at once. */
const AHEAD = 16;
/** From one surprise to the next while the key or the button is held, milliseconds: the way there included. */
const EVERY = 1100;
/** Seeds are whole numbers below. */
const SEEDS = 2 ** 31;

export interface Gallery extends Drawn {
  seed: number;
}

export class NewFaces {
  /** The draws that are shown; null until some are asked for. */
  gallery = $state.raw<Gallery | null>(null);
  seed = $state(1);
  count = $state<(typeof COUNTS)[number]>(24);
  /** Null: what suits the model. */
  from = $state<DrawnFrom | null>(null);
  drawing = $state(false);
  /** A surprise is on its way: a mixture may have to be fitted first. */
  surprising = $state(false);
  /** Numbers of those in the gallery that were kept. */
  kept = $state.raw<readonly number[]>([]);

  readonly #engine: Engine;
  readonly #explorer: Explorer;
  readonly #journal: Journal;
  readonly #exports: Exports;
  readonly #notices: Notices;
  readonly #turns = new Turns();
  #model: ModelId | null = null;
  /** Surprises that are drawn already. */
  #next: Float32Array[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #held = false;

  constructor(engine: Engine, explorer: Explorer, journal: Journal, exports: Exports, notices: Notices) {
    this.#engine = engine;
    this.#explorer = explorer;
    this.#journal = journal;
    this.#exports = exports;
    this.#notices = notices;
    $effect.root(() => {
      // another frame is another flight object, but the same model
      const model = $derived(explorer.flight?.id ?? null);
      $effect(() => untrack(() => this.#opened(model)));
    });
  }

  // ---------------------------------------------------------------- surprises

  /** Flies to a face nobody has; while this is held, to another one every second. */
  hold(): void {
    if (this.#held) return;
    this.#held = true;
    const again = async () => {
      await this.surprise();
      if (this.#held) this.#timer = setTimeout(() => void again(), EVERY);
    };
    void again();
  }

  release(): void {
    this.#held = false;
    clearTimeout(this.#timer);
  }

  async surprise(): Promise<void> {
    const { flight } = this.#explorer;
    if (!flight || this.surprising) return;
    if (this.#next.length === 0) {
      this.surprising = true;
      try {
        const options = { from: null, count: AHEAD, seed: Math.floor(Math.random() * SEEDS), plausible: true };
        const { codes } = await this.#engine.drawFaces(flight.id, options);
        if (this.#explorer.flight?.id !== flight.id) return;
        const d = flight.card.latentSize;
        this.#next = Array.from({ length: AHEAD }, (_, n) => codes.slice(n * d, (n + 1) * d));
      } catch (error) {
        this.release();
        if (this.#explorer.flight?.id === flight.id) this.#failed(error);
        return;
      } finally {
        this.surprising = false;
      }
    }
    this.#explorer.goTo(this.#next.shift()!);
  }

  // ---------------------------------------------------------------- the gallery

  /** Shows the draws of the seed. */
  async draw(): Promise<void> {
    const { flight } = this.#explorer;
    if (!flight || !Number.isInteger(this.seed) || this.seed < 0 || this.seed >= SEEDS) return;
    const current = this.#turns.begin();
    const { from, count, seed } = this;
    this.drawing = true;
    try {
      const drawn = await this.#engine.drawFaces(flight.id, { from, count, seed, plausible: false });
      if (!current()) return;
      this.gallery = { ...drawn, seed };
      this.kept = [];
    } catch (error) {
      if (current()) this.#failed(error);
    } finally {
      if (current()) this.drawing = false;
    }
  }

  /** Draws others. */
  another(): Promise<void> {
    this.seed = (this.seed + 1) % SEEDS;
    return this.draw();
  }

  codeOf(number: number): Float32Array {
    const { codes, images } = this.gallery!;
    const d = codes.length / images.count;
    return codes.slice(number * d, (number + 1) * d);
  }

  goTo(number: number): void {
    this.#explorer.goTo(this.codeOf(number));
  }

  /** Keeps a draw as a place of the model. */
  keep(number: number): void {
    this.#journal.keep(this.codeOf(number), t('newFaces.name', { seed: this.gallery!.seed, number: number + 1 }));
    this.kept = [...this.kept, number];
  }

  /** Offers all that are shown. */
  export(): void {
    const { flight } = this.#explorer;
    if (!flight || !this.gallery) return;
    const { codes, images, seed, from } = this.gallery;
    this.#exports.open({
      kind: 'faces',
      codes,
      names: Array.from({ length: images.count }, (_, n) => `${from}_seed-${seed}_${n + 1}`),
      positions: Float32Array.from(toScene(codes, flight.cloud.frame)),
      holds: `${from}_seed-${seed}`,
      columns: Math.ceil(Math.sqrt(images.count)),
      seed,
    });
  }

  #opened(model: ModelId | null): void {
    if (model === this.#model) return;
    this.#model = model;
    this.#turns.end();
    this.release();
    this.drawing = false;
    this.#next = [];
    const shown = this.gallery !== null;
    this.gallery = null;
    // the same seed in another model: that is what one wants to compare
    if (model && shown) void this.draw();
  }

  #failed(error: unknown): void {
    this.#notices.failure(t('newFaces.failed', { reason: sentence(error) }));
  }
}
