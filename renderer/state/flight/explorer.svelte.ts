/** What the panels and the scene share: the open model, its cloud, where one is, and the face decoded there. */
import type { DecoderLayout, Frame, FramedCloud, ImageBatch, ModelListing } from '../../../main/contract';
import { codesAt, hiddenPart, toScene } from '../../../main/engine/space/frames/frame';
import { t } from '../../i18n/index.svelte';
import { sentence } from '../../i18n/sentence';
import type { Pose, Vec3 } from '../../scene/camera/pose';
import { type FlightScene, UnseenScene } from '../../scene/flight-scene';
import type { ModelList } from '../models/model-list.svelte';
import type { Engine } from '../window/engine-client';
import type { Notices } from '../window/notices.svelte';
import type { Place } from '../window/session-memory';
import { carryOver, wayOut } from './carry-over';
import { type Flight, middleOf } from './flight';
import { FrameCrossing } from './frame-crossing';
import { alike, hiddenOfFace, HiddenPart } from './hidden-part.svelte';
import { LiveFace } from './live-face.svelte';
import { close, ModelOpening } from './model-opening.svelte';
import { TypicalityWatch } from './typicality.svelte';
import { sheetsOf, Thumbnails } from './thumbnails';
import { VisitHistory } from './visit-history.svelte';

/** Where one is and how one looks from there, with all that decides which face is decoded. */
interface Visit {
  code: Float32Array;
  anchor: number | null;
  pose: Pose;
  /** The frame in which the pose means something, its hidden part there, and how wide the cloud is in it. */
  frame: Frame;
  hidden: Float32Array<ArrayBuffer>;
  radius: number;
}

/** Slow enough to see every face on the way. */
const FLY_OUT_SECONDS = 12;

/** A lattice decoded in flight waits for the face at the reticle at most so long, milliseconds. */
const LONGEST_WAIT = 120;

export class Explorer {
  flight = $state.raw<Flight | null>(null);
  /** The scene position that is decoded. */
  position = $state.raw<Vec3>([0, 0, 0]);
  /** Whether one has left the faces behind, on the three axes shown. */
  beyond = $state(false);
  /** The face under the pointer. */
  hovered = $state<number | null>(null);
  /** The space that shows the cloud. */
  scene = $state.raw<FlightScene>(this.#unseen());

  /** Where one was in the models that one has gone through without moving, by path, and the code that the last one began with. */
  #passage: { code: Float32Array; places: Record<string, Place> } | null = null;

  readonly opening: ModelOpening;
  readonly hidden = new HiddenPart((face) => this.#hiddenOf(face), {
    anchor: (face) => {
      this.#crossing.end();
      this.scene.pointer.setSelected(face);
    },
    change: () => this.#look(),
  });
  /** The face at the reticle. */
  readonly live: LiveFace;
  /** Where one came to rest. */
  readonly visits = new VisitHistory<Visit>((a, b) => {
    if (a.anchor !== b.anchor) return false;
    // seen in another frame, but nowhere else
    if (a.frame !== b.frame) return alike(a.code, b.code);
    return this.scene.viewpoint.samePlace(a.pose, b.pose) && a.hidden.every((value, i) => value === b.hidden[i]);
  });
  /** A path leads: each face on its way is a whole one. */
  #led = false;
  readonly #typicality: TypicalityWatch;
  readonly #crossing = new FrameCrossing(() => this.#look());
  readonly #engine: Engine;
  readonly #models: ModelList;
  readonly #notices: Notices;

  /** Where the code at the reticle lies among the model's codes; null while that is found out for the first time. */
  readonly typicality = $derived.by(() => this.#typicality.now);
  /** The face of the cloud nearest to the code at the reticle, by distance between codes. */
  readonly nearest = $derived(
    this.typicality && { index: this.typicality.nearest, distance: this.typicality.distance },
  );
  /** The face shown belongs to the open model: it can be saved. */
  readonly canSave = $derived.by(() => this.live.shown !== null && this.live.shown.model === this.flight?.id);
  /** At the very place of the face picked last, hidden part included. */
  readonly arrived = $derived.by(() => {
    const { flight, position } = this;
    const { anchor, fading, steered } = this.hidden;
    if (anchor === null || !flight || fading || steered) return false;
    return position.every((x, k) => x === flight.cloud.positions[3 * anchor + k]);
  });

  constructor(engine: Engine, models: ModelList, notices: Notices) {
    this.#engine = engine;
    this.#models = models;
    this.#notices = notices;
    this.opening = new ModelOpening(engine, models, notices, (flight) => this.#show(flight));
    this.live = new LiveFace(engine);
    this.#typicality = new TypicalityWatch(engine);
  }

  /** How the present place is called in the name of a file. */
  get placeName(): string {
    if (this.arrived) return `face-${this.hidden.anchor}`;
    return `at_${this.position.map((coordinate) => (coordinate === 0 ? 0 : coordinate).toFixed(2)).join('_')}`;
  }

  /** The open model and those that differ from it in kind alone. */
  get counterparts(): ModelListing[] {
    return this.flight ? this.#models.counterpartsOf(this.flight.card.path) : [];
  }

  // ---------------------------------------------------------------- models

  /** Where one is, to come back to; null without a model. */
  get place(): Place | null {
    if (!this.flight) return null;
    const { yaw, pitch, reach } = this.scene.viewpoint.pose;
    const { anchor } = this.hidden;
    return {
      code: this.code,
      anchor,
      face: this.arrived ? anchor : null,
      view: { yaw, pitch, reach },
      radius: this.scene.viewpoint.scale.radius,
    };
  }

  /** Is at a place again that was left in the same model. */
  resume({ code, anchor, face, view, radius }: Place): void {
    const { focus, hidden } = this.#placeOf(code);
    const own = this.#hiddenOf(anchor);
    this.hidden.set(own, anchor);
    if (face === null && !alike(hidden, own)) this.hidden.steer(hidden);
    this.scene.viewpoint.resume(view, radius, face === null ? focus : this.#positionOf(face));
    this.scene.pointer.setSelected(anchor);
    this.#look();
    this.visits.clear();
    this.rest(this.scene.viewpoint.pose);
  }

  /**
   * A new connection: ids of the earlier one are void, so the open model is opened again, as it was understood, and one is
   * where one was in it.
   * @param last path of the model flown before the app was started
   */
  async reopen(last?: string): Promise<void> {
    const { flight, place } = this;
    await this.#models.refresh();
    const path = flight?.card.path ?? this.#models.first(last);
    if (!path || !(await this.opening.open(path, flight?.corrected))) return;
    const again = this.flight!;
    // in the frame in which a model comes; whoever had chosen another one chooses it again, and the face stays
    const moved = place && flight && again.card.path === path && again.cloud.frame.kind !== flight.cloud.frame.kind;
    if (moved && again.card.latentSize === flight.card.latentSize) this.resume(place);
  }

  /**
   * Opens a model and flies on in it: at the same faces when it shows the same ones, else from its start. Until it is
   * ready the present one stays; when it cannot be opened a notice says why. A later call overtakes an earlier one.
   * @param layout corrects what was guessed for a foreign decoder
   * @returns whether it is open now
   */
  async open(path: string, layout?: Partial<DecoderLayout>): Promise<boolean> {
    if (layout || path !== this.flight?.card.path) return this.opening.open(path, layout);
    // back to the one that is open, before another one was ready
    this.opening.cancel();
    return true;
  }

  /** The model at `path` is called otherwise from now on. */
  renamed(path: string, name: string): void {
    const { flight } = this;
    if (flight?.card.path !== path) return;
    const { about } = flight.card;
    this.flight = { ...flight, card: { ...flight.card, name, about: about && { ...about, name: undefined } } };
  }

  #show(flight: Flight): void {
    const before = this.flight;
    this.#leave(before);
    const from = { position: this.position, anchor: this.hidden.anchor, nearest: this.nearest?.index ?? null };
    const { place, anchor, unmoved } = carryOver(before, flight, from);
    this.flight = flight;
    this.hovered = null;
    this.#typicality.use(flight.id);
    this.live.use(flight.id);
    this.#crossing.end();
    // the engine was started again: to the eye nothing has happened
    const reopened = unmoved && before?.card.path === flight.card.path && flight.cloud.source === 'codes';
    if (reopened) this.#look();
    else {
      this.hidden.set(this.#hiddenOf(anchor), anchor);
      this.#showCloud(place);
      this.#comeBack(flight);
      this.visits.clear();
      this.rest(this.scene.viewpoint.pose);
    }
    if (before) close(this.#engine, before.id);
  }

  /** Remembers where one is in the model that is left, and forgets the ones before it if one has moved in it. */
  #leave(flight: Flight | null): void {
    if (!flight) return;
    if (!this.#passage || !alike(this.code, this.#passage.code)) this.#passage = { code: this.code, places: {} };
    this.#passage.places[flight.card.path] = this.place!;
  }

  /** Back in a model without having moved since, one is exactly where one was; the view stays the present one. */
  #comeBack({ card }: Flight): void {
    if (!this.#passage) return;
    const known: Place | undefined = this.#passage.places[card.path];
    const { view, radius } = this.place!;
    if (known?.code.length === card.latentSize) this.resume({ ...known, view, radius });
    this.#passage.code = this.code;
  }

  /** The faces of the open model are others: photos of one's own have come or gone. One stays where one is. */
  async reloadFaces(): Promise<void> {
    const { id } = this.flight!;
    const cloud = await this.#engine.cloud(id);
    const { flight } = this;
    if (flight?.id !== id) return;
    const { frame, hidden, positions: placed } = flight.cloud;
    const d = flight.card.latentSize;
    const trained = cloud.count - cloud.photos.length;
    const photos = toScene(cloud.codes.subarray(trained * d), frame);
    const positions = new Float32Array(3 * cloud.count);
    positions.set(placed.subarray(0, 3 * trained));
    positions.set(photos, 3 * trained);
    const thumbnails = new Thumbnails(cloud.thumbnails);
    this.flight = { ...flight, cloud: { ...cloud, frame, hidden, positions }, thumbnails };
    this.hovered = null;
    const { anchor } = this.hidden;
    if (anchor !== null && anchor >= cloud.count) this.hidden.anchorTo(null);
    this.#showCloud(this.position);
  }

  /** Shows the cloud, from `position` or from its start. */
  #showCloud(position: Vec3 | null): void {
    const { count, positions, thumbnails } = this.flight!.cloud;
    const { tile, columns, perSheet } = thumbnails;
    const { viewpoint, pointer } = this.scene;
    const { pose: view, scale } = viewpoint;
    this.scene.setCloud({ count, positions, sheets: sheetsOf(thumbnails), tile, columns, perSheet });
    pointer.setSelected(this.hidden.anchor);
    // the same faces are looked at as before
    if (position) viewpoint.resume(view, scale.radius, position);
    // without a change of place the scene says nothing, but the model is another one
    this.move(viewpoint.position);
  }

  /** Shows the open model's cloud in another frame: the face shown stays, and all faces move to their places in it. */
  reframe(framed: FramedCloud): void {
    const flight = this.flight!;
    const { code } = this;
    const at = this.arrived ? this.hidden.anchor : null;
    this.flight = { ...flight, cloud: { ...flight.cloud, ...framed }, middle: middleOf(framed) };
    // a face that one is at stays exactly that one
    const place = at === null ? ([...toScene(code, framed.frame)] as Vec3) : this.#positionOf(at);
    this.hidden.set(hiddenPart(framed.frame, place, code));
    this.#crossing.begin(place);
    this.scene.setPositions(framed.positions, place);
  }

  // ---------------------------------------------------------------- where one is

  /** Gives the scene that will show the clouds opened from now on; returns what takes it away again. */
  attach(scene: FlightScene): () => void {
    this.scene = scene;
    return () => (this.scene = this.#unseen());
  }

  /** Called by the scene when faces cannot be shown. */
  unseen(error: unknown): void {
    this.#notices.failure(t('cloud.unseen', { reason: sentence(error) }));
  }

  /** Called by the scene with every change of place. */
  move(position: Vec3): void {
    this.position = position;
    // on the way between two frames places mean nothing: the face stays
    if (!this.#crossing.passes(position)) this.#look();
  }

  /** Called by the scene when one has come to rest. */
  rest(pose: Pose): void {
    if (!this.flight) return;
    const { frame } = this.flight.cloud;
    const { anchor, target: hidden } = this.hidden;
    this.visits.visit({ code: this.code, anchor, pose, frame, hidden, radius: this.scene.viewpoint.scale.radius });
  }

  /** The code that is decoded now, or on its way to be. */
  get code(): Float32Array<ArrayBuffer> {
    return codesAt(this.flight!.cloud.frame, this.#place, this.hidden.target);
  }

  /**
   * The faces at scene positions `[n, 3]`, with the hidden part of now. The face at the reticle goes first: this waits
   * for it, but not for ever. Rejects with a `UserError`.
   */
  async decodePlaces(positions: Float32Array): Promise<ImageBatch> {
    await this.live.idle(LONGEST_WAIT);
    const { id, cloud } = this.flight!;
    return this.#engine.decode(id, codesAt(cloud.frame, positions, this.hidden.now));
  }

  // ---------------------------------------------------------------- flying

  /** Flies to a face of the cloud. On arrival the decoded face is exactly that one, hidden part included. */
  pick(index: number): void {
    if (!this.flight || index >= this.flight.cloud.count) return;
    this.hidden.anchorTo(index);
    this.scene.viewpoint.flyTo(this.#positionOf(index));
  }

  /** Flies to where the frame shows a code; on arrival it is exactly that one. @param view as it was looked at, if known */
  goTo(code: Float32Array, anchor: number | null = null, view?: Omit<Pose, 'focus'>): void {
    const { focus, hidden } = this.#placeOf(code);
    this.hidden.fadeTo(hidden, anchor);
    if (view) this.scene.viewpoint.travel({ ...view, focus });
    else this.scene.viewpoint.flyTo(focus);
  }

  /** Is at a code now, on the way to others. @returns the pose there */
  pass(code: Float32Array, view: Omit<Pose, 'focus'>): Pose {
    const { focus, hidden } = this.#placeOf(code);
    const pose = { ...view, focus };
    this.hidden.set(hidden, null);
    this.#led = true;
    this.scene.viewpoint.pass(pose);
    this.move(focus);
    this.#led = false;
    return pose;
  }

  /** Back to where flights start, and to the hidden part that they start with. */
  home(): void {
    if (!this.flight) return;
    this.hidden.anchorTo(this.flight.middle);
    this.scene.viewpoint.home();
  }

  /** Flies away from the middle of the cloud, through where one is, far into the open. */
  flyOut(): void {
    if (!this.flight) return;
    this.scene.viewpoint.driftTo(wayOut(this.position, this.flight.cloud.positions), FLY_OUT_SECONDS);
  }

  /** Back to where one came to rest before, hidden part included. */
  back(): void {
    this.#revisit(this.visits.back());
  }

  /** Undoes `back`. */
  forward(): void {
    this.#revisit(this.visits.forward());
  }

  #revisit(visit: Visit | null): void {
    if (!visit) return;
    const { code, anchor, pose, radius, frame, hidden } = visit;
    const { viewpoint } = this.scene;
    if (frame === this.flight!.cloud.frame) {
      this.hidden.fadeTo(hidden, anchor);
      viewpoint.travel(pose);
    } else {
      // the same code, wherever it lies by now, seen from as far in a cloud of another width
      this.goTo(code, anchor, { ...pose, reach: (pose.reach * viewpoint.scale.radius) / radius });
    }
  }

  /** Makes a face of the cloud stand out, e.g. while the pointer is on its picture in a panel. */
  highlight(index: number | null): void {
    this.scene.pointer.setHighlighted(index);
  }

  /** What is at the reticle counts again. */
  #look(): void {
    if (!this.flight) return;
    const shown = codesAt(this.flight.cloud.frame, this.#place, this.hidden.now);
    this.live.want(shown, { whole: this.#led });
    this.#typicality.look(shown);
  }

  /** The place whose code counts: on the way to another frame already the one there. */
  get #place(): Vec3 {
    return this.#crossing.destination ?? this.position;
  }

  #placeOf(code: Float32Array): { focus: Vec3; hidden: Float32Array<ArrayBuffer> } {
    const { frame } = this.flight!.cloud;
    const focus = [...toScene(code, frame)] as Vec3;
    return { focus, hidden: hiddenPart(frame, focus, code) };
  }

  #positionOf(index: number): Vec3 {
    return [...this.flight!.cloud.positions.subarray(3 * index, 3 * index + 3)] as Vec3;
  }

  #hiddenOf(index: number | null): Float32Array<ArrayBuffer> {
    const { card, cloud } = this.flight!;
    return hiddenOfFace(cloud.frame, cloud, index, card.latentSize);
  }

  #unseen(): UnseenScene {
    return new UnseenScene({ move: (position) => this.move(position), rest: (pose) => this.rest(pose) });
  }
}
