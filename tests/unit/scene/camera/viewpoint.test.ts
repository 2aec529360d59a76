import { expect, it } from 'vitest';
import type { Pose } from '../../../../renderer/scene/camera/pose';
import { Viewpoint, type FlightConditions, type Pilot } from '../../../../renderer/scene/camera/viewpoint';
import { measureCloud } from '../../../../renderer/scene/cloud/cloud-scale';

/** A grid of 5×5×5 faces, so many units apart. */
const grid = (apart: number) =>
  Float32Array.from({ length: 375 }, (_, i) => {
    const n = Math.floor(i / 3);
    return apart * (([n % 5, Math.floor(n / 5) % 5, Math.floor(n / 25)] as const)[i % 3] - 2);
  });

function seen({ free = 1, apart = 1 } = {}) {
  const moves: number[][] = [];
  const rests: Pose[] = [];
  const flights: boolean[] = [];
  const share = { free };
  const viewpoint = new Viewpoint(() => share.free, {
    move: (position) => moves.push(position),
    flying: (active) => flights.push(active),
    rest: (pose) => rests.push(pose),
    change: () => undefined,
  });
  const positions = grid(apart);
  viewpoint.enter(positions, measureCloud(positions));
  const fly = (seconds: number) => {
    let frames = 0;
    for (let t = 0; t < seconds; t += 1 / 60) if (viewpoint.step(1 / 60).flying) frames++;
    return frames;
  };
  return { viewpoint, moves, rests, flights, share, fly };
}

/** Hands that turn to the left until they are halted. */
class Turning implements Pilot {
  active = true;
  halts = 0;
  conditions: FlightConditions | null = null;
  step(pose: Pose, seconds: number, conditions: FlightConditions): Pose {
    this.conditions = conditions;
    return this.active ? { ...pose, yaw: pose.yaw + seconds } : pose;
  }
  halt(): void {
    this.active = false;
    this.halts++;
  }
}

it('is at home in a cloud it enters: all of it fits what is free', () => {
  const { viewpoint, share } = seen();
  expect(viewpoint.position).toEqual([0, 0, 0]);
  expect(viewpoint.pose.reach).toBe(viewpoint.limits.far);
  const whole = viewpoint.limits.far;
  share.free = 0.5;
  expect(viewpoint.limits.far).toBeGreaterThan(1.8 * whole);
  // a sphere of the cloud's radius is as high as the view of half a canvas
  const halfView = Math.atan(0.5 * Math.tan((25 * Math.PI) / 180));
  expect(Math.sin(halfView) * viewpoint.limits.far).toBeCloseTo(0.95 * viewpoint.scale.radius, 6);
});

it('flies to a face, close, and tells of each move and of the rest', () => {
  const { viewpoint, moves, rests, flights, fly } = seen();
  viewpoint.flyTo([1, 2, -1]);
  // said at once, not with the next frame: nobody may take this for rest
  expect(flights).toEqual([true]);
  expect(rests).toHaveLength(0);
  const frames = fly(3);
  expect(frames).toBeGreaterThan(20);
  expect(frames).toBeLessThan(120);
  expect(viewpoint.position).toEqual([1, 2, -1]);
  expect(viewpoint.pose.reach).toBe(viewpoint.scale.closeUp);
  expect(moves.length).toBeGreaterThan(20);
  expect(moves.at(-1)).toEqual([1, 2, -1]);
  expect(rests).toEqual([viewpoint.pose]);
  expect([viewpoint.speed, flights]).toEqual([0, [true, false]]);
});

it('jumps under reduced motion, and when told to', () => {
  const { viewpoint, rests, fly } = seen();
  viewpoint.reducedMotion = true;
  viewpoint.goTo([1, 0, 0]);
  expect(viewpoint.position).toEqual([1, 0, 0]);
  expect(viewpoint.pose.reach).toBe(viewpoint.limits.far);
  viewpoint.reducedMotion = false;
  viewpoint.flyTo([0, 1, 0], { instant: true });
  expect(viewpoint.position).toEqual([0, 1, 0]);
  expect([rests.length, fly(1)]).toEqual([2, 0]);
});

it('goes no closer when it drifts, takes the time it was given, and is at a speed meanwhile', () => {
  const { viewpoint, fly } = seen();
  const { reach } = viewpoint.pose;
  viewpoint.driftTo([0, 0, 10], 4);
  fly(2);
  expect(viewpoint.position[2]).toBeGreaterThan(4);
  expect(viewpoint.position[2]).toBeLessThan(6);
  expect(viewpoint.speed).toBeGreaterThan(1);
  fly(2.1);
  expect([viewpoint.position, viewpoint.pose.reach]).toEqual([[0, 0, 10], reach]);
});

it('hands steer in between, and take over from a journey', () => {
  const { viewpoint, fly } = seen();
  const hands = new Turning();
  hands.active = false;
  viewpoint.takePilot(hands);
  viewpoint.flyTo([2, 2, 2]);
  fly(0.1);
  const halted = hands.halts;
  hands.active = true;
  viewpoint.interrupt();
  const { yaw } = viewpoint.pose;
  fly(0.5);
  expect(viewpoint.pose.yaw).toBeCloseTo(yaw + 0.5, 1);
  expect(viewpoint.position).not.toEqual([2, 2, 2]);
  expect(hands.conditions!.limits).toEqual(viewpoint.limits);
  viewpoint.home();
  expect(hands.halts).toBe(halted + 1);
});

it('cruises faster where faces are far apart, and from afar', () => {
  const conditions = ({ apart = 1, reach = 0 }) => {
    const { viewpoint, fly } = seen({ apart });
    const hands = new Turning();
    viewpoint.flyTo([0, 0, 0], { instant: true });
    viewpoint.takePilot(hands);
    if (reach) viewpoint.pass({ ...viewpoint.pose, reach });
    hands.active = true;
    fly(0.02);
    return hands.conditions!.cruise;
  };
  expect(conditions({ apart: 4 })).toBeCloseTo(4 * conditions({ apart: 1 }), 4);
  expect(conditions({ reach: 20 })).toBeGreaterThan(2 * conditions({}));
});

it('carries the reticle along when the faces move to other places, as close as it was in proportion', () => {
  const { viewpoint, fly } = seen();
  viewpoint.flyTo([1, 1, 1], { instant: true });
  const { closeUp } = viewpoint.scale;
  const wider = grid(3);
  viewpoint.carry(wider, measureCloud(wider), [3, 3, 3], 0.9);
  fly(1);
  expect(viewpoint.position).toEqual([3, 3, 3]);
  expect(viewpoint.pose.reach).toBeCloseTo(3 * closeUp, 4);
});

it('takes about the same view for the same place, and no other', () => {
  const { viewpoint } = seen();
  const pose: Pose = { focus: [0, 0, 0], yaw: 3.1, pitch: 0, reach: 2 };
  const near = 0.4 * viewpoint.scale.closeUp;
  expect(viewpoint.samePlace(pose, { ...pose, focus: [near, 0, 0], yaw: -3.1 })).toBe(true);
  expect(viewpoint.samePlace(pose, { ...pose, focus: [2 * near, 0, 0] })).toBe(false);
  expect(viewpoint.samePlace(pose, { ...pose, yaw: 2.7 })).toBe(false);
  expect(viewpoint.samePlace(pose, { ...pose, reach: 2.6 })).toBe(false);
});

it('follows another view without a word', () => {
  const { viewpoint, moves, rests } = seen();
  const [moved, rested] = [moves.length, rests.length];
  viewpoint.follow({ focus: [5, 5, 5], yaw: 1, pitch: 0, reach: 3 });
  expect([viewpoint.position, moves.length, rests.length]).toEqual([[5, 5, 5], moved, rested]);
});
