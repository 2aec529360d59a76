/** Whether there is anything to be seen, and which way it lies. */
import { evenly } from '../../../main/engine/maths/evenly';
import type { View } from '../cloud/visibility';
import { project } from '../pointer/lasso';
import type { Vec3 } from './pose';

/** Faces looked for: enough not to miss those that can be seen. */
const SAMPLES = 256;

/** Whether some faces of a cloud are drawn inside the view. @param positions `[count, 3]`; true where there are none at all */
export function facesInSight(positions: Float32Array, view: View): boolean {
  const count = positions.length / 3;
  if (count === 0) return true;
  return Array.from(evenly(count, SAMPLES)).some((face) => {
    const at = project(view, [positions[3 * face], positions[3 * face + 1], positions[3 * face + 2]]);
    return at !== null && at.x >= 0 && at.x <= view.width && at.y >= 0 && at.y <= view.height;
  });
}

/** The shortest turn towards a place, as a direction on the screen: radians, 0 to the right, a quarter circle upwards. */
export function bearing({ eye, right, up }: View, place: Vec3): number {
  const along = (axis: Vec3) => axis.reduce((sum, c, k) => sum + c * (place[k] - eye[k]), 0);
  return Math.atan2(along(up), along(right));
}
