/** Traits as sliders on the face one looks at. */
import { untrack } from 'svelte';
import {
  changed,
  changeOf,
  type ImageBatch,
  type ListChange,
  type ModelId,
  type SuggestedName,
  type Trait,
  type TraitMeasure,
  type TraitSides,
} from '../../../main/contract';
import { codesAt, toScene } from '../../../main/engine/space/frames/frame';
import { leakage, traitOf, withTrait } from '../../../main/engine/space/traits/edit';
import { t } from '../../i18n/index.svelte';
import { sentence } from '../../i18n/sentence';
import { Turns } from '../../scheduling/newest';
import type { Exports } from '../exports/exports.svelte';
import type { Explorer } from '../flight/explorer.svelte';
import type { Frames } from '../frames/frames.svelte';
import type { Engine } from '../window/engine-client';
import type { Notices } from '../window/notices.svelte';
import type { Undo } from '../window/undo.svelte';
import { type Labelled } from './labels';

/** Amounts of a trait at which the faces of its film strip lie: −1 is the mean face without it, 1 the mean face with it. */
export const STOPS = [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2];
/** Milliseconds of rest before a strip is drawn: it must not keep the face at the reticle waiting. */
const REST = 200;
/** Suggested traits that are told worse than this, on faces that took no part, the model has hardly learned. */
const LEARNED = 0.65;
/** Traits that an amount of another one changes by more than this share are named. */
const TELLING_LEAK = 0.1;

/** A trait with what it is in the open model. */
export interface Known extends TraitSides {
  id: string;
  name: string;
  /** Kept by a person; else suggested, by the factors of a drawing or by what pictures show. */
  by: 'person' | 'factors' | 'pictures';
  measure: TraitMeasure;
}

export class Traits {
  /** All, those of a person first. */
  all = $state.raw<readonly Known[]>([]);
  /** Suggested ones that the open model has hardly learned. */
  unlearned = $state.raw<readonly SuggestedName[]>([]);
  loading = $state(false);
  /** Those that stay as they are while others change, by id. */
  locked = $state.raw<readonly string[]>([]);
  /** The one whose details are shown. */
  opened = $state<string | null>(null);
  /** Faces along the one that is opened, at `STOPS`. */
  strip = $state.raw<{ id: string; images: ImageBatch; codes: Float32Array } | null>(null);
  /** The face as it was before its traits were changed, while one is still at the changed one. */
  before = $state.raw<Float32Array | null>(null);
  /** The face from before is shown. */
  peeking = $state(false);

  readonly #engine: Engine;
  readonly #explorer: Explorer;
  readonly #frames: Frames;
  readonly #exports: Exports;
  readonly #undo: Undo;
  readonly #notices: Notices;
  readonly #turns = new Turns();
  readonly #strips = new Turns();
  #model: ModelId | null = null;
  #kept: readonly Trait[] = [];
  #saving: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What a slider was taken hold of at. */
  #held: { code: Float32Array<ArrayBuffer> } | null = null;
  /** The changed face, while one is there. */
  #after: Float32Array | null = null;

  /** @param open whether traits are looked at now */
  constructor(
    engine: Engine,
    explorer: Explorer,
    frames: Frames,
    exports: Exports,
    undo: Undo,
    notices: Notices,
    open: () => boolean,
  ) {
    this.#engine = engine;
    this.#explorer = explorer;
    this.#frames = frames;
    this.#exports = exports;
    this.#undo = undo;
    this.#notices = notices;
    $effect.root(() => {
      // another frame is another flight object, but the same model; other faces have come or gone with another count
      const model = $derived(explorer.flight?.id ?? null);
      const count = $derived(explorer.flight?.cloud.count);
      $effect(() => {
        void count;
        if (open() && model) untrack(() => void this.#load(model));
      });
      $effect(() => {
        const { code } = this;
        const { opened } = this;
        if (open() && code && opened) untrack(() => this.#refreshStrip());
      });
      $effect(() => {
        const { code } = this;
        // whoever has flown on has another face before them
        if (code && this.#after && !this.peeking && !this.#held && !close(code, this.#after)) {
          this.before = null;
          this.#after = null;
        }
      });
    });
  }

  /** The code of the face one looks at. */
  readonly code = $derived.by((): Float32Array<ArrayBuffer> | null => {
    const { flight, position, hidden } = this.#explorer;
    return flight ? codesAt(flight.cloud.frame, position, hidden.now) : null;
  });

  readonly #locks = $derived(this.all.filter(({ id }) => this.locked.includes(id)));

  // ---------------------------------------------------------------- the face

  amountOf({ measure }: Known): number {
    return this.code ? traitOf(this.code, measure) : 0;
  }

  /** Whether locks leave something of a trait to change. */
  free(trait: Known): boolean {
    const { code } = this;
    return (
      !this.locked.includes(trait.id) &&
      code !== null &&
      withTrait(code, trait.measure, 0, this.#measures(trait)) !== null
    );
  }

  /** The face with another amount of a trait, at once. */
  slide(trait: Known, amount: number): void {
    const { code } = this;
    if (!code) return;
    this.#held ??= { code };
    this.before ??= this.#held.code;
    const next = withTrait(this.#held.code, trait.measure, amount, this.#measures(trait));
    if (next) this.#show(next);
  }

  /** A slider has been let go. */
  letGo(): void {
    if (this.#held) this.#frames.letGo(this.#held.code);
    this.#held = null;
  }

  /** Shows the face from before while this is on. */
  peek(on: boolean): void {
    if (!this.before || !this.#after || on === this.peeking) return;
    this.peeking = on;
    this.#pass(on ? this.before : this.#after);
  }

  /** Back to the face from before. */
  reset(): void {
    const { before, code } = this;
    if (!before || !code) return;
    this.peeking = false;
    this.before = null;
    this.#after = null;
    this.#pass(before);
    this.#frames.letGo(code);
  }

  #show(code: Float32Array): void {
    this.#after = code;
    this.#pass(code);
  }

  #pass(code: Float32Array): void {
    const { yaw, pitch, reach } = this.#explorer.scene.viewpoint.pose;
    this.#explorer.pass(code, { yaw, pitch, reach });
  }

  /** What a change of a trait changes as well, the most first; `share` of its own change, −1..1 and beyond. */
  leaks(trait: Known): { name: string; share: number }[] {
    const locks = this.#measures(trait);
    return this.all
      .filter((other) => other !== trait && !this.locked.includes(other.id))
      .map((other) => ({ name: other.name, share: leakage(trait.measure, other.measure, locks) }))
      .filter(({ share }) => Math.abs(share) >= TELLING_LEAK)
      .sort((a, b) => Math.abs(b.share) - Math.abs(a.share));
  }

  toggleLock({ id }: Known): void {
    this.locked = this.locked.includes(id) ? this.locked.filter((other) => other !== id) : [...this.locked, id];
  }

  /** The locks that count for a trait: never its own. */
  #measures(trait: Known): TraitMeasure[] {
    return this.#locks.filter(({ id }) => id !== trait.id).map(({ measure }) => measure);
  }

  // ---------------------------------------------------------------- the strip

  #refreshStrip(): void {
    clearTimeout(this.#timer);
    const current = this.#strips.begin();
    this.#timer = setTimeout(() => void this.#drawStrip(current), REST);
  }

  async #drawStrip(current: () => boolean): Promise<void> {
    const { flight } = this.#explorer;
    const trait = this.all.find(({ id }) => id === this.opened);
    const { code } = this;
    if (!flight || !trait || !code) return;
    const d = flight.card.latentSize;
    const codes = new Float32Array(STOPS.length * d);
    const locks = this.#measures(trait);
    STOPS.forEach((stop, s) => codes.set(withTrait(code, trait.measure, stop, locks) ?? code, s * d));
    try {
      const images = await this.#engine.decode(flight.id, codes);
      if (current()) this.strip = { id: trait.id, images, codes };
    } catch {
      // the model was closed, or its decoder fails, which the face at the reticle says
      if (current()) this.strip = null;
    }
  }

  /** Offers the strip that is shown. */
  exportStrip(trait: Known): void {
    const { flight } = this.#explorer;
    if (!flight || this.strip?.id !== trait.id) return;
    const { codes } = this.strip;
    this.#exports.open({
      kind: 'faces',
      codes,
      names: STOPS.map((stop) => `${trait.name}_${stop}`),
      positions: Float32Array.from(toScene(codes, flight.cloud.frame)),
      holds: `trait_${trait.name}`,
      columns: STOPS.length,
    });
  }

  // ---------------------------------------------------------------- keeping

  /** Keeps traits under their names. */
  async keep(traits: readonly Labelled[]): Promise<void> {
    const added = traits.map(({ name, withIt, without }) => ({ id: crypto.randomUUID(), name, withIt, without }));
    this.opened = added[0]?.id ?? this.opened;
    this.#change([...added, ...this.#kept]);
    await this.#saving;
  }

  remove({ id }: Known): void {
    this.#change(this.#kept.filter((trait) => trait.id !== id));
  }

  rename({ id }: Known, name: string): void {
    const trimmed = name.trim().slice(0, 80);
    if (trimmed) this.#change(this.#kept.map((trait) => (trait.id === id ? { ...trait, name: trimmed } : trait)));
  }

  /** Shows the space with this trait along the first axis. */
  showAsAxis({ name, withIt, without }: Known): void {
    this.#frames.showAttribute({ name, withIt: [...withIt], without: [...without] });
  }

  #change(traits: readonly Trait[]): void {
    const [there, back] = [changeOf(this.#kept, traits), changeOf(traits, this.#kept)];
    this.#undo.make({ what: 'traits', redo: () => this.#apply(there), undo: () => this.#apply(back) });
  }

  #apply(change: ListChange<Trait>): void {
    this.#kept = changed(this.#kept, change);
    const id = this.#model;
    if (!id) return;
    // at once, even while an earlier one is under way: a page that is closed sends nothing more
    const kept = this.#engine
      .changeTraits(id, change)
      .catch((error: unknown) => void this.#notices.failure(t('traits.notKept', { reason: sentence(error) })));
    this.#saving = kept.then(async () => {
      if (this.#model === id) await this.#load(id);
    });
  }

  async #load(id: ModelId): Promise<void> {
    if (id !== this.#model) {
      this.#model = id;
      this.all = [];
      this.strip = null;
      this.before = null;
      this.#after = null;
    }
    const current = this.#turns.begin();
    this.loading = true;
    try {
      const kept = await this.#engine.traits(id);
      const suggested = await this.#engine.suggestedTraits(id);
      const sides: TraitSides[] = [...kept, ...suggested].map(({ withIt, without }) => ({ withIt, without }));
      const measures = sides.length > 0 ? await this.#engine.measureTraits(id, sides.slice(0, 100)) : [];
      if (!current()) return;
      this.#kept = kept;
      const known = measures.map((measure, n): Known => {
        const own = n < kept.length ? kept[n] : null;
        const other = own ? null : suggested[n - kept.length];
        const name = own?.name ?? t(`traits.names.${other!.name}`);
        return { ...sides[n], id: own?.id ?? other!.name, name, by: own ? 'person' : other!.by, measure };
      });
      const learned = ({ by, measure }: Known) => by === 'person' || (measure.accuracy?.value ?? 1) >= LEARNED;
      this.all = known.filter(learned);
      this.unlearned = known.filter((trait) => !learned(trait)).map((trait) => trait.id as SuggestedName);
    } catch (error) {
      if (current()) this.#notices.failure(t('traits.notRead', { reason: sentence(error) }));
    } finally {
      if (current()) this.loading = false;
    }
  }
}

/** The same but for rounding on the way through the scene. */
function close(a: Float32Array, b: Float32Array): boolean {
  const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
  return a.every((value, i) => Math.abs(value - b[i]) <= 1e-3 * largest);
}
