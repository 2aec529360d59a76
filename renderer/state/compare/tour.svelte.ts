/**
 * The opening: what an AE and a VAE draw from the same random codes, many of them side by side; then the line between two
 * faces, which both draw well.
 */
import type { ImageBatch, ModelCard } from '../../../main/contract';
import { nearest } from '../../../main/engine/maths/nearest';
import { t } from '../../i18n/index.svelte';
import { sentence } from '../../i18n/sentence';
import { Turns } from '../../scheduling/newest';
import type { Explorer } from '../flight/explorer.svelte';
import type { Engine } from '../window/engine-client';
import type { Notices } from '../window/notices.svelte';
import type { Twin } from './twin.svelte';

/** Random codes, in rows of `DRAW_COLUMNS`. */
const DRAWS = 30;
export const DRAW_COLUMNS = 6;
/** Faces of the line, its ends included. */
export const LINE_FACES = 9;
/** Faces among which the other end of the line is looked for. */
const CANDIDATES = 200;
const SEED = 1;

/** What one model draws. */
export interface TourSide {
  card: ModelCard;
  draws: ImageBatch;
  line: ImageBatch;
}

export class Tour {
  /** What is looked at; null: no tour. */
  stage = $state<'draws' | 'line' | null>(null);
  /** The AE first; empty while they are drawn. */
  sides = $state.raw<readonly TourSide[]>([]);
  readonly #engine: Engine;
  readonly #explorer: Explorer;
  readonly #twin: Twin;
  readonly #notices: Notices;
  readonly #turns = new Turns();

  constructor(engine: Engine, explorer: Explorer, twin: Twin, notices: Notices) {
    this.#engine = engine;
    this.#explorer = explorer;
    this.#twin = twin;
    this.#notices = notices;
  }

  /** Path of the model that differs from the open one in being an AE or a VAE, else null: there is no tour. */
  get partner(): string | null {
    const { counterparts, flight } = this.#explorer;
    const other = flight?.card.kind === 'vae' ? 'ae' : 'vae';
    return counterparts.find(({ kind, path }) => kind === other && path !== flight?.card.path)?.path ?? null;
  }

  /** Opens the other model beside the present one, and shows what both draw. */
  async start(): Promise<void> {
    const { partner } = this;
    const current = this.#turns.begin();
    if (!this.#twin.partner && partner) await this.#twin.start(partner);
    if (!current() || !this.#twin.partner) return;
    this.sides = [];
    this.stage = 'draws';
    this.#explorer.home();
    try {
      const sides = await this.#draw();
      if (current()) this.sides = sides;
    } catch (error) {
      if (!current()) return;
      this.leave();
      this.#notices.failure(t('twin.tourFailed', { reason: sentence(error) }));
    }
  }

  /** The line between two faces. */
  next(): void {
    if (this.stage === 'draws') this.stage = 'line';
  }

  back(): void {
    if (this.stage === 'line') this.stage = 'draws';
  }

  /** Both models stay open, to be flown through. */
  leave(): void {
    this.#turns.end();
    this.stage = null;
  }

  async #draw(): Promise<TourSide[]> {
    const flight = this.#explorer.flight!;
    const partner = this.#twin.partner!;
    const [a, b] = ends(flight.cloud.codes, flight.card.latentSize, flight.middle ?? 0);
    const sides = await Promise.all(
      [flight, partner].map(async ({ id, card, cloud }): Promise<TourSide> => {
        const { images } = await this.#engine.samples(id, 'prior', DRAWS, SEED);
        return { card, draws: images, line: await this.#engine.decode(id, line(cloud.codes, card.latentSize, a, b)) };
      }),
    );
    return sides.sort((one, other) => Number(one.card.kind === 'vae') - Number(other.card.kind === 'vae'));
  }
}

/** Two faces that are unlike: one, and of some others the one farthest from it. */
function ends(codes: Float32Array, d: number, first: number): [number, number] {
  const count = codes.length / d;
  const code = codes.subarray(first * d, (first + 1) * d);
  let [farthest, most] = [first, -1];
  for (let k = 0; k < Math.min(CANDIDATES, count); k++) {
    const face = Math.floor((k * count) / Math.min(CANDIDATES, count));
    const { distance } = nearest(codes.subarray(face * d, (face + 1) * d), code)!;
    if (distance > most) [farthest, most] = [face, distance];
  }
  return [first, farthest];
}

/** Even steps along the straight line between the codes of two faces. */
function line(codes: Float32Array, d: number, a: number, b: number): Float32Array {
  return Float32Array.from({ length: LINE_FACES * d }, (_, i) => {
    const share = Math.floor(i / d) / (LINE_FACES - 1);
    return codes[a * d + (i % d)] * (1 - share) + codes[b * d + (i % d)] * share;
  });
}
