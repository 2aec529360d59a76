import { describe, expect, it } from 'vitest';
import { Extent } from '../../../../renderer/scene/camera/extent';
import type { Pose, Vec3 } from '../../../../renderer/scene/camera/pose';

/** Evenly on ellipsoids of half axes 3, 2 and 1 around (5, 0, 0), of all sizes up to 1. */
const positions = Float32Array.from(
  Array.from({ length: 3000 }, (_, n) => {
    const size = Math.cbrt(((n * 7919) % 3000) / 3000);
    const z = 1 - (2 * (n + 0.5)) / 3000;
    const turn = n * Math.PI * (3 - Math.sqrt(5));
    const r = Math.sqrt(1 - z * z);
    return [5 + 3 * size * r * Math.cos(turn), 2 * size * r * Math.sin(turn), size * z];
  }).flat(),
);
const extent = new Extent(positions);
const at = (focus: Vec3, reach = 1): Pose => ({ focus, yaw: 0, pitch: 0, reach });
/** Flies from the middle along x, so many steps of so much. */
function outwards(steps: number, step: number): Pose {
  let pose = at([5, 0, 0]);
  for (let n = 0; n < steps; n++) {
    const [x, y, z] = pose.focus;
    pose = extent.hold(pose, at([x + step, y, z]));
  }
  return pose;
}

describe('the extent of a cloud', () => {
  it('has its middle, and its shape: an edge near 3, 2 and 1 times the way', () => {
    expect(extent.middle[0]).toBeCloseTo(5, 1);
    expect(extent.of([5, 0, 0])).toBeLessThan(0.02);
    for (const [place, tolerance] of [
      [[8, 0, 0], 0.12],
      [[5, 2, 0], 0.12],
      [[5, 0, 1], 0.12],
    ] as const) {
      expect(Math.abs(extent.of(place) - 1)).toBeLessThan(tolerance);
    }
    expect(extent.of([11, 0, 0])).toBeCloseTo(2 * extent.of([8, 0, 0]), 1);
  });

  it('holds nothing inside, and lets nobody get farther than a quarter beyond the edge', () => {
    expect(outwards(10, 0.2).focus[0]).toBeCloseTo(7, 6);
    const out = outwards(2000, 0.2);
    expect(extent.of(out.focus)).toBeGreaterThan(1.2);
    expect(extent.of(out.focus)).toBeLessThan(1.2501);
  });

  it('holds as much in one step as in many', () => {
    expect(outwards(1, 4).focus[0]).toBeCloseTo(outwards(400, 0.01).focus[0], 3);
  });

  it('lets everybody back in, and along, from however far out', () => {
    const far = at([30, 0, 0]);
    const back = at([29, 0, 0]);
    expect(extent.hold(far, back)).toBe(back);
    expect(extent.of(extent.hold(far, at([31, 0, 0])).focus)).toBeCloseTo(extent.of(far.focus), 6);
  });

  it('keeps the eye back where it holds the place', () => {
    const held = extent.hold(at([20, 0, 0], 3), at([24, 0, 0], 2));
    expect(held.reach).toBeCloseTo(3, 6);
  });

  it('has no edge without faces, with one, or with all in one place', () => {
    for (const few of [[], [1, 2, 3], [1, 2, 3, 1, 2, 3]]) {
      const none = new Extent(Float32Array.from(few));
      const out = at([100, 0, 0]);
      expect([none.of([100, 0, 0]), none.hold(at([0, 0, 0]), out)]).toEqual([0, out]);
    }
  });
});
