/** What the panels and the scene share: the open model, its cloud, where one is, and the face decoded there. */
import type {
  Cloud,
  DecoderLayout,
  EngineApi,
  Frame,
  ImageBatch,
  FramedCloud,
  ModelCard,
  ModelId,
  ModelListing,
  Standing,
} from '../../../main/contract';
import { codesAt, hiddenPart, toScene } from '../../../main/engine/space/frames/frame';
import { t } from '../../i18n/index.svelte';
import type { Pose, Vec3 } from '../../scene/camera/pose';
import type { SpaceScene } from '../../scene/space-scene';
import { carry, sameFaces, samePlaces, wayOut } from './carry';
import type { ModelList } from '../models/model-list.svelte';
import { LiveDecoder } from './live-decoder';
import { remember } from '../../platform/preferences';
import { nearest, typicalSpacing } from '../../../main/engine/maths/nearest';
import type { Notices } from '../window/notices.svelte';
import { Places } from './places';
import { sentence } from '../../i18n/sentence';
import { StandingWatch } from './standing.svelte';
import { sheetsOf, Thumbnails } from './thumbnails';

/** A model with everything it takes to fly through it. */
export interface Flight {
  id: ModelId;
  card: ModelCard;
  cloud: Cloud;
  thumbnails: Thumbnails;
  /** Median distance between neighbouring codes; null with fewer than two. */
  spacing: number | null;
  /**
   * The face seen nearest to the middle of the cloud in its frame; null where the cloud shows no faces. Not the one whose
   * code is nearest to the mean: hardly any face is as blurred.
   */
  middle: number | null;
}

/** Where one is and how one looks from there, with all that decides which face is decoded. */
interface Place {
  code: Float32Array;
  anchor: number | null;
  pose: Pose;
  /** The frame in which the pose means something, its hidden part there, and how wide the cloud is in it. */
  frame: Frame;
  hidden: Float32Array<ArrayBuffer>;
  radius: number;
}

/** What is being opened, while the present flight goes on. `total` is 0 until faces are being drawn. */
export interface Opening {
  path: string;
  name: string;
  done: number;
  total: number;
}

/** Milliseconds after which a journey between two frames is over even on a slow computer, or was interrupted. */
const CARRYING = 4000;
/** Fading the hidden part takes about as long as the flight to the face it belongs to. */
const FADE_MILLISECONDS = 700;
/** Slow enough to see every face on the way. */
const FLY_OUT_SECONDS = 12;

/** A lattice decoded in flight waits for the face at the reticle at most so long, milliseconds. */
const LONGEST_WAIT = 120;

export class Session {
  flight = $state.raw<Flight | null>(null);
  opening = $state.raw<Opening | null>(null);

  /** The scene position that is decoded. */
  position = $state.raw<Vec3>([0, 0, 0]);
  /** The face shown, and the code and model it was decoded from. While a model is being changed it is the earlier one's. */
  face = $state.raw<{ image: ImageBatch; code: Float32Array; model: ModelId } | null>(null);
  /** `live`: the face shown is the one at the reticle; `moving`: a newer one is on its way. */
  faceState = $state<'empty' | 'live' | 'moving' | 'failed'>('empty');
  readonly #standing = new StandingWatch(() => ({ id: this.flight!.id, code: this.#shown }));
  /** The face of the cloud nearest to the code at the reticle, by distance between codes. */
  readonly nearest = $derived(this.standing && { index: this.standing.nearest, distance: this.standing.distance });
  /**
   * Whose hidden part goes into every decoded face: the face picked last, at the start the one in the middle. Null: the
   * average face's, which is nobody's and looks it.
   */
  anchor = $state<number | null>(null);
  /** What the frame cannot show of the faces decoded now, `[latentSize]`. */
  hidden = $state.raw(new Float32Array(0));
  /** The hidden part was changed by hand since. */
  steered = $state(false);
  /** The hidden part is on its way to that of the face picked last. */
  fading = $state(false);
  /** The face under the pointer. */
  hovered = $state<number | null>(null);

  /** The face shown belongs to the open model: it can be saved. */
  readonly canSave = $derived(this.face !== null && this.face.model === this.flight?.id);
  /** At the very place of the face picked last, hidden part included. */
  readonly arrived = $derived.by(() => {
    const { anchor, flight, position, fading } = this;
    if (anchor === null || !flight || fading || this.steered) return false;
    return position.every((x, k) => x === flight.cloud.positions[3 * anchor + k]);
  });

  /** Whether there is a place to go back to, or forward. */
  canGoBack = $state(false);
  canGoForward = $state(false);

  /** The space that shows the cloud, while there is one. */
  scene = $state.raw<SpaceScene | null>(null);
  /** Motion is reduced, whatever the system says. */
  still = false;
  #engine: EngineApi | null = null;
  #openings = 0;
  #openingId: ModelId | null = null;
  #fade: { from: Float32Array<ArrayBuffer>; to: Float32Array<ArrayBuffer>; start: number } | null = null;
  /** Where one came to rest. */
  readonly #history = new Places<Place>((a, b) => {
    if (a.anchor !== b.anchor) return false;
    // seen in another frame, but nowhere else
    if (a.frame !== b.frame) return alike(a.code, b.code);
    return (this.scene?.samePlace(a.pose, b.pose) ?? false) && a.hidden.every((value, i) => value === b.hidden[i]);
  });
  #destination: Vec3 = [0, 0, 0];
  /** The hidden part before it was steered by hand. */
  #unsteered: Float32Array<ArrayBuffer> = new Float32Array(0);
  /** The scene carries the reticle to its place in another frame: how far it still is; null when it does not. */
  #carrying: number | null = null;
  #carryTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #models: ModelList;
  readonly #notices: Notices;
  readonly #decoder = new LiveDecoder(
    (face, newest) => {
      this.face = { ...face, model: this.flight!.id };
      this.faceState = newest ? 'live' : 'moving';
    },
    () => (this.faceState = 'failed'),
  );

  constructor(models: ModelList, notices: Notices) {
    this.#models = models;
    this.#notices = notices;
  }

  /** The open model and those that differ from it in kind alone. */
  get counterparts(): ModelListing[] {
    return this.flight ? this.#models.counterpartsOf(this.flight.card.path) : [];
  }

  /** Where the code at the reticle lies among the model's codes; null while that is found out for the first time. */
  get standing(): Standing | null {
    return this.#standing.now;
  }

  // ---------------------------------------------------------------- models

  /** A new connection: ids of the earlier one mean nothing any more, so the open model is opened anew in place. */
  async connected(engine: EngineApi): Promise<void> {
    this.#engine = engine;
    this.#standing.connected(engine);
    await this.#models.connected(engine);
    const path = this.flight?.card.path ?? this.#models.first;
    if (path) await this.#load(path);
  }

  /**
   * Opens a model and flies on in it: at the same faces when it shows the same ones, else from its start. Until it is
   * ready the present one stays; when it cannot be opened a notice says why. A later call overtakes an earlier one.
   * @param layout corrects what was guessed for a foreign decoder
   * @returns whether it is open now
   */
  async open(path: string, layout?: DecoderLayout): Promise<boolean> {
    if (layout || path !== this.flight?.card.path) return this.#load(path, layout);
    // back to the one that is open, before another one was ready
    this.#openings++;
    this.opening = null;
    return true;
  }

  async #load(path: string, layout?: DecoderLayout): Promise<boolean> {
    const engine = this.#engine;
    if (!engine) return false;
    const turn = ++this.#openings;
    const name = this.#models.at(path)?.name ?? baseName(path);
    this.opening = { path, name, done: 0, total: 0 };
    let id: ModelId | null = null;
    try {
      const opened = await engine.openModel(path, layout);
      id = opened.id;
      if (turn === this.#openings) {
        this.#openingId = id;
        this.opening = { ...this.opening, name: opened.card.name };
        const cloud = await engine.cloud(id);
        if (turn === this.#openings) {
          const spacing = typicalSpacing(cloud.codes, opened.card.latentSize);
          const thumbnails = new Thumbnails(cloud.thumbnails);
          this.#show(engine, { ...opened, cloud, thumbnails, spacing, middle: middleOf(cloud) });
          id = null;
        }
      }
      return id === null;
    } catch (error) {
      if (turn === this.#openings) this.#notices.failure(t('models.failed', { reason: sentence(error) }));
      return false;
    } finally {
      if (id !== null) release(engine, id);
      if (turn === this.#openings) this.opening = null;
    }
  }

  cloudProgress(id: ModelId, done: number, total: number): void {
    if (this.opening && id === this.#openingId) this.opening = { ...this.opening, done, total };
  }

  #show(engine: EngineApi, flight: Flight): void {
    const before = this.flight;
    const unmoved = before !== null && samePlaces(before.cloud, flight.cloud);
    let place: Vec3 | null = null;
    let anchor = flight.middle;
    if (before && (unmoved || sameFaces(before.cloud, flight.cloud))) {
      anchor = this.anchor;
      const face = anchor ?? this.nearest?.index;
      if (!unmoved && face !== undefined) place = carry(this.position, face, before.cloud, flight.cloud);
    }

    this.flight = flight;
    this.anchor = anchor;
    this.hovered = null;
    this.#standing.forget();
    this.#fade = null;
    this.fading = false;
    this.steered = false;
    this.#carrying = null;
    clearTimeout(this.#carryTimer);
    this.hidden = this.#hiddenOf(anchor);
    this.#decoder.use((code) => engine.decodeLatest(flight.id, code));
    if (unmoved && before.card.path === flight.card.path && flight.cloud.source === 'codes') {
      // the engine was started again: to the eye nothing has happened
      this.#look();
    } else this.#showCloud(unmoved ? this.position : place);
    remember('model', flight.card.path);
    if (before) release(engine, before.id);
  }

  // ---------------------------------------------------------------- flying

  /** Gives the scene that will show the clouds opened from now on; returns what takes it away again. */
  attach(scene: SpaceScene): () => void {
    this.scene = scene;
    return () => (this.scene = null);
  }

  /** Called by the scene when faces cannot be shown. */
  unseen(error: unknown): void {
    this.#notices.failure(t('cloud.unseen', { reason: sentence(error) }));
  }

  /** Called by the scene with every change of place. */
  move(position: Vec3): void {
    this.position = position;
    // on the way between two frames places mean nothing: the face stays
    if (this.#carrying !== null) {
      const left = Math.hypot(...position.map((x, k) => x - this.#destination[k]));
      // whoever flies elsewhere has taken over
      const onTheWay = left > 0 && left <= this.#carrying;
      this.#carrying = left;
      if (onTheWay) return;
    }
    this.#arrive();
  }

  /** What is at the reticle counts again. */
  #arrive(): void {
    this.#carrying = null;
    clearTimeout(this.#carryTimer);
    this.#look();
  }

  /** Shows the open model's cloud in another frame: the face shown stays, and all faces move to their places in it. */
  reframe(framed: FramedCloud): void {
    const flight = this.flight!;
    const code = this.code;
    const at = this.arrived ? this.anchor : null;
    const place = [...toScene(code, framed.frame)] as Vec3;
    this.flight = { ...flight, cloud: { ...flight.cloud, ...framed }, middle: middleOf(framed) };
    // a face that one is at stays exactly that one
    if (at !== null) place.splice(0, 3, ...this.#positionOf(at));
    this.#fade = null;
    this.fading = false;
    this.steered = false;
    this.hidden = hiddenPart(framed.frame, place, code);
    this.#destination = place;
    if (!this.scene) return this.move(place);
    this.#carrying = Infinity;
    clearTimeout(this.#carryTimer);
    this.#carryTimer = setTimeout(() => this.#arrive(), CARRYING);
    this.scene.setPositions(framed.positions, place);
  }

  /** Changes what the frame does not show, `[latentSize]`, at once. */
  steer(hidden: Float32Array<ArrayBuffer>): void {
    if (!this.steered) this.#unsteered = this.#fade?.to ?? this.hidden;
    this.#fade = null;
    this.fading = false;
    this.hidden = hidden;
    this.steered = true;
    this.#look();
  }

  /** Undoes what was steered by hand. */
  unsteer(): void {
    if (this.steered) this.#fadeTo(this.anchor, this.#unsteered, false);
  }

  /** Called by the scene when one has come to rest. */
  rest(pose: Pose): void {
    if (!this.flight || !this.scene) return;
    const { frame } = this.flight.cloud;
    const hidden = this.#fade?.to ?? this.hidden;
    this.#history.visit({ code: this.code, anchor: this.anchor, pose, frame, hidden, radius: this.scene.radius });
    this.#noteHistory();
  }

  /** Back to where one came to rest before, hidden part included. */
  back(): void {
    this.#revisit(this.#history.back());
  }

  /** Undoes `back`. */
  forward(): void {
    this.#revisit(this.#history.forward());
  }

  /** The code that is decoded now, or on its way to be. */
  get code(): Float32Array<ArrayBuffer> {
    return codesAt(this.flight!.cloud.frame, this.#place, this.#fade?.to ?? this.hidden);
  }

  /** Flies to where the frame shows a code; on arrival it is exactly that one. @param view as it was looked at, if known */
  goTo(code: Float32Array, anchor: number | null = null, view?: Omit<Pose, 'focus'>): void {
    const { focus, hidden } = this.#placeOf(code);
    this.#fadeTo(anchor, hidden, this.#steersFrom(anchor, hidden));
    if (!this.scene) this.move(focus);
    else if (view) this.scene.travel({ ...view, focus });
    else this.scene.flyTo(focus);
  }

  /** Is at a code now, on the way to others. @returns the pose there */
  pass(code: Float32Array, view: Omit<Pose, 'focus'>): Pose {
    const { focus, hidden } = this.#placeOf(code);
    const pose = { ...view, focus };
    this.#fade = null;
    this.fading = false;
    this.hidden = hidden;
    if (this.anchor !== null) {
      this.anchor = null;
      this.scene?.setSelected(null);
    }
    this.scene?.pass(pose);
    this.move(focus);
    return pose;
  }

  #placeOf(code: Float32Array): { focus: Vec3; hidden: Float32Array<ArrayBuffer> } {
    const { frame } = this.flight!.cloud;
    const focus = [...toScene(code, frame)] as Vec3;
    return { focus, hidden: hiddenPart(frame, focus, code) };
  }

  #revisit(place: Place | null): void {
    if (!place || !this.scene) return;
    const { code, anchor, pose, radius } = place;
    if (place.frame === this.flight!.cloud.frame) {
      this.#fadeTo(anchor, place.hidden, this.#steersFrom(anchor, place.hidden));
      this.scene.travel(pose);
    } else {
      // the same code, wherever it lies by now, seen from as far in a cloud of another width
      this.goTo(code, anchor, { ...pose, reach: (pose.reach * this.scene.radius) / radius });
    }
    this.#noteHistory();
  }

  #noteHistory(): void {
    this.canGoBack = this.#history.canGoBack;
    this.canGoForward = this.#history.canGoForward;
  }

  /** Flies to a face of the cloud. On arrival the decoded face is exactly that one, hidden part included. */
  pick(index: number): void {
    if (!this.flight || index >= this.flight.cloud.count) return;
    this.#anchorTo(index);
    if (this.scene) this.scene.flyTo(this.#positionOf(index));
    else this.move(this.#positionOf(index));
  }

  /** Back to where flights start, and to the hidden part that they start with. */
  home(): void {
    if (!this.flight) return;
    this.#anchorTo(this.flight.middle);
    if (this.scene) this.scene.home();
    else this.move([0, 0, 0]);
  }

  /** Flies away from the middle of the cloud, through where one is, far into the open. */
  flyOut(): void {
    if (!this.flight) return;
    const out = wayOut(this.position, this.flight.cloud.positions);
    if (this.scene) this.scene.driftTo(out, FLY_OUT_SECONDS);
    else this.move(out);
  }

  /** Stays here, but lets the average face fill in what the frame cannot show. */
  release(): void {
    this.#anchorTo(null);
  }

  /** Makes a face of the cloud stand out, e.g. while the pointer is on its picture in a panel. */
  highlight(index: number | null): void {
    this.scene?.setHighlighted(index);
  }

  /** Shows the cloud, from `position` or from its start. */
  #showCloud(position: Vec3 | null): void {
    const { count, positions, thumbnails } = this.flight!.cloud;
    const { tile, columns, perSheet } = thumbnails;
    this.scene?.setCloud({ count, positions, sheets: sheetsOf(thumbnails), tile, columns, perSheet });
    this.scene?.setSelected(this.anchor);
    if (position) this.scene?.flyTo(position, { instant: true });
    // without a change of place the scene says nothing, but the model is another one
    this.move(this.scene?.position ?? position ?? [0, 0, 0]);
    this.#history.clear();
    if (this.scene) this.rest(this.scene.pose);
  }

  #positionOf(index: number): Vec3 {
    return [...this.flight!.cloud.positions.subarray(3 * index, 3 * index + 3)] as Vec3;
  }

  #hiddenOf(index: number | null): Float32Array<ArrayBuffer> {
    const { card, cloud } = this.flight!;
    const d = card.latentSize;
    if (index === null) return new Float32Array(d);
    return hiddenPart(cloud.frame, this.#positionOf(index), cloud.codes.subarray(index * d, (index + 1) * d));
  }

  #anchorTo(index: number | null): void {
    this.#fadeTo(index, this.#hiddenOf(index), false);
  }

  /** Whether a hidden part is another than that of the face it is said to come from. */
  #steersFrom(anchor: number | null, hidden: Float32Array): boolean {
    return anchor !== null && !alike(hidden, this.#hiddenOf(anchor));
  }

  #fadeTo(anchor: number | null, hidden: Float32Array<ArrayBuffer>, steered: boolean): void {
    this.anchor = anchor;
    this.steered = steered;
    if (steered) this.#unsteered = this.#hiddenOf(anchor);
    this.#carrying = null;
    clearTimeout(this.#carryTimer);
    this.scene?.setSelected(anchor);
    const { fading } = this;
    this.fading = true;
    this.#fade = { from: this.hidden, to: hidden, start: performance.now() };
    if (!fading) requestAnimationFrame(this.#stepFade);
  }

  #stepFade = (now: number): void => {
    const fade = this.#fade;
    if (!fade) return;
    const reduced = this.still || matchMedia('(prefers-reduced-motion: reduce)').matches;
    const share = reduced ? 1 : Math.min(1, Math.max(0, (now - fade.start) / FADE_MILLISECONDS));
    const eased = share * share * (3 - 2 * share);
    this.hidden = share === 1 ? fade.to.slice() : fade.to.map((to, k) => fade.from[k] + (to - fade.from[k]) * eased);
    if (share === 1) this.#fade = null;
    else requestAnimationFrame(this.#stepFade);
    this.fading = share < 1;
    this.#look();
  };

  #look(): void {
    if (!this.flight) return;
    if (this.face) this.faceState = 'moving';
    this.#decoder.want(this.#shown);
    this.#standing.look();
  }

  /** The place whose code counts: on the way to another frame already the one there. */
  get #place(): Vec3 {
    return this.#carrying === null ? this.position : this.#destination;
  }

  /** The code at the reticle now, `[latentSize]`. */
  get #shown(): Float32Array<ArrayBuffer> {
    return codesAt(this.flight!.cloud.frame, this.#place, this.hidden);
  }

  /**
   * The faces at scene positions `[n, 3]`, with the hidden part of now. The face at the reticle goes first: this waits
   * for it, though not for ever. Rejects with a `UserError`.
   */
  async decodePlaces(positions: Float32Array): Promise<ImageBatch> {
    await this.#decoder.idle(LONGEST_WAIT);
    const { id, cloud } = this.flight!;
    return this.#engine!.decode(id, codesAt(cloud.frame, positions, this.hidden));
  }

  // ---------------------------------------------------------------- saving

  /**
   * The face shown, as a PNG file. Rejects with a `UserError`.
   * @param size pixels a side; default the model's own
   */
  png(size?: number): Promise<Uint8Array> {
    return this.#engine!.png(this.face!.model, this.face!.code, size);
  }
}

/** The same, but for rounding. */
function alike(a: Float32Array, b: Float32Array): boolean {
  const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return a.every((value, i) => Math.abs(value - b[i]) <= 1e-4 * largest);
}

/** The face nearest to where flights start; null when there are none. */
function middleOf({ positions }: Pick<Cloud, 'positions'>): number | null {
  return nearest(positions, [0, 0, 0])?.index ?? null;
}

/** The last part of a path, of either kind of system. */
function baseName(path: string): string {
  return path.split(/[/\\]/).filter(Boolean).at(-1) ?? path;
}

function release(engine: EngineApi, id: ModelId): void {
  // nothing to be done when it fails, and nothing lost: the engine forgets its models with the connection
  engine.closeModel(id).catch(() => {});
}
