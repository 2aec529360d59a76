/** By what frame one sees the space, and what of it is hidden. */
import type { FrameChoice, ModelId } from '../../../main/contract';
import { attributeDirection } from '../../../main/engine/space/frames/attribute-direction';
import { t } from '../../i18n/index.svelte';
import type { Notices } from '../window/notices.svelte';
import { sentence } from '../../i18n/sentence';
import type { Flight } from '../flight/flight';
import type { Explorer } from '../flight/explorer.svelte';
import type { FrameSettings } from '../window/session-memory';
import type { Undo } from '../window/undo.svelte';
import { Turns } from '../../scheduling/newest';
import type { Engine } from '../window/engine-client';

export type FrameKind = FrameChoice['kind'];
export type Four = [number, number, number, number];

/** A direction in code space with a name, and the faces it was found from. */
export interface Attribute {
  name: string;
  withIt: number[];
  without: number[];
}

/** The attributes there are and the one being put together, and the frame that is shown with them. */
interface Traits {
  attributes: Attribute[];
  draft: Attribute;
  kind: FrameKind;
}

/** Attributes that a frame has axes for. */
const MOST_AXES = 3;

export class Frames {
  /** The frame shown. */
  kind = $state<FrameKind>('principal');
  /** The frame whose settings are looked at: the one shown, or one still to be set up. */
  looked = $state<FrameKind>('principal');
  /** What is being computed; `share` done, 0..1. */
  pending = $state<{ kind: FrameKind; share: number } | null>(null);

  latents = $state<[number, number, number]>([0, 1, 2]);
  faces = $state<Four>([0, 0, 0, 0]);
  /** Kept as long as the window: directions found from faces. */
  attributes = $state<Attribute[]>([]);
  /** The attribute being put together. */
  draft = $state<Attribute>({ name: '', withIt: [], without: [] });

  readonly #turns = new Turns();
  readonly #engine: Engine;
  #seen: { id: ModelId; path: string; count: number; source: string } | null = null;
  readonly #explorer: Explorer;
  readonly #undo: Undo;
  readonly #notices: Notices;

  constructor(engine: Engine, explorer: Explorer, undo: Undo, notices: Notices) {
    this.#engine = engine;
    this.#explorer = explorer;
    this.#undo = undo;
    this.#notices = notices;
  }

  progress(id: ModelId, share: number): void {
    if (this.pending && id === this.#explorer.flight?.id) this.pending = { ...this.pending, share };
  }

  /**
   * To be called when another model is open. A model comes in its principal components; a frame that means the same in it
   * is chosen again. A layout takes too long to be made unasked, but by the same model after a restart of the engine.
   */
  opened(flight: Flight): void {
    const before = this.#seen;
    const { count, source } = flight.cloud;
    this.#seen = { id: flight.id, path: flight.card.path, count, source };
    if (before?.id === flight.id) return;
    this.#turns.end();
    this.pending = null;
    const kind = this.kind;
    this.kind = 'principal';
    const same = before?.path === flight.card.path;
    const sameFaces = before?.source === 'codes' && source === 'codes' && before.count === count;
    const last = flight.card.latentSize - 1;
    if (!same) this.latents = [0, 1, 2].map((k) => Math.min(k, Math.max(2, last))) as [number, number, number];
    if (!same && !sameFaces) {
      const first = flight.middle ?? 0;
      this.faces = [0, 1, 2, 3].map((k) => (first + Math.floor((k * count) / 4)) % count) as Four;
      this.attributes = [];
      this.draft = { name: '', withIt: [], without: [] };
    }
    const kept = same || (sameFaces && (kind === 'faces' || kind === 'attributes'));
    if (kind !== 'principal' && kept) void this.choose(kind);
    else this.looked = 'principal';
  }

  /** What the frame is made of, to come back to. */
  get settings(): FrameSettings {
    const { kind, latents, faces, attributes } = this;
    return $state.snapshot({ kind, latents, faces, attributes });
  }

  /** The frame that was left in the same model. */
  resume({ kind, latents, faces, attributes }: FrameSettings): void {
    Object.assign(this, { latents, faces, attributes });
    if (kind !== 'principal') void this.choose(kind);
  }

  /** Whether the settings allow this frame to be shown. */
  ready(kind: FrameKind): boolean {
    if (kind === 'latents') return different(this.latents);
    if (kind === 'faces') return different(this.faces);
    if (kind === 'attributes') return this.attributes.length > 0;
    return true;
  }

  /** Shows the cloud in a frame with the present settings. A later call takes the place of this one. */
  async choose(kind: FrameKind): Promise<void> {
    this.looked = kind;
    const { flight } = this.#explorer;
    if (!flight || !this.ready(kind)) return;
    const current = this.#turns.begin();
    this.pending = { kind, share: 0 };
    try {
      const framed = await this.#engine.frame(flight.id, this.#choice(kind, flight));
      if (!current() || this.#explorer.flight?.id !== flight.id) return;
      this.kind = kind;
      this.#explorer.reframe(framed);
    } catch (error) {
      if (current()) this.#notices.failure(t('frames.failed', { reason: sentence(error) }));
    } finally {
      if (current()) this.pending = null;
    }
  }

  /** The frame shown, as the engine is asked for it. */
  get current(): FrameChoice | null {
    const { flight } = this.#explorer;
    return flight && this.#choice(this.kind, flight);
  }

  /** Shows the cloud in a frame that was noted; not by attributes, whose faces are not noted with them. */
  async show(choice: FrameChoice): Promise<void> {
    if (choice.kind === 'attributes') return;
    if (choice.kind === 'latents') this.latents = [...choice.latents];
    if (choice.kind === 'faces') this.faces = [...choice.faces];
    await this.choose(choice.kind);
  }

  /** Stays with the frame shown. */
  cancel(): void {
    const { flight } = this.#explorer;
    this.#turns.end();
    this.pending = null;
    this.looked = this.kind;
    // the engine ends the one under way for this one, which it has at hand
    if (flight) this.#engine.frame(flight.id, { kind: 'principal' }).catch(() => {});
  }

  /** The drafted attribute, for whoever keeps it elsewhere: the draft starts over. Null where nobody has it yet. */
  takeDraft(): Attribute | null {
    const attribute = this.#drafted;
    if (attribute) this.draft = { name: '', withIt: [], without: [] };
    return attribute;
  }

  get #drafted(): Attribute | null {
    const { name, withIt, without } = this.draft;
    const fallback = t('frames.attributeName', { number: this.attributes.length + 1 });
    return withIt.length > 0 ? { name: name.trim() || fallback, withIt, without } : null;
  }

  /** Shows the space by an attribute, along the first axis. */
  showAttribute(attribute: Attribute): void {
    const others = this.attributes.filter(({ name }) => name !== attribute.name);
    this.#change({ attributes: [attribute, ...others], draft: this.draft, kind: 'attributes' });
  }

  /** Keeps the drafted attribute, and shows the space by it. */
  keepDraft(): void {
    const attribute = this.#drafted;
    if (!attribute) return;
    this.#change({
      attributes: [attribute, ...this.attributes],
      draft: { name: '', withIt: [], without: [] },
      kind: 'attributes',
    });
  }

  forget(attribute: Attribute): void {
    const attributes = this.attributes.filter((one) => one !== attribute);
    const meant = this.#meant;
    const kind = meant === 'attributes' && attributes.length === 0 ? 'principal' : meant;
    this.#change({ attributes, draft: this.draft, kind });
  }

  /** The frame that is shown, or will be soon. */
  get #meant(): FrameKind {
    return this.pending?.kind ?? this.kind;
  }

  #change(after: Traits): void {
    const before = { attributes: this.attributes, draft: this.draft, kind: this.#meant };
    this.#undo.make({
      what: 'traits',
      redo: () => this.#keep(after, before.kind),
      undo: () => this.#keep(before, after.kind),
    });
  }

  /**
   * Takes over traits and the frame that goes with them. Whoever is not in the frame `from` any more has chosen another
   * one meanwhile, and stays in it; a frame of traits shows those there are.
   */
  #keep({ attributes, draft, kind }: Traits, from: FrameKind): void {
    this.attributes = attributes;
    this.draft = draft;
    const meant = this.#meant;
    const to = meant === from ? kind : meant;
    if (to !== meant || to === 'attributes') void this.choose(this.ready(to) ? to : 'principal');
  }

  /** A slider has been let go, which was taken hold of at the code `before`: makes that something to take back. */
  letGo(before: Float32Array): void {
    const { code, hidden, scene } = this.#explorer;
    const { anchor } = hidden;
    const goTo = (to: Float32Array) => this.#explorer.goTo(to, anchor, scene.viewpoint.pose);
    this.#undo.make({
      what: 'hidden',
      redo: () => {
        // one is there already when it is done for the first time
        if (this.#explorer.code.some((value, i) => value !== code[i])) goTo(code);
      },
      undo: () => goTo(before),
    });
  }

  /** How far the code at the reticle lies along hidden coordinate `k`, in the codes' standard deviations. */
  valueOf(k: number): number {
    const { flight, hidden } = this.#explorer;
    const { directions, spreads } = flight!.cloud.hidden;
    const d = hidden.now.length;
    let along = 0;
    for (let i = 0; i < d; i++) along += hidden.now[i] * directions[k * d + i];
    return spreads[k] > 0 ? along / spreads[k] : 0;
  }

  /** The hidden part with coordinate `k` at `value`, standard deviations. */
  hiddenWith(k: number, value: number): Float32Array<ArrayBuffer> {
    const { flight, hidden } = this.#explorer;
    const { directions, spreads } = flight!.cloud.hidden;
    const step = (value - this.valueOf(k)) * spreads[k];
    return hidden.now.map((part, i) => part + step * directions[k * hidden.now.length + i]);
  }

  #choice(kind: FrameKind, { cloud, card }: Flight): FrameChoice {
    switch (kind) {
      case 'latents':
        return { kind, latents: [...this.latents] };
      case 'faces':
        return { kind, faces: [...this.faces] };
      case 'attributes':
        return {
          kind,
          directions: this.attributes
            .slice(0, MOST_AXES)
            .map(({ withIt, without }) => attributeDirection(cloud.codes, card.latentSize, withIt, without)),
        };
      default:
        return { kind };
    }
  }
}

function different(numbers: readonly number[]): boolean {
  return numbers.every((number, i) => numbers.indexOf(number) === i);
}
