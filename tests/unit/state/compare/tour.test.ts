import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Tour } from '../../../../renderer/state/compare/tour.svelte';
import type { Session } from '../../../../renderer/state/flight/session.svelte';
import type { Twin } from '../../../../renderer/state/compare/twin.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A VAE in flight, and an AE of the same faces. */
function flight() {
  const went: string[] = [];
  const session = {
    flight: { card: { kind: 'vae', path: 'vae' } },
    counterparts: [
      { kind: 'vae', path: 'vae' },
      { kind: 'rae', path: 'rae' },
      { kind: 'ae', path: 'ae' },
    ],
    position: [1, 2, 3],
    home() {
      went.push('home');
      this.position = [0, 0, 0];
    },
    flyOut: () => void went.push('out'),
  };
  const twin: { partner: { id: number } | null; start(path: string): Promise<void> } = {
    partner: null,
    async start(path) {
      went.push(path);
      this.partner = { id: 7 };
    },
  };
  const tour = new Tour(session as unknown as Session, twin as unknown as Twin);
  return { tour, session, twin, went };
}

it('shows an AE beside a VAE, both at home first, then leaves the data, and says which', async () => {
  const { tour, went } = flight();
  expect(tour.stage).toBeNull();
  void tour.start();
  await vi.advanceTimersByTimeAsync(100);
  expect([tour.stage, went]).toEqual(['home', ['ae', 'home']]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect([tour.stage, went]).toEqual(['out', ['ae', 'home', 'out']]);
});

it('takes nobody along who flies elsewhere, goes on alone or starts it again', async () => {
  const elsewhere = flight();
  void elsewhere.tour.start();
  await vi.advanceTimersByTimeAsync(100);
  elsewhere.session.position = [0, 0, 1];
  await vi.advanceTimersByTimeAsync(10_000);
  expect([elsewhere.tour.stage, elsewhere.went]).toEqual([null, ['ae', 'home']]);

  const alone = flight();
  void alone.tour.start();
  await vi.advanceTimersByTimeAsync(100);
  alone.twin.partner = null;
  expect(alone.tour.stage).toBeNull();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(alone.went).toEqual(['ae', 'home']);

  const again = flight();
  void again.tour.start();
  await vi.advanceTimersByTimeAsync(2000);
  void again.tour.start();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(again.went).toEqual(['ae', 'home', 'home', 'out']);
});

it('ends when somebody flies', async () => {
  const { tour, went } = flight();
  void tour.start();
  await vi.advanceTimersByTimeAsync(100);
  tour.leave();
  expect(tour.stage).toBeNull();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(went).toEqual(['ae', 'home']);
});
