import { describe, expect, it } from 'vitest';
import { FreePart } from '../../../../renderer/scene/canvas/free-part';

const covered = { left: 400, right: 100, top: 0, bottom: 60 };

describe('the free part of the canvas', () => {
  it('is all of it at first', () => {
    const free = new FreePart();
    expect(free.step(1 / 60)).toBe(false);
    expect(free.offset).toEqual({ x: 0, y: 0 });
  });

  it('takes the view into its middle, by e for each time constant, and ends there exactly', () => {
    const free = new FreePart();
    free.insets = covered;
    expect(free.step(0.09)).toBe(true);
    expect(free.offset.x).toBeCloseTo(150 * (1 - Math.exp(-1)));
    expect(free.offset.y).toBeCloseTo(-30 * (1 - Math.exp(-1)));
    let frames = 0;
    while (free.step(1 / 60)) frames++;
    expect(frames).toBeLessThan(40);
    expect(free.offset).toEqual({ x: 150, y: -30 });
  });

  it('does so at once where nothing is to move', () => {
    const free = new FreePart();
    free.insets = covered;
    free.jump();
    expect(free.offset).toEqual({ x: 150, y: -30 });
    expect(free.step(1 / 60)).toBe(false);
  });
});
