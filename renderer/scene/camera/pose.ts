/**
 * Where the camera is, as plain numbers.
 *
 * The point that is decoded (`focus`, at the reticle) is the primary value and the eye follows from it, not the other
 * way round: a flight to a face ends at exactly that face's coordinates, without rounding on the way through the camera.
 */

export type Vec3 = [number, number, number];

export interface Pose {
  /** The point at the reticle, scene units. */
  focus: Vec3;
  /** Turn to the left around the vertical axis, radians; 0 looks along −z. */
  yaw: number;
  /** Look up (positive) or down, radians, within ±`MAX_PITCH`. */
  pitch: number;
  /** Distance from the eye to the focus, scene units, above 0. */
  reach: number;
}

/** How near and how far the focus may be from the eye: close up inside the cloud, and for the view of all of it. */
export interface ReachLimits {
  near: number;
  far: number;
}

/** Just short of straight up: the horizon stays defined, so "up" never flips over. */
export const MAX_PITCH = (88 * Math.PI) / 180;

/** Unit vectors of the camera: to its right, to its top and ahead. */
export function directions({ yaw, pitch }: Pose): { right: Vec3; up: Vec3; forward: Vec3 } {
  const [sy, cy, sp, cp] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)];
  return { right: [cy, 0, -sy], up: [sy * sp, cp, cy * sp], forward: [-sy * cp, sp, -cy * cp] };
}

/** The camera's own position. */
export function eye(pose: Pose): Vec3 {
  return along(pose.focus, directions(pose).forward, -pose.reach);
}

/** Turns the camera on the spot: the eye stays, the focus swings with the view. Radians. */
export function look(pose: Pose, yaw: number, pitch: number): Pose {
  if (yaw === 0 && pitch === 0) return pose;
  const turned = turn(pose, yaw, pitch);
  turned.focus = along(eye(pose), directions(turned).forward, pose.reach);
  return turned;
}

/** Swings the camera around the focus, which stays exactly where it is. Radians. */
export function orbit(pose: Pose, yaw: number, pitch: number): Pose {
  return turn(pose, yaw, pitch);
}

/**
 * Moves the eye by the given distances along the camera's own axes.
 *
 * Seen from afar the focus lies deep in the cloud; flying forward draws it in (`reach − near` shrinks by e every half of
 * `far − near`) until it is a short way ahead, so the decoded place stays among the faces all the way in. The law is an
 * exponential of the distance flown: many small moves equal one big one, and flying back retraces the way.
 */
export function travel(pose: Pose, right: number, up: number, forward: number, limits: ReachLimits): Pose {
  if (right === 0 && up === 0 && forward === 0) return pose;
  const axes = directions(pose);
  const drawIn = Math.exp((-2 * forward) / (limits.far - limits.near));
  const reach = Math.min(limits.near + (pose.reach - limits.near) * drawIn, Math.max(limits.far, pose.reach));
  const focus = along(
    along(along(pose.focus, axes.right, right), axes.up, up),
    axes.forward,
    forward + reach - pose.reach,
  );
  return { ...pose, focus, reach };
}

/** How much of an approach is made at once. */
const APPROACH_STEP = 0.01;

/**
 * Nearer to the reticle until things are e^`growth` times as large, were the reach to stay. It does not: every step draws it
 * in, so the way is made of small ones, as many for one pinch as for the same pinch in parts and at any frame rate.
 */
export function approach(pose: Pose, growth: number, limits: ReachLimits): Pose {
  const steps = Math.ceil(Math.abs(growth) / APPROACH_STEP);
  for (let n = 0; n < steps; n++) pose = travel(pose, 0, 0, (growth / steps) * pose.reach, limits);
  return pose;
}

/** The pose a share `t` (0..1) of the way: straight for the focus, the shorter way round, reach in equal ratios. */
export function between(a: Pose, b: Pose, t: number): Pose {
  if (t >= 1) return b;
  const mix = (x: number, y: number) => x + (y - x) * t;
  return {
    focus: [mix(a.focus[0], b.focus[0]), mix(a.focus[1], b.focus[1]), mix(a.focus[2], b.focus[2])],
    yaw: a.yaw + shortestTurn(a.yaw, b.yaw) * t,
    pitch: mix(a.pitch, b.pitch),
    reach: a.reach * (b.reach / a.reach) ** t,
  };
}

/** The turn from `from` to `to` that is at most half a circle, radians in −π..π. */
export function shortestTurn(from: number, to: number): number {
  const full = 2 * Math.PI;
  const turn = (((to - from) % full) + full) % full;
  return turn > Math.PI ? turn - full : turn;
}

function turn(pose: Pose, yaw: number, pitch: number): Pose {
  const tilted = Math.min(MAX_PITCH, Math.max(-MAX_PITCH, pose.pitch + pitch));
  return { ...pose, yaw: pose.yaw + yaw, pitch: tilted };
}

function along(point: Vec3, direction: Vec3, distance: number): Vec3 {
  return [point[0] + direction[0] * distance, point[1] + direction[1] * distance, point[2] + direction[2] * distance];
}
