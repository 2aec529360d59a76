import { describe, expect, it } from 'vitest';
import { ease, Journey } from '../../../../renderer/scene/camera/journey';
import { Glide, Velocity } from '../../../../renderer/scene/input/motion';
import type { Pose } from '../../../../renderer/scene/camera/pose';

describe('Velocity', () => {
  /** Holds a key for one second, lets go, and coasts for another. */
  function flown(framesPerSecond: number): number {
    const velocity = new Velocity(0.11);
    let distance = 0;
    for (let i = 0; i < framesPerSecond; i++) distance += velocity.step(3, 1 / framesPerSecond);
    for (let i = 0; i < framesPerSecond; i++) distance += velocity.step(0, 1 / framesPerSecond);
    return distance;
  }

  it('covers the same distance at any frame rate', () => {
    expect(flown(20)).toBeCloseTo(flown(144), 3);
    expect(flown(60)).toBeCloseTo(flown(144), 3);
  });

  it('covers speed × time in all: what is lost in starting is given back in stopping', () => {
    expect(flown(60)).toBeCloseTo(3, 3);
  });

  it('follows v(t) = target · (1 − e^(−t/ease))', () => {
    const velocity = new Velocity(0.5);
    expect(velocity.step(2, 0.5)).toBeCloseTo(2 * 0.5 - 2 * 0.5 * (1 - 1 / Math.E), 12);
  });

  it('comes to rest, so that rendering can stop', () => {
    const velocity = new Velocity(0.11);
    velocity.step(1, 1);
    expect(velocity.moving).toBe(true);
    for (let i = 0; i < 120; i++) velocity.step(0, 1 / 60);
    expect(velocity.moving).toBe(false);
    expect(velocity.step(0, 1)).toBe(0);
  });

  it('obeys at once without inertia', () => {
    const velocity = new Velocity(0);
    expect(velocity.step(3, 0.1)).toBeCloseTo(0.3, 12);
    expect(velocity.step(0, 0.1)).toBe(0);
    expect(velocity.moving).toBe(false);
  });

  it('stands still after a halt', () => {
    const velocity = new Velocity(0.11);
    velocity.step(3, 1);
    velocity.halt();
    expect(velocity.step(0, 1)).toBe(0);
  });
});

describe('Glide', () => {
  it('pays out all that was added, whatever the frame rate, then rests', () => {
    for (const framesPerSecond of [10, 60, 144]) {
      const glide = new Glide(0.1);
      glide.add(2);
      glide.add(-0.5);
      let paid = 0;
      for (let i = 0; i < 3 * framesPerSecond; i++) paid += glide.step(1 / framesPerSecond);
      expect(paid).toBeCloseTo(1.5, 12);
      expect(glide.moving).toBe(false);
    }
  });

  it('pays at once without inertia, and nothing after a halt', () => {
    const glide = new Glide(0);
    glide.add(2);
    expect(glide.step(0.001)).toBe(2);
    glide.add(2);
    glide.halt();
    expect(glide.step(1)).toBe(0);
  });
});

describe('Journey', () => {
  const from: Pose = { focus: [0, 0, 0], yaw: 0, pitch: 0, reach: 5 };
  const to: Pose = { focus: [Math.fround(0.1), Math.fround(-2.3), Math.fround(1e-3)], yaw: 1, pitch: 0.5, reach: 0.4 };

  it('eases from rest to rest, symmetrically, without going back', () => {
    expect([ease(0), ease(0.5), ease(1)]).toEqual([0, 0.5, 1]);
    expect(ease(0.01)).toBeLessThan(1e-5);
    for (let t = 0; t < 1; t += 0.05) {
      expect(ease(t + 0.05)).toBeGreaterThan(ease(t));
      expect(ease(t)).toBeCloseTo(1 - ease(1 - t), 12);
    }
  });

  it('arrives exactly, in a time people wait without noticing', () => {
    const journey = new Journey(from, to);
    expect(journey.seconds).toBeGreaterThan(0.3);
    expect(journey.seconds).toBeLessThan(1.7);
    let pose = from;
    let elapsed = 0;
    while (!journey.done) {
      pose = journey.step(1 / 60);
      elapsed += 1 / 60;
    }
    expect(pose).toEqual(to);
    expect(elapsed).toBeLessThan(journey.seconds + 1 / 60);
  });

  it('takes longer for longer ways, but not in proportion', () => {
    const seconds = (distance: number) => new Journey(to, { ...to, focus: [distance, 0, 0] }).seconds;
    expect(seconds(2)).toBeGreaterThan(seconds(1));
    expect(seconds(100)).toBeLessThan(10 * seconds(1));
  });

  it('is defined for a flight to where one already is', () => {
    const journey = new Journey(to, to);
    expect(journey.step(0.1)).toEqual(to);
  });
});
