import { describe, expect, it } from 'vitest';
import { Resolution } from '../../../../renderer/scene/canvas/resolution';

function note(resolution: Resolution, seconds: number, frames: number): number {
  for (let i = 0; i < frames; i++) resolution.note(seconds);
  return resolution.share;
}

describe('Resolution', () => {
  it('never changes where frames come quickly, nor for a late one now and then', () => {
    const resolution = new Resolution('hardware');
    for (let i = 0; i < 100; i++) {
      expect(note(resolution, 1 / 60, 6)).toBe(1);
      expect(note(resolution, 0.1, 2)).toBe(1);
    }
  });

  it('gives up sharpness while frames come slowly, to a limit', () => {
    const resolution = new Resolution('hardware');
    const shares = [3, 3, 3, 30].map((frames) => note(resolution, 0.1, frames));
    expect(shares[0]).toBeLessThan(1);
    expect(shares[1]).toBeLessThan(shares[0]);
    expect(shares[3]).toBeGreaterThanOrEqual(0.3);
  });

  it('takes it back when there is room', () => {
    const resolution = new Resolution('hardware');
    note(resolution, 0.1, 6);
    expect(note(resolution, 1 / 60, 200)).toBe(1);
  });

  it('stops seesawing: each time more was too much it waits twice as long to try again', () => {
    const resolution = new Resolution('hardware');
    const waits: number[] = [];
    for (let round = 0; round < 4; round++) {
      note(resolution, 0.1, 3);
      expect(resolution.share).toBeLessThan(1);
      let wait = 0;
      for (; resolution.share < 1; wait++) resolution.note(1 / 60);
      waits.push(wait);
    }
    expect(waits).toEqual([30, 60, 120, 240]);
  });

  it('draws the first frame out of rest as cheaply as it can where a processor draws, and only there', () => {
    expect(new Resolution('processor').firstShare).toBe(0.3);
    const hardware = new Resolution('hardware');
    expect(hardware.firstShare).toBe(1);
    note(hardware, 0.1, 3);
    expect(hardware.firstShare).toBe(0.75);
    // one that turned out quick enough for all pixels in flight
    const quick = new Resolution('processor');
    note(quick, 1 / 60, 200);
    expect(quick.firstShare).toBe(1);
  });

  it('expects less of a processor: it begins coarsely, keeps a display’s pace, and takes the sharpness that is left', () => {
    const resolution = new Resolution('processor');
    expect(resolution.share).toBe(0.55);
    expect(note(resolution, 1 / 60, 200)).toBe(1);
    // one frame that takes two of the display’s is none too many, two are
    expect(note(resolution, 1 / 30, 1)).toBe(1);
    expect(note(resolution, 1 / 60, 8)).toBe(1);
    expect(note(resolution, 1 / 30, 2)).toBe(0.75);
  });
});
