import { describe, expect, it } from 'vitest';
import {
  approach,
  between,
  directions,
  eye,
  look,
  MAX_PITCH,
  orbit,
  shortestTurn,
  travel,
  zoom,
} from '../../../../renderer/scene/camera/pose';
import type { Pose, Vec3 } from '../../../../renderer/scene/camera/pose';

const ahead: Pose = { focus: [0, 0, 0], yaw: 0, pitch: 0, reach: 2 };
const tilted: Pose = { focus: [1.5, -0.25, 3], yaw: 0.7, pitch: -0.4, reach: 2 };
const limits = { near: 0.5, far: 6 };

function expectClose(actual: Vec3, expected: Vec3, digits = 12) {
  for (let i = 0; i < 3; i++) expect(actual[i]).toBeCloseTo(expected[i], digits);
}

const length = (v: Vec3) => Math.hypot(...v);
const dot = (a: Vec3, b: Vec3) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

describe('directions', () => {
  it('looks along −z at rest, to −x after a quarter turn to the left, up with positive pitch', () => {
    expectClose(directions(ahead).forward, [0, 0, -1]);
    expectClose(directions({ ...ahead, yaw: Math.PI / 2 }).forward, [-1, 0, 0]);
    expectClose(directions({ ...ahead, pitch: Math.PI / 6 }).forward, [0, 0.5, -Math.sqrt(0.75)]);
  });

  it('gives a right-handed set of unit vectors with a level horizon', () => {
    const { right, up, forward } = directions(tilted);
    for (const v of [right, up, forward]) expect(length(v)).toBeCloseTo(1, 12);
    expect(dot(up, forward)).toBeCloseTo(0, 12);
    expectClose(cross(right, up), forward.map((c) => -c) as Vec3);
    expect(right[1]).toBe(0);
  });
});

describe('look and orbit', () => {
  it('keeps the eye in place while looking around', () => {
    const turned = look(tilted, 0.3, -0.1);
    expectClose(eye(turned), eye(tilted));
    expect(turned.yaw).toBeCloseTo(1, 12);
    expect(turned.pitch).toBeCloseTo(-0.5, 12);
  });

  it('keeps the focus exactly in place, and its distance, while orbiting', () => {
    const turned = orbit(tilted, 2, 0.2);
    expect(turned.focus).toEqual(tilted.focus);
    expect(length(eye(turned).map((c, i) => c - turned.focus[i]) as Vec3)).toBeCloseTo(tilted.reach, 12);
  });

  it('never tips over', () => {
    expect(look(tilted, 0, 10).pitch).toBe(MAX_PITCH);
    expect(orbit(tilted, 0, -10).pitch).toBe(-MAX_PITCH);
  });
});

describe('travel', () => {
  it('moves eye and focus alike close up', () => {
    const close = { ...tilted, reach: limits.near };
    const moved = travel(close, 1, -2, 3, limits);
    const { right, up, forward } = directions(close);
    const step = [0, 1, 2].map((i) => right[i] - 2 * up[i] + 3 * forward[i]);
    expectClose(moved.focus, close.focus.map((c, i) => c + step[i]) as Vec3);
    expectClose(eye(moved), eye(close).map((c, i) => c + step[i]) as Vec3);
    expect(moved.reach).toBe(limits.near);
  });

  it('draws the focus in when approaching from afar, by an e-fold every time the way to it', () => {
    const far = { ...ahead, reach: limits.far };
    const moved = travel(far, 0, 0, limits.far - limits.near, limits);
    expect(moved.reach).toBeCloseTo(limits.near + (limits.far - limits.near) / Math.E, 12);
    expectClose(eye(moved), [0, 0, limits.near]);
  });

  it('ends at the same place in one step or in many, and retraces its way', () => {
    const far = { ...tilted, reach: limits.far };
    const once = travel(far, 0, 0, 4, limits);
    let often = far;
    for (let i = 0; i < 400; i++) often = travel(often, 0, 0, 0.01, limits);
    expectClose(often.focus, once.focus, 9);
    expect(often.reach).toBeCloseTo(once.reach, 9);
    const back = travel(once, 0, 0, -4, limits);
    expectClose(back.focus, far.focus, 9);
    expect(back.reach).toBeCloseTo(far.reach, 9);
  });

  it('never reaches farther than the view of everything', () => {
    expect(travel({ ...ahead, reach: 5 }, 0, 0, -100, limits).reach).toBeCloseTo(limits.far, 12);
    const everything = { ...ahead, reach: limits.far };
    expectClose(travel(everything, 0, 0, -100, limits).focus, everything.focus);
  });

  it('never brings the decoded place towards the eye when flying forward', () => {
    for (const reach of [limits.near, 1, 3, limits.far, 2 * limits.far]) {
      let pose: Pose = { ...ahead, reach };
      for (let n = 0; n < 200; n++) {
        const next = travel(pose, 0, 0, 0.05, limits);
        expect(next.focus[2]).toBeLessThanOrEqual(pose.focus[2]);
        expect(next.reach).toBeLessThanOrEqual(pose.reach);
        pose = next;
      }
    }
  });
});

describe('between', () => {
  const a: Pose = { focus: [0, 0, 0], yaw: 0.2, pitch: 0, reach: 1 };
  const b: Pose = { focus: [2, 4, -6], yaw: 2 * Math.PI, pitch: 0.4, reach: 4 };

  it('arrives at exactly the given numbers', () => {
    expect(between(a, b, 1)).toBe(b);
  });

  it('is half way at one half: straight focus, the shorter turn, the geometric mean of the reach', () => {
    const half = between(a, b, 0.5);
    expectClose(half.focus, [1, 2, -3]);
    expect(half.yaw).toBeCloseTo(0.1, 12);
    expect(half.pitch).toBeCloseTo(0.2, 12);
    expect(half.reach).toBeCloseTo(2, 12);
  });

  it('turns the shorter way across the seam', () => {
    expect(shortestTurn(3, -3)).toBeCloseTo(2 * Math.PI - 6, 12);
    expect(shortestTurn(-3, 3)).toBeCloseTo(6 - 2 * Math.PI, 12);
    expect(shortestTurn(0, Math.PI)).toBeCloseTo(Math.PI, 12);
  });
});

describe('zoom', () => {
  it('goes out from a place that stays, as far as the view of everything', () => {
    expect(zoom(tilted, -1, limits)).toEqual({ ...tilted, reach: 3 });
    expect(zoom(tilted, -100, limits)).toEqual({ ...tilted, reach: limits.far });
  });

  it('comes in to a place that stays, and then flies on', () => {
    expect(zoom(tilted, 1, limits)).toEqual({ ...tilted, reach: 1 });
    const through = zoom(ahead, 2, limits);
    expect(through.reach).toBe(limits.near);
    expectClose(through.focus, [0, 0, -0.5]);
  });

  it('makes things e^growth times as large, at once and in parts', () => {
    const pose: Pose = { ...ahead, reach: 5 };
    expect(approach(pose, 1.2, limits).reach).toBeCloseTo(5 * Math.exp(-1.2), 12);
    expect(approach(pose, -0.1, limits).reach).toBeCloseTo(5 * Math.exp(0.1), 12);
    let inParts = pose;
    for (let n = 0; n < 16; n++) inParts = approach(inParts, 3 / 16, limits);
    const once = approach(pose, 3, limits);
    expect(once.reach).toBe(limits.near);
    expect(once.focus[2]).toBeLessThan(-0.1);
    expectClose(inParts.focus, once.focus, 9);
  });
});
