import { PerspectiveCamera, Scene, type WebGLRenderer } from 'three';
import { UserError } from '../../main/contract';
import { directions, eye, type Pose, type Vec3 } from './camera/pose';
import { bearing, facesInSight } from './camera/sight';
import { FOV, Viewpoint } from './camera/viewpoint';
import { CanvasSize } from './canvas/canvas-size';
import { FrameLoop } from './canvas/frame-loop';
import type { Insets } from './canvas/free-part';
import { openRenderer } from './canvas/webgl';
import { Cloud } from './cloud/cloud';
import { measureCloud } from './cloud/cloud-scale';
import { MOVE_SECONDS } from './cloud/move';
import type { Area, View } from './cloud/visibility';
import type { FlightScene, Layer, SceneCloud } from './flight-scene';
import { FlyControls } from './input/fly-controls';
import { Fog, type FogVolume } from './layers/fog';
import { LatticeField, type DecodePlaces } from './layers/lattice-field';
import { Reticle } from './layers/reticle';
import { Surroundings } from './layers/surroundings';
import { raw, readPalette, type Palette } from './palette';
import { facesInside, project, type Point } from './pointer/lasso';
import { Picker } from './pointer/picking';
import { Pointer } from './pointer/pointer';

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
  /** The camera begins to move, or stands still. */
  flying?(active: boolean): void;
  /** One has come to rest at this place. */
  rest?(pose: Pose): void;
  /** Asked for by a key or a button: to the place before, and forward again. */
  back?(): void;
  forward?(): void;
  /** A frame is about to be drawn: what `follow` needs for drawing the same one elsewhere. */
  view?(pose: Pose, seconds: number, pixelRatio: number): void;
}

/**
 * Rest after which a picture drawn coarsely in flight is drawn sharply, and what lies under the pointer is looked up,
 * milliseconds: not between two key presses.
 */
const SETTLED_AFTER = 200;

/** The 3D space: a cloud of faces to fly through, and a reticle at the place that is decoded. */
export class SpaceScene implements FlightScene {
  readonly viewpoint: Viewpoint;
  readonly pointer: Pointer;
  /** The page's colours, for layers. */
  readonly palette: Palette;
  readonly #canvas: HTMLCanvasElement;
  readonly #size: CanvasSize;
  readonly #on: SceneEvents;
  readonly #renderer: WebGLRenderer;
  readonly #multisampled: boolean;
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
  #settling: ReturnType<typeof setTimeout> | undefined;

  #cloud: Cloud | null = null;
  #faces = 0;
  #positions: Float32Array = new Float32Array();
  #lattice: LatticeField | null = null;

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
    this.palette = readPalette(canvas);
    renderer.setClearColor(this.palette.space, 1);
    this.#picker = new Picker(renderer);
    this.#surroundings = new Surroundings(this.palette);
    this.#scene.add(this.#fog.mesh, this.#surroundings.group, this.#reticle.mesh);
    this.#camera.rotation.order = 'YXZ';
    const change = () => this.invalidate();
    this.#size = new CanvasSize(canvas, renderer, multisampled);
    this.viewpoint = new Viewpoint(() => this.#size.freeShare, {
      move: (position) => on.move(position),
      flying: (active) => on.flying?.(active),
      rest: (pose) => on.rest?.(pose),
      change,
    });
    this.pointer = new Pointer(canvas, (at) => this.#faceAt(at), {
      hover: (face) => on.hover(face),
      pick: (face) => on.pick(face),
      pickLattice: (face) => this.#lattice && this.viewpoint.flyTo(this.#lattice.positionOf(face)),
      change,
    });
    this.#controls = follows ? null : this.#listen();
    if (this.#controls) this.viewpoint.takePilot(this.#controls);
    // touches are ours: the page neither scrolls nor zooms
    canvas.style.touchAction = 'none';
    const { signal } = this.#listeners;
    canvas.addEventListener('webglcontextlost', () => this.#pause(), { signal });
    canvas.addEventListener('webglcontextrestored', () => this.#restore(), { signal });
    this.resize();
  }

  #listen(): FlyControls {
    const { pointer } = this;
    return new FlyControls(this.#canvas, window, {
      input: () => this.viewpoint.interrupt(),
      tap: (at) => void pointer.tap(at),
      tapReticle: () => void pointer.tap(this.#size.middle),
      hover: (at) => pointer.move(at),
      dragging: (on) => pointer.drag(on),
      back: () => this.#on.back?.(),
      forward: () => this.#on.forward?.(),
    });
  }

  // ---------------------------------------------------------------- what there is to see

  /**
   * Shows these faces instead of any shown before, all of them in view.
   * @throws UserError `bad-model` when the numbers do not fit together
   */
  setCloud(cloud: SceneCloud): void {
    check(cloud);
    this.#dropCloud();
    const { count, positions } = cloud;
    const scale = measureCloud(positions);
    if (count > 0) {
      const events = { ready: () => this.invalidate(), failed: (error: unknown) => this.#on.failed(error) };
      this.#cloud = new Cloud(positions, cloud, scale, this.palette, this.#renderer, this.#multisampled, events);
      this.#scene.add(this.#cloud.seen);
      this.#makeRoom();
    }
    this.#faces = count;
    this.#positions = positions;
    this.pointer.setCloud(this.#cloud, count);
    this.viewpoint.enter(positions, scale);
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
    const scale = measureCloud(positions);
    this.#cloud.moveTo(positions, scale);
    this.#positions = positions;
    this.viewpoint.carry(positions, scale, focus, MOVE_SECONDS);
  }

  /** Draws something else in the space; returns what takes it away and frees it. Call `invalidate` whenever it has changed. */
  add(layer: Layer): () => void {
    this.#scene.add(layer.object);
    this.invalidate();
    return () => {
      this.#scene.remove(layer.object);
      layer.dispose();
      this.invalidate();
    };
  }

  /** What is drawn is out of date: a new frame comes soon. */
  invalidate(): void {
    this.#loop.request();
  }

  /**
   * Fills the space around the camera with faces decoded at the places of a lattice, the cloud's own stepping back;
   * null: no longer. Ends with the cloud.
   */
  setLattice(decode: DecodePlaces | null): void {
    this.#dropLattice();
    if (decode && this.#cloud) {
      const { scale } = this.viewpoint;
      const change = () => this.invalidate();
      this.#lattice = new LatticeField(scale, this.palette, this.#faces, this.#multisampled, decode, change);
      this.#scene.add(this.#lattice.seen);
    }
    this.#makeRoom();
    this.invalidate();
  }

  /** The places of the lattice decode to other faces from now on. */
  renewLattice(): void {
    this.#lattice?.renew();
    this.invalidate();
  }

  /** Fills a part of the space with fog, the cloud's faces stepping back: they would hide it. null: no longer. */
  setFog(fog: FogVolume | null): void {
    this.#fog.set(fog);
    this.#makeRoom();
    this.invalidate();
  }

  /**
   * Gives faces of the cloud coloured borders, until the next cloud.
   * @param marks `[count]`, 0 none, else one more than the number of its colour; null: none at all
   * @param colours as style sheets write them, at most 16
   */
  setMarks(marks: Uint8Array | null, colours: readonly string[]): void {
    this.#cloud?.mark(marks, colours.map(raw));
    this.invalidate();
  }

  /** Leaves faces of the cloud out, 1 for each that is not to be seen, until the next cloud; null: none. */
  setHidden(hidden: Uint8Array | null): void {
    this.#cloud?.hide(hidden);
    this.invalidate();
  }

  /** Faces of the cloud are small while something else is looked at. */
  #makeRoom(): void {
    this.#cloud?.stepBack(this.#lattice !== null || this.#fog.shown);
  }

  // ---------------------------------------------------------------- how it is seen

  /** Takes over the view of another scene and draws it at once, so that both change in the same frame. */
  follow(pose: Pose, seconds: number, pixelRatio: number): void {
    this.viewpoint.follow(pose);
    this.#size.setPixelRatio(pixelRatio);
    if (this.#render(seconds)) this.invalidate();
  }

  /**
   * Lets gestures on another scene's canvas move this camera too; returns what ends it. What is pointed at there is what
   * lies at the same place of this view.
   */
  share(other: SpaceScene): () => void {
    const shift = (at: Point) => ({
      x: at.x + this.#size.middle.x - other.#size.middle.x,
      y: at.y + this.#size.middle.y - other.#size.middle.y,
    });
    return this.#controls?.share(other.#canvas, shift) ?? (() => undefined);
  }

  /** On: flights are jumps and nothing has momentum. */
  setReducedMotion(on: boolean): void {
    this.viewpoint.reducedMotion = on;
    this.#controls?.setInertia(!on);
    this.invalidate();
  }

  /** Takes over the canvas's size on the page, and its pixel ratio. */
  resize(): void {
    this.#camera.aspect = this.#size.resize();
    // a resized canvas is empty: fill it before it is shown
    this.#render(0);
  }

  /** Puts the reticle, and the cloud seen from home, into the middle of what panels leave free. */
  setInsets(insets: Insets): void {
    this.#size.setInsets(insets);
    // with nothing to see yet there is nothing to follow with the eyes
    if (!this.#cloud) this.#size.makeWay(0, true);
    this.invalidate();
  }

  /** Spends no work on faces behind these parts of the canvas, CSS pixels: something lies over them. */
  setCovered(areas: readonly Area[]): void {
    this.#size.setCovered(areas);
    this.invalidate();
  }

  /** The faces of the cloud whose middle is seen inside a polygon, in ascending order. CSS pixels of the canvas. */
  facesInside(polygon: readonly Point[]): Uint32Array {
    if (!this.#cloud) return new Uint32Array();
    const { pixelRatio } = this.#size;
    const scaled = polygon.map(({ x, y }) => ({ x: x * pixelRatio, y: y * pixelRatio }));
    const nearest = 0.55 * this.viewpoint.scale.closeUp;
    return facesInside(this.#positions, this.#view, scaled, this.#cloud.hidden, nearest);
  }

  /** Where a scene position is seen, CSS pixels of the canvas; null when it lies behind the eye. */
  project(position: Vec3): Point | null {
    const at = project(this.#view, position);
    const { pixelRatio } = this.#size;
    return at && { x: at.x / pixelRatio, y: at.y / pixelRatio };
  }

  /**
   * What is seen, as a PNG file, without the reticle and whatever lies over the canvas.
   * @param width pixels
   * @throws UserError `no-device` when the graphics cannot draw as many
   */
  picture(width: number): Promise<Blob> {
    const drawn = this.#size.inOtherPixels(width, () => {
      this.#reticle.mesh.visible = false;
      this.#render(0);
      this.#reticle.mesh.visible = true;
      // asked for in the same moment: the drawing is gone once the page has been put together
      return new Promise<Blob>((resolve, reject) =>
        this.#canvas.toBlob((blob) => (blob ? resolve(blob) : reject(tooLarge(width))), 'image/png'),
      );
    });
    this.#render(0);
    return drawn;
  }

  /** Where the reticle is on the canvas, CSS pixels; whether faces are in view; and the way to their middle, see `bearing`. */
  sight(): { reticle: Point; faces: boolean; bearing: number } {
    const view = this.#view;
    return {
      reticle: this.#size.middle,
      faces: facesInSight(this.#positions, view),
      bearing: bearing(view, this.viewpoint.middle),
    };
  }

  dispose(): void {
    this.#pause();
    this.#listeners.abort();
    this.#controls?.dispose();
    this.#dropCloud();
    this.pointer.setCloud(null, 0);
    this.#picker.dispose();
    this.#surroundings.dispose();
    this.#reticle.dispose();
    this.#fog.dispose();
    this.#renderer.dispose();
  }

  // ---------------------------------------------------------------- frames

  /** One frame; true when another is needed. */
  #frame(seconds: number): boolean {
    const { flying, moved } = this.viewpoint.step(seconds);
    if (flying) this.#size.note(seconds);
    if (flying || moved) {
      clearTimeout(this.#settling);
      this.#settling = undefined;
      this.#size.coarsen();
      this.pointer.pass();
    }
    const changing = this.#render(seconds);
    if (!flying) this.#settling ??= setTimeout(() => this.#settle(), SETTLED_AFTER);
    return flying || changing;
  }

  /** The view has come to rest: it is worth all pixels now, and what lies under the pointer is another face. */
  #settle(): void {
    this.#settling = undefined;
    if (this.#size.sharpen()) this.#render(0);
    this.pointer.look();
  }

  /** Draws what there is to see now; true while the cloud or the lattice themselves still change. */
  #render(seconds: number): boolean {
    const { width, height } = this.#canvas;
    const { pose, scale, reducedMotion: instant, speed } = this.viewpoint;
    const { pixelRatio } = this.#size;
    this.#on.view?.(pose, seconds, pixelRatio);
    const at = eye(pose);
    this.#camera.position.set(...at);
    this.#camera.rotation.set(pose.pitch, pose.yaw, 0);
    const makingWay = this.#size.makeWay(seconds, instant);
    this.#camera.near = 0.1 * scale.closeUp;
    this.#camera.far = Math.hypot(...at) + 6 * scale.radius;
    const [shiftX, shiftY] = this.#size.shift;
    // also updates the projection
    this.#camera.setViewOffset(width, height, -shiftX, -shiftY, width, height);
    this.#camera.updateMatrixWorld();

    const view = this.#view;
    const { focal } = view;
    const { focus, reach } = pose;
    this.#surroundings.place(at, scale.radius, reach, pixelRatio);
    this.#reticle.place(focus, (scale.faceSize * focal) / reach, width, height, pixelRatio);
    const loading = this.#cloud?.step(seconds, view, reach, pixelRatio, instant) ?? false;
    const decoding = this.#lattice?.step(seconds, focus, reach, speed, focal, instant) ?? false;
    const clearing = this.#fog.step(seconds, this.#renderer, this.#camera, reach, instant);
    this.#renderer.render(this.#scene, this.#camera);
    this.#on.drawn?.();
    return makingWay || clearing || loading || decoding;
  }

  get #view(): View {
    const { width, height } = this.#canvas;
    const { pose } = this.viewpoint;
    const { covered, shift } = this.#size;
    const middle: [number, number] = [width / 2 + shift[0], height / 2 + shift[1]];
    const focal = height / (2 * Math.tan(FOV / 2));
    return { eye: eye(pose), ...directions(pose), width, height, middle, focal, covered };
  }

  /** Number of the face at a point of the canvas, CSS pixels; those of the lattice come after those of the cloud. */
  async #faceAt({ x, y }: Point): Promise<number | null> {
    const cloud = this.#cloud;
    if (!cloud || this.#renderer.getContext().isContextLost()) return null;
    const { pixelRatio, shift } = this.#size;
    const subjects = this.#lattice ? [cloud.pickable, this.#lattice.pickable] : [cloud.pickable];
    const face = await this.#picker.pick(subjects, this.#camera, x * pixelRatio, y * pixelRatio, shift);
    // another cloud came while this one was searched
    return cloud === this.#cloud ? face : null;
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
    this.invalidate();
  }
}

const tooLarge = (width: number) => new UserError('no-device.picture-width', { width });

function check({ count, positions, sheets, tile, columns, perSheet }: SceneCloud): void {
  const fits =
    positions.length === 3 * count &&
    positions.every(Number.isFinite) &&
    [tile, columns, perSheet].every((n) => Number.isInteger(n) && n > 0) &&
    sheets.length === Math.ceil(count / perSheet);
  if (fits) return;
  throw new UserError('bad-model.cloud-parts', { count, sheets: sheets.length });
}
