import { Gamepads } from './gamepad';
import { type GestureHandler, Gestures } from './gestures';
import { Keyboard } from './wasd-keyboard';
import { Glide, Velocity } from './motion';
import { approach, look, orbit, travel, zoom, type Pose } from '../camera/pose';
import type { FlightConditions, Pilot } from '../camera/viewpoint';

/** Time constants of the motion in seconds: long enough to be soft, short enough to obey at once. */
const THRUST_EASE = 0.11;
const TURN_EASE = 0.09;
const DRAG_EASE = 0.035;
const SCROLL_EASE = 0.1;

/** Radians per second of the turning keys. */
const TURN_SPEED = 1.3;
/** With Shift. */
const FAST = 3.5;
/** How far a pixel of scrolling carries, in seconds of flight. */
const SCROLL_SECONDS = 0.0032;
/** Radians that a drag over the height of the canvas swings around the reticle. */
const ORBIT_TURN = 3.6;
/** Radians that a pixel of captured mouse movement turns. */
const STEER_TURN = 0.0022;

/** What the controls tell. Points in CSS pixels of the canvas. */
export interface FlightDeck {
  /** There is something to move: frames are needed, and whatever else moved the camera must let go. */
  input(): void;
  tap(at: { x: number; y: number }): void;
  /** Chosen without a pointer: what is at the reticle. */
  tapReticle(): void;
  hover(at: { x: number; y: number } | null): void;
  dragging(on: boolean): void;
  /** Back to the place before, forward again. */
  back(): void;
  forward(): void;
}

/** Flying by keyboard, mouse, trackpad, touch and gamepad: collects what the hands do and moves the pose along each frame. */
export class FlyControls implements Pilot {
  readonly #canvas: HTMLCanvasElement;
  readonly #keyboard: Keyboard;
  readonly #gestures: Gestures;
  readonly #handler: GestureHandler;
  readonly #gamepads: Gamepads;
  readonly #thrust = [0, 1, 2].map(() => new Velocity(THRUST_EASE));
  readonly #turn = [0, 1].map(() => new Velocity(TURN_EASE));
  /** Left to turn, radians. */
  readonly #look = [0, 1].map(() => new Glide(DRAG_EASE));
  readonly #orbit = [0, 1].map(() => new Glide(DRAG_EASE));
  /** Left to shift, in canvas heights at the reticle. */
  readonly #pan = [0, 1].map(() => new Glide(DRAG_EASE));
  /** Left to fly to the right and to zoom in, seconds at cruising speed. */
  readonly #scroll = [0, 1].map(() => new Glide(SCROLL_EASE));
  /** Left to approach, in distances to the reticle. */
  readonly #approach = new Glide(SCROLL_EASE);
  /** Vertical field of view at the last step, radians: how far a pixel of dragging turns. */
  #fov = 1;

  /** @param page where keys and gamepads are listened for: the window */
  constructor(canvas: HTMLCanvasElement, page: Window, deck: FlightDeck) {
    this.#canvas = canvas;
    const pushed = (glides: Glide[], dx: number, dy: number) => {
      glides[0].add(dx);
      glides[1].add(dy);
      deck.input();
    };
    const height = () => Math.max(1, canvas.clientHeight);
    this.#handler = {
      // the point under the hand stays under it
      look: (dx, dy) => pushed(this.#look, (dx / height()) * this.#fov, (dy / height()) * this.#fov),
      steer: (dx, dy) => pushed(this.#look, -dx * STEER_TURN, -dy * STEER_TURN),
      orbit: (dx, dy) => pushed(this.#orbit, (-dx / height()) * ORBIT_TURN, (-dy / height()) * ORBIT_TURN),
      pan: (dx, dy) => pushed(this.#pan, -dx / height(), dy / height()),
      scroll: (dx, dy) => pushed(this.#scroll, dx * SCROLL_SECONDS, dy * SCROLL_SECONDS),
      pinch: (growth) => {
        this.#approach.add(growth);
        deck.input();
      },
      tap: deck.tap,
      tapReticle: deck.tapReticle,
      hover: deck.hover,
      dragging: deck.dragging,
    };
    this.#gestures = new Gestures(canvas, this.#handler);
    this.#keyboard = new Keyboard(page, canvas, deck.input, {
      Enter: deck.tapReticle,
      KeyF: () => this.#toggleFreeLook(),
      BracketLeft: deck.back,
      BracketRight: deck.forward,
    });
    this.#gamepads = new Gamepads(page, () => page.navigator.getGamepads(), deck.input, deck.tapReticle);
  }

  /**
   * Takes gestures on another canvas as well; returns what ends that.
   * @param shift from a point of that canvas to the corresponding one of this canvas
   */
  share(canvas: HTMLCanvasElement, shift: (at: { x: number; y: number }) => { x: number; y: number }): () => void {
    const { tap, hover, ...rest } = this.#handler;
    const gestures = new Gestures(canvas, {
      ...rest,
      tap: (at) => tap(shift(at)),
      hover: (at) => hover(at && shift(at)),
      dragging: (on) => (canvas.style.cursor = on ? 'grabbing' : ''),
    });
    return () => gestures.dispose();
  }

  /** Something still moves, or a key is held. */
  get active(): boolean {
    return (
      this.#keyboard.active ||
      this.#gamepads.active ||
      [...this.#velocities, ...this.#glides].some((motion) => motion.moving)
    );
  }

  /** The pose `seconds` later. */
  step(pose: Pose, seconds: number, { limits, cruise, fov, hold }: FlightConditions): Pose {
    this.#fov = fov;
    this.#gamepads.look();
    const pad = this.#gamepads.push;
    const both = (key: number, stick: number) => Math.max(-1, Math.min(1, key + stick));

    const [yaw, pitch] = this.#keyboard.turn.map((key, i) =>
      this.#turn[i].step(both(key, pad.turn[i]) * TURN_SPEED, seconds),
    );
    const dragged = this.#look.map((glide) => glide.step(seconds));
    pose = look(pose, yaw + dragged[0], pitch + dragged[1]);

    const [swing, tilt] = this.#orbit.map((glide) => glide.step(seconds));
    pose = orbit(pose, swing, tilt);

    const boost = this.#keyboard.fast || pad.fast ? FAST : 1;
    const flown = this.#keyboard.move.map(
      (key, i) => this.#thrust[i].step(both(key, pad.move[i]) * boost, seconds) * cruise,
    );
    const scrolled = this.#scroll.map((glide) => glide.step(seconds) * cruise);
    const viewHeight = 2 * pose.reach * Math.tan(fov / 2);
    const panned = this.#pan.map((glide) => glide.step(seconds) * viewHeight);
    const [right, up] = [flown[0] + scrolled[0] + panned[0], flown[1] + panned[1]];
    const flying = zoom(travel(pose, right, up, flown[2], limits), scrolled[1], limits);
    return hold(pose, approach(flying, this.#approach.step(seconds), limits));
  }

  /** Forgets all momentum: something else moves the camera now. */
  halt(): void {
    for (const motion of [...this.#velocities, ...this.#glides]) motion.halt();
  }

  /** Reduced motion: every input takes effect at once and stops at once. */
  setInertia(on: boolean): void {
    const set = (motions: { ease: number }[], ease: number) =>
      motions.forEach((motion) => (motion.ease = on ? ease : 0));
    set(this.#thrust, THRUST_EASE);
    set(this.#turn, TURN_EASE);
    set([...this.#look, ...this.#orbit, ...this.#pan], DRAG_EASE);
    set([...this.#scroll, this.#approach], SCROLL_EASE);
  }

  dispose(): void {
    this.#keyboard.dispose();
    this.#gestures.dispose();
    this.#gamepads.dispose();
  }

  get #velocities(): Velocity[] {
    return [...this.#thrust, ...this.#turn];
  }

  get #glides(): Glide[] {
    return [...this.#look, ...this.#orbit, ...this.#pan, ...this.#scroll, this.#approach];
  }

  /** Captures the mouse so that moving it turns the head; Escape, or the key again, releases it. */
  #toggleFreeLook(): void {
    const page = this.#canvas.ownerDocument;
    if (page.pointerLockElement === this.#canvas) return page.exitPointerLock();
    // refused in some windows (embedded, in the background): dragging still looks around
    Promise.resolve(this.#canvas.requestPointerLock()).catch(() => undefined);
  }
}
