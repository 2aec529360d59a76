import { PerspectiveCamera, Scene, type WebGLRenderer } from 'three';
import { UserError } from '../../main/contract';
import { directions, eye, type Pose, type Vec3 } from './camera/pose';
import { bearing, facesInSight } from './camera/sight';
import { FOV, Viewpoint } from './camera/viewpoint';
import { CanvasSize } from './canvas/canvas-size';
import { FrameLoop } from './canvas/frame-loop';
import type { Insets } from './canvas/free-part';
import { openRenderer } from './canvas/webgl';
import { measureCloud } from './cloud/cloud-scale';
import { MOVE_SECONDS } from './cloud/move';
import type { Area, View } from './cloud/visibility';
import { Contents } from './contents';
import type { FlightScene, Layer, SceneCloud } from './flight-scene';
import { FlyControls } from './input/fly-controls';
import { Reticle } from './layers/reticle';
import { Surroundings } from './layers/surroundings';
import { readPalette, repaint, type Palette } from './palette';
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
  /** The graphics have gone, and do not come back by themselves; or they have come back after all. */
  lost?(gone: boolean): void;
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
/** A graphics context that is not back by then stays away, milliseconds. */
const LOST_AFTER = 5000;

/** The 3D space: a cloud of faces to fly through, and a reticle at the place that is decoded. */
export class SpaceScene implements FlightScene {
  readonly viewpoint: Viewpoint;
  readonly pointer: Pointer;
  readonly contents: Contents;
  /** The page's colours, for layers. */
  readonly palette: Palette;
  readonly #canvas: HTMLCanvasElement;
  readonly #size: CanvasSize;
  readonly #on: SceneEvents;
  readonly #renderer: WebGLRenderer;
  readonly #scene = new Scene();
  readonly #camera = new PerspectiveCamera((FOV * 180) / Math.PI);
  readonly #picker: Picker;
  readonly #surroundings: Surroundings;
  readonly #reticle = new Reticle();
  /** Null for a scene that follows another one. */
  readonly #controls: FlyControls | null;
  readonly #loop = new FrameLoop((seconds) => this.#frame(seconds));
  readonly #listeners = new AbortController();
  #settling: ReturnType<typeof setTimeout> | undefined;
  /** Until the graphics context counts as lost for good. */
  #waiting: ReturnType<typeof setTimeout> | undefined;

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
    this.palette = readPalette(canvas);
    renderer.setClearColor(this.palette.space, 1);
    this.#picker = new Picker(renderer);
    this.#surroundings = new Surroundings(this.palette);
    this.#scene.add(this.#surroundings.group, this.#reticle.mesh);
    this.#camera.rotation.order = 'YXZ';
    const change = () => this.invalidate();
    this.contents = new Contents(this.#scene, renderer, multisampled, this.palette, {
      change,
      failed: (error) => on.failed(error),
    });
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
      pickLattice: (face) => this.#flyToLattice(face),
      change,
    });
    this.#controls = follows ? null : this.#listen();
    if (this.#controls) this.viewpoint.takePilot(this.#controls);
    // touches are ours: the page neither scrolls nor zooms
    canvas.style.touchAction = 'none';
    const { signal } = this.#listeners;
    canvas.addEventListener('webglcontextlost', () => this.#lose(), { signal });
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

  #flyToLattice(face: number): void {
    const position = this.contents.latticePosition(face);
    if (position) this.viewpoint.flyTo(position);
  }

  // ---------------------------------------------------------------- what there is to see

  /**
   * Shows these faces instead of any shown before, all of them in view.
   * @throws UserError `bad-model` when the numbers do not fit together
   */
  setCloud(cloud: SceneCloud): void {
    const { count, positions } = cloud;
    const scale = measureCloud(positions);
    this.contents.setCloud(cloud, scale);
    this.pointer.setCloud(this.contents.cloud, count);
    this.viewpoint.enter(positions, scale);
  }

  /**
   * Has the same faces move to other places, eased, and the reticle with them: what is at it now is at `focus` then. The
   * lattice ends; what was visited before is forgotten, as it lies elsewhere.
   * @param positions `[count, 3]`, finite
   */
  setPositions(positions: Float32Array, focus: Vec3): void {
    if (!this.contents.cloud) return;
    const scale = measureCloud(positions);
    this.contents.moveTo(positions, scale);
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
    if (!this.contents.cloud) this.#size.makeWay(0, true);
    this.invalidate();
  }

  /** Spends no work on faces behind these parts of the canvas, CSS pixels: something lies over them. */
  setCovered(areas: readonly Area[]): void {
    this.#size.setCovered(areas);
    this.invalidate();
  }

  /** The faces of the cloud whose middle is seen inside a polygon, in ascending order. CSS pixels of the canvas. */
  facesInside(polygon: readonly Point[]): Uint32Array {
    const { cloud, positions } = this.contents;
    if (!cloud) return new Uint32Array();
    const { pixelRatio } = this.#size;
    const scaled = polygon.map(({ x, y }) => ({ x: x * pixelRatio, y: y * pixelRatio }));
    const nearest = 0.55 * this.viewpoint.scale.closeUp;
    return facesInside(positions, this.#view, scaled, cloud.hidden, nearest);
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
      faces: facesInSight(this.contents.positions, view),
      bearing: bearing(view, this.viewpoint.middle),
    };
  }

  dispose(): void {
    this.#pause();
    clearTimeout(this.#waiting);
    this.#listeners.abort();
    this.#controls?.dispose();
    this.contents.dispose();
    this.pointer.setCloud(null, 0);
    this.#picker.dispose();
    this.#surroundings.dispose();
    this.#reticle.dispose();
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
    const { pose, scale, reducedMotion } = this.viewpoint;
    const { pixelRatio } = this.#size;
    this.#on.view?.(pose, seconds, pixelRatio);
    const at = eye(pose);
    this.#camera.position.set(...at);
    this.#camera.rotation.set(pose.pitch, pose.yaw, 0);
    const makingWay = this.#size.makeWay(seconds, reducedMotion);
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
    const changing = this.contents.step({
      seconds,
      view,
      pose,
      camera: this.#camera,
      pixelRatio,
      viewpoint: this.viewpoint,
    });
    this.#renderer.render(this.#scene, this.#camera);
    this.#on.drawn?.();
    return makingWay || changing;
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
    const { cloud, pickable } = this.contents;
    if (!cloud || this.#renderer.getContext().isContextLost()) return null;
    const { pixelRatio, shift } = this.#size;
    const face = await this.#picker.pick(pickable, this.#camera, x * pixelRatio, y * pixelRatio, shift);
    // another cloud came while this one was searched
    return cloud === this.contents.cloud ? face : null;
  }

  /** The page has other colours. */
  repaint(): void {
    repaint(this.palette, readPalette(this.#canvas));
    this.#renderer.setClearColor(this.palette.space, 1);
    this.invalidate();
  }

  /** The graphics context is gone, until the browser gives it back. */
  #pause(): void {
    this.#loop.stop();
    clearTimeout(this.#settling);
    this.#settling = undefined;
  }

  /** The graphics driver has stopped. Browsers bring it back soon, or not at all. */
  #lose(): void {
    this.#pause();
    this.#waiting = setTimeout(() => this.#on.lost?.(true), LOST_AFTER);
  }

  /** The graphics context is back, and empty. */
  #restore(): void {
    clearTimeout(this.#waiting);
    this.#on.lost?.(false);
    this.#renderer.setClearColor(this.palette.space, 1);
    this.contents.reload();
    this.resize();
    this.invalidate();
  }
}

const tooLarge = (width: number) => new UserError('no-device.picture-width', { width });
