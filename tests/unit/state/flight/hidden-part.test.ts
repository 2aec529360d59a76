import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Frame } from '../../../../main/contract';
import { HiddenPart, hiddenOfFace, mix } from '../../../../renderer/state/flight/hidden-part.svelte';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', (frame: (now: number) => void) =>
    setTimeout(() => frame(performance.now()), 16),
  );
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Face `n` hides `[n, 10n]`, the average one nothing. */
function part() {
  const told: (number | null)[] = [];
  let changes = 0;
  const hidden = new HiddenPart((face) => new Float32Array([face ?? 0, 10 * (face ?? 0)]), {
    anchor: (face) => told.push(face),
    change: () => changes++,
  });
  hidden.set(new Float32Array([0, 0]), null);
  return { hidden, told, changes: () => changes };
}

const later = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

it('fades to the part of another face, and is exactly that at the end', async () => {
  const { hidden, told, changes } = part();
  hidden.anchorTo(3);
  expect([told, hidden.fading, [...hidden.now], [...hidden.target]]).toEqual([[3], true, [0, 0], [3, 30]]);
  await later(350);
  expect(hidden.share).toBeGreaterThan(0.3);
  expect(hidden.share).toBeLessThan(0.7);
  expect(hidden.now[1]).toBeCloseTo(30 * hidden.share, 4);
  await later(1000);
  expect([hidden.fading, [...hidden.now]]).toEqual([false, [3, 30]]);
  expect(changes()).toBeGreaterThan(20);
});

it('sets out for another face from where it is by then, at the pace of one fade', async () => {
  const { hidden, changes } = part();
  hidden.anchorTo(3);
  await later(350);
  const from = hidden.now[0];
  hidden.anchorTo(0);
  expect([hidden.now[0], hidden.fades]).toEqual([from, 2]);
  const before = changes();
  await later(160);
  // one step a frame, not one for each fade
  expect(changes() - before).toBeLessThanOrEqual(10);
  await later(1000);
  expect([...hidden.now]).toEqual([0, 0]);
});

it('is there at once under reduced motion', async () => {
  const { hidden } = part();
  hidden.still = true;
  hidden.anchorTo(2);
  await later(20);
  expect([hidden.fading, [...hidden.now]]).toEqual([false, [2, 20]]);
});

it('what is set ends a fade and whatever was steered', async () => {
  const { hidden, told } = part();
  hidden.anchorTo(3);
  await later(100);
  hidden.set(new Float32Array([7, 7]), 1);
  await later(1000);
  expect([hidden.fading, hidden.steered, [...hidden.now], told]).toEqual([false, false, [7, 7], [3, 1]]);
  hidden.anchorTo(2);
  await later(1000);
  expect([...hidden.now]).toEqual([2, 20]);
});

it('goes back to what it was before it was steered, also when that was still fading', async () => {
  const { hidden } = part();
  hidden.anchorTo(3);
  await later(100);
  hidden.steer(new Float32Array([5, 5]));
  hidden.steer(new Float32Array([6, 6]));
  expect([hidden.steered, hidden.fading, [...hidden.now]]).toEqual([true, false, [6, 6]]);
  hidden.unsteer();
  await later(1000);
  expect([hidden.steered, hidden.anchor, [...hidden.now]]).toEqual([false, 3, [3, 30]]);
});

it('knows a part that is not the face’s own as steered', () => {
  const { hidden } = part();
  hidden.fadeTo(new Float32Array([3, 30]), 3);
  expect(hidden.steered).toBe(false);
  hidden.fadeTo(new Float32Array([3, 31]), 3);
  expect(hidden.steered).toBe(true);
  hidden.fadeTo(new Float32Array([9, 9]), null);
  expect(hidden.steered).toBe(false);
});

it('hides of a face what its place in the frame leaves of its code', () => {
  // x, y and z show latents 0, 1 and 2 of four
  const frame: Frame = {
    kind: 'principal',
    origin: new Float32Array([1, 0, 0, 2]),
    axes: new Float32Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]),
    variance: [0.5, 0.3, 0.1],
    omitted: 0.1,
  };
  const cloud = { codes: new Float32Array([0, 0, 0, 0, 3, 4, 5, 6]), positions: new Float32Array([-1, 0, 0, 2, 4, 5]) };
  expect([...hiddenOfFace(frame, cloud, null, 4)]).toEqual([0, 0, 0, 0]);
  expect([...hiddenOfFace(frame, cloud, 1, 4)]).toEqual([0, 0, 0, 4]);
});

it('mixes two parts in proportion', () => {
  const [a, b] = [new Float32Array([0, 2]), new Float32Array([4, 2])];
  expect([...mix(a, b, 0.25)]).toEqual([1, 2]);
  expect(mix(a, b, 1)).not.toBe(b);
});
