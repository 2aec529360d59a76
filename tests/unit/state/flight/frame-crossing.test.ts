import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FrameCrossing } from '../../../../renderer/state/flight/frame-crossing';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function crossing() {
  let late = 0;
  const made = new FrameCrossing(() => late++);
  return { crossing: made, late: () => late };
}

it('places on the way mean nothing until the destination is reached', () => {
  const { crossing: way } = crossing();
  expect([way.destination, way.passes([1, 1, 1])]).toEqual([null, false]);
  way.begin([10, 0, 0]);
  expect([way.passes([0, 0, 0]), way.passes([5, 0, 0]), way.destination]).toEqual([true, true, [10, 0, 0]]);
  expect([way.passes([10, 0, 0]), way.destination]).toEqual([false, null]);
});

it('whoever flies away from the destination has taken over', () => {
  const { crossing: way } = crossing();
  way.begin([10, 0, 0]);
  way.passes([5, 0, 0]);
  expect([way.passes([4, 0, 0]), way.destination]).toEqual([false, null]);
});

it('is over after a while, and tells of it; once ended it tells of nothing', async () => {
  const { crossing: way, late } = crossing();
  way.begin([10, 0, 0]);
  await vi.advanceTimersByTimeAsync(3000);
  way.begin([20, 0, 0]);
  await vi.advanceTimersByTimeAsync(3000);
  expect([late(), way.destination]).toEqual([0, [20, 0, 0]]);
  await vi.advanceTimersByTimeAsync(2000);
  expect([late(), way.destination]).toEqual([1, null]);
  way.begin([10, 0, 0]);
  way.end();
  await vi.advanceTimersByTimeAsync(9000);
  expect(late()).toBe(1);
});
