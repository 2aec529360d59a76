import type { Cloud } from '../../../main/contract';
import { cubeAround } from '../../../main/engine/space/holes/grid';
import type { Vec3 } from '../../scene/camera/pose';
import type { Flight } from './flight';

/** True when two clouds show the same faces in the same order, as far as can be told from outside. */
export function sameFaces(a: Cloud, b: Cloud): boolean {
  return a.source === 'codes' && b.source === 'codes' && a.count === b.count;
}

/** True when every face lies where it does in the other cloud. */
export function samePlaces(a: Cloud, b: Cloud): boolean {
  return a.count === b.count && a.positions.every((x, i) => x === b.positions[i]);
}

/**
 * The place in cloud `to` that corresponds to `p` in cloud `from`: as far from the same face, in the same direction,
 * with distances measured against the width of each cloud (an AE's codes may spread ten times wider than a VAE's).
 * @param face index of the face to hold on to
 */
export function carry(p: Vec3, face: number, from: Cloud, to: Cloud): Vec3 {
  const scale = width(to.positions) / (width(from.positions) || 1);
  const at = (positions: Float32Array, k: number) => positions[3 * face + k];
  return [0, 1, 2].map((k) => at(to.positions, k) + (p[k] - at(from.positions, k)) * scale) as Vec3;
}

/**
 * What of a place stays when another model takes over: everything where its cloud is the same to the eye, else the same
 * direction from the same face where the faces are the same, else nothing.
 */
export function carryOver(
  before: Flight | null,
  flight: Flight,
  { position, anchor, nearest }: { position: Vec3; anchor: number | null; nearest: number | null },
): { place: Vec3 | null; anchor: number | null; unmoved: boolean } {
  const unmoved = before !== null && samePlaces(before.cloud, flight.cloud);
  if (!before || !(unmoved || sameFaces(before.cloud, flight.cloud)))
    return { place: null, anchor: flight.middle, unmoved };
  if (unmoved) return { place: position, anchor, unmoved };
  const face = anchor ?? nearest;
  return { place: face === null ? null : carry(position, face, before.cloud, flight.cloud), anchor, unmoved };
}

/** Root mean square distance from the origin, scene units. */
function width(positions: Float32Array): number {
  return Math.sqrt(positions.reduce((sum, x) => sum + x * x, 0) / (positions.length / 3));
}

/** How far out a flight into the open goes, in root-mean-square distances of the cloud from its middle. */
const FAR_OUT = 3.2;

/** A place in the open: from the middle of a cloud through `p`; upwards for a place in the middle itself. */
export function wayOut(p: Vec3, positions: Float32Array): Vec3 {
  const { centre, radius } = cubeAround(positions);
  const size = radius / 2;
  const away = p.map((x, k) => x - centre[k]);
  const distance = Math.hypot(...away);
  const direction = distance > size / 4 ? away.map((x) => x / distance) : [0, 1, 0];
  return direction.map((x, k) => centre[k] + FAR_OUT * size * x) as Vec3;
}
