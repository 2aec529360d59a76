import type { Vec3 } from '../camera/pose';
import type { View } from '../cloud/visibility';

/** On the canvas; pixels from the left and the top. */
export interface Point {
  x: number;
  y: number;
}

/** Where the middle of a scene position is drawn, in the pixels of the view; null when it lies behind the eye. */
export function project({ eye, right, up, forward, middle, focal }: View, [x, y, z]: Vec3): Point | null {
  const [dx, dy, dz] = [x - eye[0], y - eye[1], z - eye[2]];
  const depth = dx * forward[0] + dy * forward[1] + dz * forward[2];
  if (depth <= 0) return null;
  const scale = focal / depth;
  return {
    x: middle[0] + (dx * right[0] + dy * right[1] + dz * right[2]) * scale,
    y: middle[1] - (dx * up[0] + dy * up[1] + dz * up[2]) * scale,
  };
}

/** Whether a point lies inside a polygon, by the even-odd rule. Points on an edge belong to one side of it only. */
export function isInside(polygon: readonly Point[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [a, b] = [polygon[i], polygon[j]];
    if (a.y > y !== b.y > y && x < a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)) inside = !inside;
  }
  return inside;
}

/**
 * The faces whose middle is drawn inside a polygon, in ascending order: also those behind others: a lasso reaches
 * through the cloud as the eye looks.
 * @param positions `[count, 3]`
 * @param polygon in the pixels of the view; fewer than three points hold nothing
 * @param hidden 1 for faces that are not shown; null: all are
 * @param goneWithin faces nearer to the eye than this are not shown
 */
export function facesInside(
  positions: Float32Array,
  view: View,
  polygon: readonly Point[],
  hidden: Uint8Array | null,
  goneWithin: number,
): Uint32Array {
  const found: number[] = [];
  const left = Math.max(0, Math.min(...polygon.map((p) => p.x)));
  const right = Math.min(view.width, Math.max(...polygon.map((p) => p.x)));
  const top = Math.max(0, Math.min(...polygon.map((p) => p.y)));
  const bottom = Math.min(view.height, Math.max(...polygon.map((p) => p.y)));
  for (let face = 0; face < positions.length / 3; face++) {
    if (hidden?.[face]) continue;
    const at: Vec3 = [positions[3 * face], positions[3 * face + 1], positions[3 * face + 2]];
    const point = project(view, at);
    if (!point || point.x < left || point.x > right || point.y < top || point.y > bottom) continue;
    if (Math.hypot(at[0] - view.eye[0], at[1] - view.eye[1], at[2] - view.eye[2]) <= goneWithin) continue;
    if (isInside(polygon, point.x, point.y)) found.push(face);
  }
  return Uint32Array.from(found);
}
