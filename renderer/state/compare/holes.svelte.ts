/** The hole map and the hole meters of the models in flight. */
import type { Frame, HoleMap, ModelId } from '../../../main/contract';
import { untrack } from 'svelte';
import { cubeAround } from '../../../main/engine/space/holes/grid';
import { t } from '../../i18n/index.svelte';
import type { FogVolume } from '../../scene/layers/fog';
import { fileName } from '../../formats/file-name';
import { saveFile } from '../../platform/save-file';
import { fogOf, type Measure } from './fog';
import { HoleField } from './hole-field.svelte';
import type { Notices } from '../window/notices.svelte';
import { sentence } from '../../i18n/sentence';
import type { Explorer } from '../flight/explorer.svelte';
import type { Twin } from './twin.svelte';
import type { Engine } from '../window/engine-client';

/** Points a side of the finest grid. */
export const SIDES = { quick: 17, fine: 33 } as const;
/** Rest after which a map is worth beginning, milliseconds. */
const SETTLING = 250;

export class Holes {
  /** Whether the map is shown. */
  shown = $state(false);
  measure = $state<Measure>('drift');
  side = $state<keyof typeof SIDES>('quick');
  /** Of the open model and of the one beside it. */
  readonly own: HoleField;
  readonly partner: HoleField;
  readonly ownFog = $derived.by(() => this.#fog(this.own));
  readonly partnerFog = $derived.by(() => this.#fog(this.partner));

  readonly #engine: Engine;
  readonly #notices: Notices;

  /** @param metered whether the meter of the open model is to be seen */
  constructor(engine: Engine, explorer: Explorer, twin: Twin, notices: Notices, metered: () => boolean) {
    this.#engine = engine;
    this.own = new HoleField(engine);
    this.partner = new HoleField(engine);
    this.#notices = notices;
    $effect.root(() => {
      for (const [field, id] of [
        [this.own, () => explorer.flight?.id],
        [this.partner, () => twin.partner?.id],
      ] as const) {
        $effect(() => {
          const model = id() ?? null;
          untrack(() => field.use(model));
        });
      }
      $effect(() => {
        const both = twin.partner !== null;
        if (both || metered()) this.#meter(this.own, explorer.live.shown, explorer.flight?.id);
        if (both) this.#meter(this.partner, twin.live.shown, twin.partner?.id);
      });
      $effect(() => {
        const { flight } = explorer;
        const { now, fading } = explorer.hidden;
        if (!this.shown || !flight || fading) return;
        return this.#begin(this.own, flight.cloud.frame, now, flight.cloud.positions);
      });
      $effect(() => {
        const { flight } = explorer;
        const { fading } = explorer.hidden;
        const { partner, hidden } = twin;
        if (!this.shown || !flight || !partner || fading || hidden.length !== partner.card.latentSize) return;
        return this.#begin(this.partner, partner.frame, hidden, flight.cloud.positions);
      });
    });
  }

  progress(id: ModelId, done: number, total: number, map: HoleMap | null): void {
    this.own.progress(id, done, total, map);
    this.partner.progress(id, done, total, map);
  }

  /** Saves a map's numbers. */
  async save(map: HoleMap, model: string, format: 'csv' | 'npy'): Promise<void> {
    const name = fileName(model, `holes-${map.side}`, format);
    try {
      const bytes = await this.#engine.holeFile(map, format);
      saveFile(name, bytes);
      this.#notices.success(t('holes.saved', { name }));
    } catch (error) {
      this.#notices.failure(t('holes.saveFailed', { reason: sentence(error) }));
    }
  }

  #fog({ map, scale }: HoleField): FogVolume | null {
    return this.shown && map && scale ? fogOf(map, scale, this.measure) : null;
  }

  #meter(field: HoleField, face: { code: Float32Array; model: ModelId } | null, id: ModelId | undefined): void {
    untrack(() => {
      void field.measureScale();
      if (face && face.model === id) field.want(face.code);
    });
  }

  /** Begins a map once things have settled; returns what ends it. */
  #begin(field: HoleField, frame: Frame, hidden: Float32Array, positions: Float32Array): () => void {
    const request = { frame, hidden, ...cubeAround(positions), side: SIDES[this.side] };
    const timer = setTimeout(() => void field.measure(request), SETTLING);
    return () => {
      clearTimeout(timer);
      field.stop();
    };
  }
}
