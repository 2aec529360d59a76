import type { View } from '../../../renderer/scene/cloud/visibility';

/** At the origin, looking along −z: a point (x, y, −d) is drawn at (100 + 100·x/d, 75 − 100·y/d). */
export const view: View = {
  eye: [0, 0, 0],
  right: [1, 0, 0],
  up: [0, 1, 0],
  forward: [0, 0, -1],
  width: 200,
  height: 150,
  middle: [100, 75],
  focal: 100,
  covered: [],
};
