/** Twin flight: a second model of the same faces, seen by the same camera in the same frame. */
import type { Cloud, Comparison, Frame, ModelCard, ModelId } from '../../../main/contract';
import { untrack } from 'svelte';
import { codesAt } from '../../../main/engine/space/frames/frame';
import { matchedFrame } from '../../../main/engine/space/frames/matched';
import { t } from '../../i18n/index.svelte';
import { nameOf } from '../../i18n/model-name';
import type { Pose } from '../../scene/camera/pose';
import type { SpaceScene } from '../../scene/space-scene';
import { hiddenOfFace, mix } from '../flight/hidden-part.svelte';
import { LiveFace } from '../flight/live-face.svelte';
import { close } from '../flight/model-opening.svelte';
import type { ModelList } from '../models/model-list.svelte';
import type { Notices } from '../window/notices.svelte';
import { sentence } from '../../i18n/sentence';
import type { Flight } from '../flight/flight';
import type { Explorer } from '../flight/explorer.svelte';
import { sheetsOf } from '../flight/thumbnails';
import { Turns } from '../../scheduling/newest';
import type { Engine } from '../window/engine-client';

/** The second model. Its faces lie where the same faces lie in the first one's frame. */
export interface Partner {
  id: ModelId;
  card: ModelCard;
  cloud: Cloud;
  /** How it is known that the faces are the same. */
  by: 'record' | 'settings';
  /** The first model's frame, in this one's code space. */
  frame: Frame;
}

/** A model that might be flown beside the open one, or why it cannot be. */
export interface Candidate {
  path: string;
  comparison: Comparison;
}

export class Twin {
  partner = $state.raw<Partner | null>(null);
  /** Path of the model that is being opened beside the present one. */
  opening = $state<string | null>(null);
  /** Every other model of the list. */
  candidates = $state.raw<Candidate[]>([]);
  /** The partner's face at the reticle. */
  readonly live: LiveFace;
  /** What the partner's frame cannot show of the faces decoded now, `[latentSize]`. */
  hidden = $state.raw(new Float32Array(0));
  /** What the two faces cover of the views from the top, CSS pixels. */
  top = $state(0);

  #leading: SpaceScene | null = null;
  #scene = $state.raw<SpaceScene | null>(null);
  /** What the leading scene drew last. */
  #view: [Pose, number, number] | null = null;
  /** The open model, whose partner `partner` is. */
  #leader: ModelId | null = null;
  readonly #turns = new Turns();
  #swapping = false;
  /** The fade of the first model's hidden part that this one's takes part in, and where it began. */
  #fade = { number: 0, from: new Float32Array(0) };
  readonly #engine: Engine;
  readonly #explorer: Explorer;
  readonly #models: ModelList;
  readonly #notices: Notices;

  constructor(engine: Engine, explorer: Explorer, models: ModelList, notices: Notices) {
    this.#engine = engine;
    this.live = new LiveFace(engine);
    this.#explorer = explorer;
    this.#models = models;
    this.#notices = notices;
    $effect.root(() => {
      $effect(() => {
        const { flight } = explorer;
        untrack(() => this.#keepUp(flight));
      });
      $effect(() => this.#look());
      $effect(() => this.#scene?.pointer.setSelected(explorer.hidden.anchor));
      $effect(() => this.#scene?.pointer.setHighlighted(explorer.hovered));
    });
  }

  /** Finds out which models can be flown beside the open one. */
  async compare(): Promise<void> {
    const { flight } = this.#explorer;
    const paths = (this.#models.all ?? []).map(({ path }) => path).filter((path) => path !== flight?.card.path);
    if (!flight) return;
    try {
      const comparisons = await this.#engine.compare(flight.id, paths);
      if (flight !== this.#explorer.flight) return;
      this.candidates = paths.map((path, i) => ({ path, comparison: comparisons[i] }));
    } catch {
      // the connection or the model is gone: whoever brought that about says so
      this.candidates = [];
    }
  }

  /** Opens a model beside the present one; a notice says why it cannot be. */
  async start(path: string): Promise<void> {
    const { flight } = this.#explorer;
    const engine = this.#engine;
    if (!flight) return;
    const current = this.#turns.begin();
    this.opening = path;
    let id: ModelId | null = null;
    try {
      const [comparison] = await engine.compare(flight.id, [path]);
      const opened = await engine.openModel(path);
      id = opened.id;
      let cloud = await engine.cloud(id);
      if (!current() || flight.id !== this.#explorer.flight?.id) return;
      if (comparison.comparable && !sameFaces(cloud, this.#explorer.flight.cloud)) {
        // a photo has come or gone, and one of both was asked before that: now both are asked again
        await this.#explorer.reloadFaces();
        cloud = await engine.cloud(id);
      }
      const now = this.#explorer.flight;
      if (!current() || flight.id !== now?.id) return;
      const frame = comparison.comparable && sameFaces(cloud, now.cloud) ? frameFor(now, cloud) : null;
      if (!comparison.comparable || !frame) {
        const because = comparison.comparable ? 'images' : comparison.because;
        this.#notices.failure(t(`twin.not.${because}`, { name: nameOf(opened.card) }));
        return;
      }
      this.#leave();
      this.#leader = flight.id;
      this.partner = { ...opened, cloud, by: comparison.by, frame };
      this.live.use(opened.id);
      id = null;
      this.#place();
    } catch (error) {
      if (current()) this.#notices.failure(t('models.failed', { reason: sentence(error) }));
    } finally {
      if (id !== null) close(engine, id);
      if (current()) this.opening = null;
    }
  }

  /** The first model becomes the second, and the second the first. */
  async swap(): Promise<void> {
    const { flight } = this.#explorer;
    if (!flight || !this.partner || this.#swapping) return;
    const [first, second] = [flight.card.path, this.partner.card.path];
    this.#swapping = true;
    try {
      if (await this.#explorer.open(second)) await this.start(first);
    } finally {
      this.#swapping = false;
      // the second half failed: there is nothing to be beside
      if (this.#leader !== this.#explorer.flight?.id) this.leave();
    }
  }

  /** Back to one model. */
  leave(): void {
    this.#turns.end();
    this.opening = null;
    this.#leave();
  }

  /** Gives the scene that shows the first model; returns what takes it away again. */
  lead(scene: SpaceScene): () => void {
    this.#leading = scene;
    return () => (this.#leading = null);
  }

  /** Called by the leading scene with every frame: the second one draws the same view in the same moment. */
  view(pose: Pose, seconds: number, pixelRatio: number): void {
    this.#view = [pose, seconds, pixelRatio];
    this.#scene?.follow(pose, seconds, pixelRatio);
  }

  /** Gives the scene that shows the second model, and is flown as the first is; returns what takes it away again. */
  attach(scene: SpaceScene): () => void {
    this.#scene = scene;
    const alone = this.#leading?.share(scene);
    this.#place();
    return () => {
      alone?.();
      this.#scene = null;
    };
  }

  #leave(): void {
    if (this.partner) close(this.#engine, this.partner.id);
    this.partner = null;
    this.#leader = null;
    this.live.clear();
    this.hidden = new Float32Array(0);
  }

  /** The open model or its frame may have changed. */
  #keepUp(flight: Flight | null): void {
    const { partner } = this;
    if (!partner || this.#swapping) return;
    if (!flight) return this.leave();
    const { path } = partner.card;
    if (!sameFaces(flight.cloud, partner.cloud) && flight.id === this.#leader) {
      // photos of one's own have come or gone, in both
      this.leave();
      void this.start(path);
      return;
    }
    if (flight.id !== this.#leader) {
      // an engine that was started again gives the same model another id
      const again = path !== flight.card.path && sameFaces(flight.cloud, partner.cloud);
      this.leave();
      if (again) void this.start(path);
      return;
    }
    const frame = frameFor(flight, partner.cloud);
    if (!frame) return this.leave();
    this.partner = { ...partner, frame };
    this.#place();
  }

  /** Shows the partner's faces at the places of the first model's. */
  #place(): void {
    const { partner } = this;
    const { flight, hidden } = this.#explorer;
    if (!this.#scene || !partner || !flight) return;
    const { tile, columns, perSheet } = partner.cloud.thumbnails;
    const { count, positions } = flight.cloud;
    this.#scene.setCloud({ count, positions, sheets: sheetsOf(partner.cloud.thumbnails), tile, columns, perSheet });
    this.#scene.pointer.setSelected(hidden.anchor);
    if (this.#view) this.#scene.follow(...this.#view);
  }

  /** Decodes the place where the first model is. */
  #look(): void {
    const { partner } = this;
    const { flight, position, hidden } = this.#explorer;
    const { anchor, share } = hidden;
    void hidden.now;
    if (!partner || !flight || flight.id !== this.#leader) return;
    untrack(() => {
      this.hidden = this.#hiddenLike(flight, partner, anchor, share);
      this.live.want(codesAt(partner.frame, position, this.hidden));
    });
  }

  /** The partner's hidden part: of the same face, and on the way from face to face as far along as the first model's. */
  #hiddenLike(flight: Flight, partner: Partner, anchor: number | null, share: number): Float32Array<ArrayBuffer> {
    const { codes } = partner.cloud;
    const cloud = { codes, positions: flight.cloud.positions };
    const to = hiddenOfFace(partner.frame, cloud, anchor, partner.card.latentSize);
    const { fades } = this.#explorer.hidden;
    const begun = fades !== this.#fade.number;
    if (begun) this.#fade = { number: fades, from: this.hidden.length === to.length ? this.hidden : to };
    return this.#fade.from.length === to.length ? mix(this.#fade.from, to, share) : to;
  }
}

/** Whether two clouds of comparable models have the same photos of one's own, in the same order, after the same faces. */
const sameFaces = (one: Cloud, other: Cloud): boolean =>
  one.count === other.count && one.photos.join() === other.photos.join();

function frameFor(flight: Flight, { codes: others }: Cloud): Frame | null {
  const { frame, codes, positions } = flight.cloud;
  return matchedFrame(frame, { codes, positions, others });
}
