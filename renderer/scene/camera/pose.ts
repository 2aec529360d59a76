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
 * Seen from afar the focus lies deep in the cloud; flying forward draws it in (`reach − near` shrinks by e every
 * `far − near`) until it is a short way ahead, so the decoded place stays among the faces all the way in. It never comes
 * towards the eye: from home it sets out as if it stood still. The law is an exponential of the distance flown: many small
 * moves equal one big one, and flying back retraces the way, as far as the view of everything.
 */
export function travel(pose: Pose, right: number, up: number, forward: number, limits: ReachLimits): Pose {
  if (right === 0 && up === 0 && forward === 0) return pose;
  const axes = directions(pose);
  const span = Math.max(limits.far, pose.reach) - limits.near;
  const beyond = Math.max(0, pose.reach - limits.near);
  // where everything is in view there is nothing behind to fly to
  if (beyond > 0) forward = Math.max(forward, -span * Math.log(span / beyond));
  const reach = Math.min(pose.reach, limits.near) + beyond * Math.exp(-forward / span);
  const focus = along(
    along(along(pose.focus, axes.right, right), axes.up, up),
    axes.forward,
    forward + reach - pose.reach,
  );
  return { ...pose, focus, reach };
}

/**
 * Brings the eye nearer to the focus by a distance, or farther from it where that is negative: the decoded place stays.
 * Close up there is no way left but on, and the focus goes ahead of the eye.
 */
export function zoom(pose: Pose, distance: number, limits: ReachLimits): Pose {
  if (distance === 0) return pose;
  if (distance < 0) return { ...pose, reach: Math.min(Math.max(limits.far, pose.reach), pose.reach - distance) };
  const nearer = Math.min(distance, Math.max(0, pose.reach - limits.near));
  return travel({ ...pose, reach: pose.reach - nearer }, 0, 0, distance - nearer, limits);
}

/** Nearer to the focus until what is there is e^`growth` times as large, as `zoom` does it. */
export function approach(pose: Pose, growth: number, limits: ReachLimits): Pose {
  // what is left where the eye comes no nearer is flown, a reach for each e-fold
  const inside = Math.min(growth, Math.log(Math.max(1, pose.reach / limits.near)));
  return zoom(zoom(pose, pose.reach * (1 - Math.exp(-inside)), limits), (growth - inside) * limits.near, limits);
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
