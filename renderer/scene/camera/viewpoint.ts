import { EMPTY_SCALE, type CloudScale } from '../cloud/cloud-scale';
import { Extent } from './extent';
import { Journey } from './journey';
import { LocalSpacing } from './local-spacing';
import { shortestTurn, type Pose, type ReachLimits, type Vec3 } from './pose';

/** Vertical field of view, radians. */
export const FOV = (50 * Math.PI) / 180;
/** Looks a little down and from the side: all three axes are seen at once. */
const HOME = { yaw: 0.42, pitch: -0.24 };
/** Flown per second, in distances between neighbouring faces around the reticle. */
const CRUISE_SPACINGS = 5;
/** Flown per second, as a share of how much farther than a close-up the reticle is. */
const CRUISE_REACH = 0.55;

/** What the controls need to know to move a pose. */
export interface FlightConditions {
  limits: ReachLimits;
  /** Speed of flight, scene units per second. */
  cruise: number;
  /** Vertical field of view, radians. */
  fov: number;
  /** How far a move gets where the cloud ends. */
  hold(from: Pose, to: Pose): Pose;
}

/** Whoever steers: the controls. */
export interface Pilot {
  /** Something still moves, or a key is held. */
  readonly active: boolean;
  /** The pose `seconds` later. */
  step(pose: Pose, seconds: number, conditions: FlightConditions): Pose;
  /** Forgets all momentum: something else moves the camera now. */
  halt(): void;
}

export interface ViewpointEvents {
  /** The point at the reticle changed. */
  move(position: Vec3): void;
  /** The camera begins to move, or stands still. */
  flying?(active: boolean): void;
  /** One has come to rest at this place. */
  rest?(pose: Pose): void;
  /** There is something to move: frames are needed. */
  change(): void;
}

/** Where the space is looked at from: the pose, the journey or the controls that move it, its limits, and home. */
export class Viewpoint {
  /** Flights are jumps. */
  reducedMotion = false;
  #scale: CloudScale = EMPTY_SCALE;
  #spacing = new LocalSpacing(new Float32Array(), EMPTY_SCALE);
  #extent = new Extent(new Float32Array());
  #pose: Pose;
  #journey: Journey | null = null;
  #pilot: Pilot | null = null;
  #flying = false;
  #speed = 0;
  readonly #freeShare: () => number;
  readonly #on: ViewpointEvents;

  /** @param freeShare the shorter side of what is free of the canvas, as a share of its height: the cloud seen from home fits it */
  constructor(freeShare: () => number, on: ViewpointEvents) {
    this.#freeShare = freeShare;
    this.#on = on;
    this.#pose = this.#home;
  }

  /** Hands over the controls. */
  takePilot(pilot: Pilot): void {
    this.#pilot = pilot;
  }

  /** Where the camera is, and how it looks. */
  get pose(): Pose {
    return { ...this.#pose, focus: this.position };
  }

  /** The scene position that is decoded: the point at the reticle. */
  get position(): Vec3 {
    return [...this.#pose.focus];
  }

  /** Of the reticle in flight, scene units per second. */
  get speed(): number {
    return this.#speed;
  }

  get scale(): CloudScale {
    return this.#scale;
  }

  /** The cloud's middle, and how far out the reticle is: below 1 among the faces, 1 where they end. */
  get middle(): Vec3 {
    return this.#extent.middle;
  }
  get outwards(): number {
    return this.#extent.of(this.#pose.focus);
  }

  /** How near and how far the reticle may be. */
  get limits(): ReachLimits {
    const { radius, closeUp } = this.#scale;
    const halfView = Math.tan(FOV / 2) * Math.min(1, Math.max(0.2, this.#freeShare()));
    return { near: closeUp, far: Math.max(2 * closeUp, (0.95 * radius) / Math.sin(Math.atan(halfView))) };
  }

  /**
   * Another cloud: is at home in it, at once.
   * @param positions `[count, 3]`, scene units
   */
  enter(positions: Float32Array, scale: CloudScale): void {
    this.#survey(positions, scale);
    this.pass(this.#home);
  }

  /**
   * The faces of the cloud move to other places, and the reticle with them: what is at it now is at `focus` then.
   * @param seconds that this takes
   */
  carry(positions: Float32Array, scale: CloudScale, focus: Vec3, seconds: number): void {
    const { radius } = this.#scale;
    this.#survey(positions, scale);
    this.#go({ ...this.#pose, focus: [...focus], reach: this.#reachLike(this.#pose, radius) }, false, seconds);
  }

  /** Is at `focus` at once, and looks as `view` did in a cloud of radius `radius`: that way, and as close in proportion. */
  resume(view: Omit<Pose, 'focus'>, radius: number, focus: Vec3): void {
    this.pass({ ...view, focus: [...focus], reach: this.#reachLike(view, radius) });
  }

  #reachLike({ reach }: Omit<Pose, 'focus'>, radius: number): number {
    const { near, far } = this.limits;
    return Math.min(far, Math.max(near, (reach * this.#scale.radius) / radius));
  }

  /** Brings `position` to the reticle, exactly, and close enough to look at a face there. Any input takes over. */
  flyTo(position: Vec3, { instant = false } = {}): void {
    this.#go({ ...this.#pose, focus: [...position], reach: this.#scale.closeUp }, instant);
  }

  /** Brings `position` to the reticle and changes nothing else. */
  goTo(position: Vec3): void {
    this.#go({ ...this.#pose, focus: [...position] }, false);
  }

  /** Flies to `position` without coming closer to it or turning, in so many seconds. Any input takes over. */
  driftTo(position: Vec3, seconds: number): void {
    this.#go({ ...this.#pose, focus: [...position] }, false, seconds);
  }

  /** Flies to exactly this pose. Any input takes over. */
  travel(pose: Pose): void {
    this.#go(pose, false);
  }

  /** Flies back to where the whole cloud is in view and the reticle in its middle. */
  home(): void {
    this.#go(this.#home, false);
  }

  /** Is at this pose now, on the way to others: for flights that something else leads. */
  pass(pose: Pose): void {
    this.#pilot?.halt();
    this.#journey = null;
    this.#moveTo(pose);
    this.#on.change();
  }

  /** Takes over the pose of another view, and tells nobody. */
  follow(pose: Pose): void {
    this.#pose = pose;
  }

  /** The controls take over from a journey. */
  interrupt(): void {
    this.#journey = null;
    this.#setFlying(true);
    this.#on.change();
  }

  /** Moves on by `seconds`. `flying`: the next frame differs; `moved`: this one does. */
  step(seconds: number): { flying: boolean; moved: boolean } {
    const from = this.#pose;
    if (this.#journey) {
      this.#moveTo(this.#journey.step(seconds));
      if (this.#journey.done) this.#journey = null;
    } else if (this.#pilot) this.#moveTo(this.#pilot.step(this.#pose, seconds, this.#conditions));
    const flying = this.#journey !== null || (this.#pilot?.active ?? false);
    this.#speed = flying ? distance(this.#pose.focus, from.focus) / Math.max(seconds, 1e-3) : 0;
    const landed = this.#flying && !flying;
    this.#setFlying(flying);
    if (landed) this.#on.rest?.(this.pose);
    return { flying, moved: !samePose(this.#pose, from) };
  }

  /** Near enough for people: about the same view of about the same faces. */
  samePlace(a: Pose, b: Pose): boolean {
    const apart = distance(a.focus, b.focus);
    const turned = Math.hypot(shortestTurn(a.yaw, b.yaw), a.pitch - b.pitch);
    return apart < 0.5 * this.#scale.closeUp && turned < 0.3 && Math.abs(Math.log2(a.reach / b.reach)) < 0.3;
  }

  get #home(): Pose {
    return { ...HOME, focus: [0, 0, 0], reach: this.limits.far };
  }

  get #conditions(): FlightConditions {
    const { closeUp } = this.#scale;
    const { focus, reach } = this.#pose;
    const cruise = CRUISE_SPACINGS * this.#spacing.at(...focus) + CRUISE_REACH * (reach - closeUp);
    return { limits: this.limits, cruise, fov: FOV, hold: (from, to) => this.#extent.hold(from, to) };
  }

  #survey(positions: Float32Array, scale: CloudScale): void {
    this.#scale = scale;
    this.#spacing = new LocalSpacing(positions, scale);
    this.#extent = new Extent(positions);
  }

  #go(pose: Pose, instant: boolean, seconds?: number): void {
    this.#pilot?.halt();
    this.#journey = null;
    if (instant || this.reducedMotion) {
      this.#moveTo(pose);
      this.#on.rest?.(this.pose);
    } else {
      this.#journey = new Journey(this.#pose, pose, seconds);
      this.#setFlying(true);
    }
    this.#on.change();
  }

  #setFlying(flying: boolean): void {
    if (flying === this.#flying) return;
    this.#flying = flying;
    this.#on.flying?.(flying);
  }

  #moveTo(pose: Pose): void {
    const from = this.#pose.focus;
    this.#pose = pose;
    if (pose.focus.some((coordinate, i) => coordinate !== from[i])) this.#on.move(this.position);
  }
}

const distance = (a: Vec3, b: Vec3) => Math.hypot(...a.map((c, i) => c - b[i]));

const samePose = (a: Pose, b: Pose) =>
  a.yaw === b.yaw && a.pitch === b.pitch && a.reach === b.reach && a.focus.every((c, i) => c === b.focus[i]);
