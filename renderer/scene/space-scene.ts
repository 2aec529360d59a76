import { type Object3D, PerspectiveCamera, Scene, type WebGLRenderer } from 'three';
import { UserError } from '../../main/contract';
import { Cloud } from './cloud/cloud';
import { EMPTY_SCALE, measureCloud, type CloudScale } from './cloud/cloud-scale';
import { Density } from './camera/local-spacing';
import { type FlightDeck, FlyControls } from './input/fly-controls';
import { Fog, type FogVolume } from './layers/fog';
import { FrameLoop } from './canvas/frame-loop';
import { FreePart, type Insets } from './canvas/free-part';
import { Journey } from './camera/journey';
import { LatticeField, type DecodePlaces } from './layers/lattice-field';
import { raw, readPalette, type Palette } from './palette';
import { facesInside, project, type Point } from './pointer/lasso';
import { MOVING } from './cloud/move';
import { Picker } from './pointer/picking';
import { Pointing } from './pointer/pointing';
import { directions, eye, shortestTurn, type Pose, type ReachLimits, type Vec3 } from './camera/pose';
import { Resolution } from './canvas/resolution';
import { Reticle } from './layers/reticle';
import type { Sheets } from './cloud/texture-atlas';
import { Surroundings } from './layers/surroundings';
import type { Area, View } from './cloud/visibility';
import { openRenderer } from './canvas/webgl';

/** Faces and where they are. */
export interface SceneCloud extends Sheets {
  /** `[count, 3]`, scene units, centred on 0. */
  positions: Float32Array;
}

/** Something drawn in the space beside the faces. */
export interface Layer {
  object: Object3D;
  dispose(): void;
}

/** What the scene tells its window. */
export interface SceneEvents {
  /** The decoded position changed. */
  move(position: Vec3): void;
  /** The pointer is over a face, or over none. */
  hover(face: number | null): void;
  /** A face was clicked, tapped, or chosen with Enter at the reticle. */
  pick(face: number): void;
  /** A frame was drawn: what lies over it can follow. */
  drawn?(): void;
  /** Some faces cannot be shown: their sheet of thumbnails is no readable image. */
  failed(error: unknown): void;
  /** The camera began to move, or came to rest. */
  flying?(active: boolean): void;
  /** One has come to rest at this place. */
  rest?(pose: Pose): void;
  /** Asked for by a key or a button: to the place before, and forward again. */
  back?(): void;
  forward?(): void;
  /** A frame is about to be drawn: what `follow` needs for drawing the same one elsewhere. */
  view?(pose: Pose, seconds: number, pixelRatio: number): void;
}

const FOV = (50 * Math.PI) / 180;
const MOST_PIXELS_PER_CSS_PIXEL = 2;
/**
 * Rest after which a picture drawn coarsely in flight is drawn sharply, and what lies under the pointer is looked up,
 * milliseconds: not between two key presses.
 */
const SETTLED_AFTER = 200;
/** Looks a little down and from the side: all three axes are seen at once. */
const HOME = { yaw: 0.42, pitch: -0.24 };
/** Flown per second, in distances between neighbouring faces around the reticle. */
const CRUISE_SPACINGS = 5;
/** Flown per second, as a share of how much farther than a close-up the reticle is. */
const CRUISE_REACH = 0.55;

/** The 3D space: a cloud of faces to fly through, and a reticle at the place that is decoded. */
export class SpaceScene {
  readonly #canvas: HTMLCanvasElement;
  readonly #on: SceneEvents;
  readonly #renderer: WebGLRenderer;
  readonly #multisampled: boolean;
  /** The page's colours, for layers. */
  readonly palette: Palette;
  readonly #scene = new Scene();
  readonly #camera = new PerspectiveCamera((FOV * 180) / Math.PI);
  readonly #picker: Picker;
  readonly #surroundings: Surroundings;
  readonly #reticle = new Reticle();
  readonly #fog = new Fog();
  /** Null for a scene that follows another one. */
  readonly #controls: FlyControls | null;
  readonly #loop = new FrameLoop((seconds) => this.#frame(seconds));
  readonly #listeners = new AbortController();
  readonly #resolution: Resolution;
  #settling: ReturnType<typeof setTimeout> | undefined;

  #cloud: Cloud | null = null;
  #faces = 0;
  #positions: Float32Array = new Float32Array();
  #lattice: LatticeField | null = null;
  #scale: CloudScale = EMPTY_SCALE;
  #density = new Density(new Float32Array(), EMPTY_SCALE);
  #pose: Pose;
  #journey: Journey | null = null;
  #reducedMotion = false;
  #flying = false;
  /** Of the reticle, scene units per second. */
  #speed = 0;
  #hovered: number | null = null;
  #selected: number | null = null;
  #highlighted: number | null = null;
  readonly #pointing = new Pointing(
    (x, y) => this.#faceAt(x, y),
    (face) => this.#hover(face),
  );
  readonly #free = new FreePart();
  #covered: readonly Area[] = [];
  #framesRendered = 0;

  /**
   * @param canvas its size on the page is the size of the view; call `resize` when that changes
   * @param follows the camera is that of another scene, told by `follow`: hands are not listened to
   * @throws UserError `no-device` where the browser has no WebGL 2
   */
  constructor(canvas: HTMLCanvasElement, on: SceneEvents, { follows = false } = {}) {
    this.#canvas = canvas;
    this.#on = on;
    const { renderer, multisampled } = openRenderer(canvas);
    this.#renderer = renderer;
    this.#multisampled = multisampled;
    this.#resolution = new Resolution(multisampled ? 'hardware' : 'processor');
    this.palette = readPalette(canvas);
    renderer.setClearColor(this.palette.space, 1);
    this.#picker = new Picker(renderer);
    this.#surroundings = new Surroundings(this.palette);
    this.#scene.add(this.#fog.mesh, this.#surroundings.group, this.#reticle.mesh);
    this.#camera.rotation.order = 'YXZ';
    const deck: FlightDeck = {
      input: () => this.#interrupt(),
      tap: ({ x, y }) => void this.#tap(x, y),
      tapReticle: () => void this.#tap(this.#middle.x, this.#middle.y),
      hover: (at) => this.#pointing.move(at),
      dragging: (on) => (canvas.style.cursor = on ? 'grabbing' : ''),
      back: () => this.#on.back?.(),
      forward: () => this.#on.forward?.(),
    };
    this.#controls = follows ? null : new FlyControls(canvas, window, deck);
    // touches are ours: the page neither scrolls nor zooms
    canvas.style.touchAction = 'none';
    const { signal } = this.#listeners;
    canvas.addEventListener('webglcontextlost', () => this.#pause(), { signal });
    canvas.addEventListener('webglcontextrestored', () => this.#restore(), { signal });
    this.#pose = this.#homePose();
    this.resize();
  }

  /**
   * Shows these faces instead of any shown before, all of them in view.
   * @throws UserError `bad-model` when the numbers do not fit together
   */
  setCloud(cloud: SceneCloud): void {
    check(cloud);
    this.#dropCloud();
    if (cloud.count > 0) {
      this.#scale = measureCloud(cloud.positions);
      this.#density = new Density(cloud.positions, this.#scale);
      const events = { ready: () => this.#loop.request(), failed: (error: unknown) => this.#on.failed(error) };
      const { positions } = cloud;
      this.#cloud = new Cloud(positions, cloud, this.#scale, this.palette, this.#renderer, this.#multisampled, events);
      this.#scene.add(this.#cloud.seen);
      this.#makeRoom();
      this.#faces = cloud.count;
      this.#positions = positions;
    }
    this.#controls?.halt();
    this.#journey = null;
    this.#moveTo(this.#homePose());
    this.#loop.request();
  }

  /**
   * Has the same faces move to other places, eased, and the reticle with them: what is at it now is at `focus` then. The
   * lattice ends; what was visited before is forgotten, as it lies elsewhere.
   * @param positions `[count, 3]`, finite
   */
  setPositions(positions: Float32Array, focus: Vec3): void {
    if (!this.#cloud) return;
    this.#dropLattice();
    this.#makeRoom();
    const { radius } = this.#scale;
    this.#scale = measureCloud(positions);
    this.#density = new Density(positions, this.#scale);
    this.#cloud.moveTo(positions, this.#scale);
    this.#positions = positions;
    const { near, far } = this.#limits();
    const reach = Math.min(far, Math.max(near, (this.#pose.reach * this.#scale.radius) / radius));
    this.#go({ ...this.#pose, focus: [...focus], reach }, false, MOVING);
  }

  /** Back to an empty space. */
  clear(): void {
    this.#dropCloud();
    this.#loop.request();
  }

  /** The scene position that is decoded: the point at the reticle. */
  get position(): Vec3 {
    return [...this.#pose.focus];
  }

  /** Brings `position` to the reticle, exactly, and close enough to look at a face there. Any input takes over. */
  flyTo(position: Vec3, { instant = false } = {}): void {
    this.#go({ ...this.#pose, focus: [...position], reach: this.#scale.closeUp }, instant);
  }

  /** Flies to `position` without coming closer to it or turning, in so many seconds. Any input takes over. */
  driftTo(position: Vec3, seconds: number): void {
    this.#go({ ...this.#pose, focus: [...position] }, false, seconds);
  }

  /** Takes over the view of another scene and draws it at once, so that both change in the same frame. */
  follow(pose: Pose, seconds: number, pixelRatio: number): void {
    this.#pose = pose;
    this.#setPixelRatio(pixelRatio);
    if (this.#render(seconds)) this.#loop.request();
  }

  /**
   * Lets gestures on another scene's canvas move this camera too; returns what ends it. What is pointed at there is what
   * lies at the same place of this view.
   */
  share(other: SpaceScene): () => void {
    const shift = (at: { x: number; y: number }) => ({
      x: at.x + this.#middle.x - other.#middle.x,
      y: at.y + this.#middle.y - other.#middle.y,
    });
    return this.#controls?.share(other.#canvas, shift) ?? (() => undefined);
  }

  /** Flies back to where the whole cloud is in view and the reticle in its middle. */
  home(): void {
    this.#go(this.#homePose(), false);
  }

  /** Where the camera is, and how it looks. */
  get pose(): Pose {
    return { ...this.#pose, focus: this.position };
  }

  /** From how near a face is looked at, scene units. */
  get closeUp(): number {
    return this.#scale.closeUp;
  }

  /** Flies to exactly this pose. Any input takes over. */
  travel(pose: Pose): void {
    this.#go(pose, false);
  }

  /** Is at this pose now, on the way to others: for flights that something else leads. */
  pass(pose: Pose): void {
    this.#controls?.halt();
    this.#journey = null;
    this.#moveTo(pose);
    this.#loop.request();
  }

  /** Draws something else in the space; returns what takes it away and frees it. Call `wake` whenever it has changed. */
  add(layer: Layer): () => void {
    this.#scene.add(layer.object);
    this.#loop.request();
    return () => {
      this.#scene.remove(layer.object);
      layer.dispose();
      this.#loop.request();
    };
  }

  /** Draws a new frame soon. */
  wake(): void {
    this.#loop.request();
  }

  /** Rings a face in the accent colour until told otherwise. */
  setSelected(face: number | null): void {
    this.#selected = face;
    this.#emphasise();
  }

  /** Rings a face in white, as the pointer does when it is over one. */
  setHighlighted(face: number | null): void {
    this.#highlighted = face;
    this.#emphasise();
  }

  /**
   * Fills the space around the camera with faces decoded at the places of a lattice, the cloud's own stepping back;
   * null: no longer. Ends with the cloud.
   */
  setLattice(decode: DecodePlaces | null): void {
    this.#dropLattice();
    if (decode && this.#cloud) {
      const wake = () => this.#loop.request();
      this.#lattice = new LatticeField(this.#scale, this.palette, this.#faces, this.#multisampled, decode, wake);
      this.#scene.add(this.#lattice.seen);
    }
    this.#makeRoom();
    this.#loop.request();
  }

  /** Fills a part of the space with fog, the cloud's faces stepping back: they would hide it. null: no longer. */
  setFog(fog: FogVolume | null): void {
    this.#fog.set(fog);
    this.#makeRoom();
    this.#loop.request();
  }

  /** Faces of the cloud are small while something else is looked at. */
  #makeRoom(): void {
    this.#cloud?.stepBack(this.#lattice !== null || this.#fog.shown);
  }

  /**
   * Gives faces of the cloud coloured borders, until the next cloud.
   * @param marks `[count]`, 0 none, else one more than the number of its colour; null: none at all
   * @param colours as style sheets write them, at most 16
   */
  setMarks(marks: Uint8Array | null, colours: readonly string[]): void {
    this.#cloud?.mark(marks, colours.map(raw));
    this.#loop.request();
  }

  /** Leaves faces of the cloud out, 1 for each that is not to be seen, until the next cloud; null: none. */
  setHidden(hidden: Uint8Array | null): void {
    this.#cloud?.hide(hidden);
    this.#loop.request();
  }

  /** The faces of the cloud whose middle is seen inside a polygon, in ascending order. CSS pixels of the canvas. */
  facesInside(polygon: readonly Point[]): Uint32Array {
    if (!this.#cloud) return new Uint32Array();
    const pixelRatio = this.#renderer.getPixelRatio();
    const scaled = polygon.map(({ x, y }) => ({ x: x * pixelRatio, y: y * pixelRatio }));
    return facesInside(this.#positions, this.#view, scaled, this.#cloud.hidden, 0.55 * this.#scale.closeUp);
  }

  /** Where a scene position is seen, CSS pixels of the canvas; null when it lies behind the eye. */
  project(position: Vec3): Point | null {
    const at = project(this.#view, position);
    const pixelRatio = this.#renderer.getPixelRatio();
    return at && { x: at.x / pixelRatio, y: at.y / pixelRatio };
  }

  /** Radius of the cloud, scene units; see `CloudScale`. */
  get radius(): number {
    return this.#scale.radius;
  }

  /** Brings `position` to the reticle and changes nothing else. */
  goTo(position: Vec3): void {
    this.#go({ ...this.#pose, focus: [...position] }, false);
  }

  /** The places of the lattice decode to other faces from now on. */
  renewLattice(): void {
    this.#lattice?.renew();
    this.#loop.request();
  }

  /** On: flights are jumps and nothing has momentum. */
  setReducedMotion(on: boolean): void {
    this.#reducedMotion = on;
    this.#controls?.setInertia(!on);
    this.#loop.request();
  }

  /** Takes over the canvas's size on the page, and its pixel ratio. */
  resize(): void {
    const [width, height] = [Math.max(1, this.#canvas.clientWidth), Math.max(1, this.#canvas.clientHeight)];
    this.#setPixelRatio(this.#sharpest);
    this.#renderer.setSize(width, height, false);
    this.#camera.aspect = width / height;
    // a resized canvas is empty: fill it before it is shown
    this.#render(0);
  }

  /** Puts the reticle, and the cloud seen from home, into the middle of what panels leave free. */
  setInsets(insets: Insets): void {
    this.#free.insets = insets;
    // with nothing to see yet there is nothing to follow with the eyes
    if (!this.#cloud) this.#free.jump();
    this.#loop.request();
  }

  /** Spends no work on faces behind these parts of the canvas, CSS pixels: something lies over them. */
  setCovered(areas: readonly Area[]): void {
    this.#covered = areas;
    this.#loop.request();
  }

  /** For tests: rendering on demand means that `framesRendered` stands still while nothing happens. */
  stats(): { framesRendered: number } {
    return { framesRendered: this.#framesRendered };
  }

  dispose(): void {
    this.#pause();
    this.#listeners.abort();
    this.#controls?.dispose();
    this.#dropCloud();
    this.#picker.dispose();
    this.#surroundings.dispose();
    this.#reticle.dispose();
    this.#fog.dispose();
    this.#renderer.dispose();
  }

  /** One frame; true when another is needed. */
  #frame(seconds: number): boolean {
    const from = this.#pose;
    if (this.#journey) {
      this.#moveTo(this.#journey.step(seconds));
      if (this.#journey.done) this.#journey = null;
    } else if (this.#controls) {
      this.#moveTo(this.#controls.step(this.#pose, seconds, this.#conditions()));
    }
    const flying = this.#journey !== null || (this.#controls?.active ?? false);
    this.#speed = flying ? distance(this.#pose.focus, from.focus) / Math.max(seconds, 1e-3) : 0;
    if (flying !== this.#flying) {
      this.#flying = flying;
      this.#on.flying?.(flying);
      if (!flying) this.#on.rest?.(this.pose);
    }
    if (flying) this.#resolution.note(seconds);
    if (flying || !samePose(this.#pose, from)) {
      clearTimeout(this.#settling);
      this.#settling = undefined;
      // as sharp as is fluent
      const { share, firstShare } = this.#resolution;
      this.#setPixelRatio((this.#renderer.getPixelRatio() === this.#sharpest ? firstShare : share) * this.#sharpest);
    }
    const changing = this.#render(seconds);
    if (!flying) this.#settling ??= setTimeout(() => this.#settle(), SETTLED_AFTER);
    return flying || changing;
  }

  /** Draws what there is to see now; true while the cloud or the lattice themselves still change. */
  #render(seconds: number): boolean {
    const { width, height } = this.#canvas;
    const pixelRatio = this.#renderer.getPixelRatio();
    this.#on.view?.(this.#pose, seconds, pixelRatio);
    const at = eye(this.#pose);
    const fromMiddle = Math.hypot(...at);
    this.#camera.position.set(...at);
    this.#camera.rotation.set(this.#pose.pitch, this.#pose.yaw, 0);
    if (this.#reducedMotion) this.#free.jump();
    const makingWay = this.#free.step(seconds);
    this.#camera.near = 0.1 * this.#scale.closeUp;
    this.#camera.far = fromMiddle + 6 * this.#scale.radius;
    const [shiftX, shiftY] = this.#shift;
    // also updates the projection
    this.#camera.setViewOffset(width, height, -shiftX, -shiftY, width, height);
    this.#camera.updateMatrixWorld();

    const view = this.#view;
    const { focal } = view;
    this.#surroundings.place(at, this.#scale.radius, this.#pose.reach, pixelRatio);
    this.#reticle.place(this.#pose.focus, (this.#scale.faceSize * focal) / this.#pose.reach, width, height, pixelRatio);
    const { focus, reach } = this.#pose;
    const instant = this.#reducedMotion;
    const loading = this.#cloud?.step(seconds, view, reach, pixelRatio, instant) ?? false;
    const decoding = this.#lattice?.step(seconds, focus, reach, this.#speed, focal, instant) ?? false;
    const clearing = this.#fog.step(seconds, this.#renderer, this.#camera, reach, instant);
    this.#renderer.render(this.#scene, this.#camera);
    this.#framesRendered++;
    this.#on.drawn?.();
    return makingWay || clearing || loading || decoding;
  }

  get #view(): View {
    const { width, height } = this.#canvas;
    const [shiftX, shiftY] = this.#shift;
    const middle: [number, number] = [width / 2 + shiftX, height / 2 + shiftY];
    const focal = height / (2 * Math.tan(FOV / 2));
    const pixelRatio = this.#renderer.getPixelRatio();
    const covered = this.#covered.map(({ left, top, right, bottom }) => ({
      left: left * pixelRatio,
      top: top * pixelRatio,
      right: right * pixelRatio,
      bottom: bottom * pixelRatio,
    }));
    return { eye: eye(this.#pose), ...directions(this.#pose), width, height, middle, focal, covered };
  }

  /** Of the picture's middle from that of the drawing buffer, in its whole pixels. */
  get #shift(): [number, number] {
    const pixelRatio = this.#renderer.getPixelRatio();
    const { x, y } = this.#free.offset;
    return [Math.round(x * pixelRatio), Math.round(y * pixelRatio)];
  }

  /** Where the reticle is, CSS pixels. */
  get #middle(): { x: number; y: number } {
    const { clientWidth, clientHeight } = this.#canvas;
    const { x, y } = this.#free.offset;
    return { x: clientWidth / 2 + x, y: clientHeight / 2 + y };
  }

  get #sharpest(): number {
    return Math.min(MOST_PIXELS_PER_CSS_PIXEL, window.devicePixelRatio);
  }

  /** The view has come to rest: it is worth all pixels now, and what lies under the pointer is another face. */
  #settle(): void {
    this.#settling = undefined;
    if (this.#renderer.getPixelRatio() !== this.#sharpest) {
      this.#setPixelRatio(this.#sharpest);
      this.#render(0);
    }
    this.#pointing.look();
  }

  #setPixelRatio(pixelRatio: number): void {
    // setting it to what it is would still throw the picture away
    if (pixelRatio !== this.#renderer.getPixelRatio()) this.#renderer.setPixelRatio(pixelRatio);
    // a picture with all its pixels need not be smoothed: without a graphics card that is more than half the work of it
    this.#canvas.style.imageRendering = pixelRatio === window.devicePixelRatio ? 'pixelated' : 'auto';
  }

  #moveTo(pose: Pose): void {
    const from = this.#pose.focus;
    this.#pose = pose;
    if (pose.focus.some((coordinate, i) => coordinate !== from[i])) this.#on.move(this.position);
  }

  #go(pose: Pose, instant: boolean, seconds?: number): void {
    this.#controls?.halt();
    this.#journey = null;
    if (instant || this.#reducedMotion) {
      this.#moveTo(pose);
      this.#on.rest?.(this.pose);
    } else this.#journey = new Journey(this.#pose, pose, seconds);
    this.#loop.request();
  }

  #interrupt(): void {
    this.#journey = null;
    this.#loop.request();
  }

  /** Near enough for people: about the same view of about the same faces. */
  samePlace(a: Pose, b: Pose): boolean {
    const apart = distance(a.focus, b.focus);
    const turned = Math.hypot(shortestTurn(a.yaw, b.yaw), a.pitch - b.pitch);
    return apart < 0.5 * this.#scale.closeUp && turned < 0.3 && Math.abs(Math.log2(a.reach / b.reach)) < 0.3;
  }

  #homePose(): Pose {
    return { ...HOME, focus: [0, 0, 0], reach: this.#limits().far };
  }

  #limits(): ReachLimits {
    const { radius, closeUp } = this.#scale;
    // the cloud fits the shorter side of what is free
    const { left, right, top, bottom } = this.#free.insets;
    const { clientWidth, clientHeight } = this.#canvas;
    const free = Math.min(clientWidth - left - right, clientHeight - top - bottom) / Math.max(1, clientHeight);
    const halfView = Math.tan(FOV / 2) * Math.min(1, Math.max(0.2, free));
    return { near: closeUp, far: Math.max(2 * closeUp, (0.95 * radius) / Math.sin(Math.atan(halfView))) };
  }

  #conditions() {
    const { closeUp } = this.#scale;
    const { focus, reach } = this.#pose;
    const cruise = CRUISE_SPACINGS * this.#density.spacingAt(...focus) + CRUISE_REACH * (reach - closeUp);
    return { limits: this.#limits(), cruise, fov: FOV };
  }

  async #tap(x: number, y: number): Promise<void> {
    const face = await this.#faceAt(x, y);
    if (face === null) return;
    if (face < this.#faces) this.#on.pick(face);
    else if (this.#lattice) this.flyTo(this.#lattice.positionOf(face - this.#faces));
  }

  #hover(face: number | null): void {
    this.#canvas.style.cursor = face === null ? '' : 'pointer';
    // those of the lattice have no number that means anything elsewhere
    if (face !== null && face >= this.#faces) face = null;
    if (face === this.#hovered) return;
    this.#hovered = face;
    this.#emphasise();
    this.#on.hover(face);
  }

  /** Number of the face at a point of the canvas; those of the lattice come after those of the cloud. */
  async #faceAt(x: number, y: number): Promise<number | null> {
    const cloud = this.#cloud;
    if (!cloud || this.#renderer.getContext().isContextLost()) return null;
    const pixelRatio = this.#renderer.getPixelRatio();
    const subjects = this.#lattice ? [cloud.pickable, this.#lattice.pickable] : [cloud.pickable];
    const face = await this.#picker.pick(subjects, this.#camera, x * pixelRatio, y * pixelRatio, this.#shift);
    // another cloud came while this one was searched
    return cloud === this.#cloud ? face : null;
  }

  #emphasise(): void {
    this.#cloud?.select(this.#selected);
    this.#cloud?.highlight(this.#hovered ?? this.#highlighted);
    this.#loop.request();
  }

  #dropLattice(): void {
    if (this.#lattice) this.#scene.remove(this.#lattice.seen);
    this.#lattice?.dispose();
    this.#lattice = null;
  }

  #dropCloud(): void {
    this.#dropLattice();
    if (this.#cloud) this.#scene.remove(this.#cloud.seen);
    this.#cloud?.dispose();
    this.#cloud = null;
    this.#faces = 0;
    this.#scale = EMPTY_SCALE;
    this.#density = new Density(new Float32Array(), EMPTY_SCALE);
    this.#selected = this.#highlighted = null;
    if (this.#hovered !== null) this.#on.hover((this.#hovered = null));
  }

  /** The graphics context is gone, until the browser gives it back. */
  #pause(): void {
    this.#loop.stop();
    clearTimeout(this.#settling);
    this.#settling = undefined;
  }

  /** The graphics context is back, and empty. */
  #restore(): void {
    this.#renderer.setClearColor(this.palette.space, 1);
    this.#cloud?.reload();
    this.resize();
    this.#loop.request();
  }
}

const distance = (a: Vec3, b: Vec3) => Math.hypot(...a.map((c, i) => c - b[i]));

const samePose = (a: Pose, b: Pose) =>
  a.yaw === b.yaw && a.pitch === b.pitch && a.reach === b.reach && a.focus.every((c, i) => c === b.focus[i]);

function check({ count, positions, sheets, tile, columns, perSheet }: SceneCloud): void {
  const fits =
    positions.length === 3 * count &&
    positions.every(Number.isFinite) &&
    [tile, columns, perSheet].every((n) => Number.isInteger(n) && n > 0) &&
    sheets.length === Math.ceil(count / perSheet);
  if (fits) return;
  throw new UserError(
    'bad-model',
    `The cloud of this model cannot be shown: its ${count} faces, their positions and the ${sheets.length} thumbnail sheets do not fit together. Make the model’s thumbnails again, or open another model.`,
  );
}
