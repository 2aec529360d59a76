import { describe, expect, it } from 'vitest';
import { FrameLoop } from '../../../../renderer/scene/canvas/frame-loop';

/** A display whose frames come when the test says so. */
class Display {
  waiting = new Map<number, (now: number) => void>();
  #next = 1;
  requestAnimationFrame(callback: (now: number) => void): number {
    this.waiting.set(this.#next, callback);
    return this.#next++;
  }
  cancelAnimationFrame(handle: number): void {
    this.waiting.delete(handle);
  }
  show(now: number): void {
    const due = [...this.waiting.values()];
    this.waiting.clear();
    for (const callback of due) callback(now);
  }
}

describe('FrameLoop', () => {
  it('draws nothing unasked, and one frame however often it is asked', () => {
    const display = new Display();
    let frames = 0;
    const loop = new FrameLoop(() => (frames++, false), display);
    display.show(0);
    expect(frames).toBe(0);
    loop.request();
    loop.request();
    display.show(16);
    display.show(32);
    expect(frames).toBe(1);
  });

  it('goes on while there is more to show, with the time between frames', () => {
    const display = new Display();
    const steps: number[] = [];
    const loop = new FrameLoop((seconds) => steps.push(seconds) < 3, display);
    loop.request();
    for (const now of [1000, 1020, 1030, 1046]) display.show(now);
    expect(steps).toEqual([1 / 60, 0.02, 0.01]);
    expect(display.waiting.size).toBe(0);
  });

  it('does not count rest as time, nor a stall as a leap', () => {
    const display = new Display();
    const steps: number[] = [];
    let more = false;
    const loop = new FrameLoop((seconds) => (steps.push(seconds), more), display);
    loop.request();
    display.show(0);
    more = true;
    loop.request();
    display.show(60_000);
    display.show(90_000);
    expect(steps).toEqual([1 / 60, 1 / 60, 0.1]);
  });

  it('stops at once', () => {
    const display = new Display();
    let frames = 0;
    const loop = new FrameLoop(() => (frames++, true), display);
    loop.request();
    display.show(0);
    loop.stop();
    display.show(16);
    expect(frames).toBe(1);
  });
});
