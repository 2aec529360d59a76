import { beforeEach, expect, it, vi } from 'vitest';
import { Notices } from '../../../../renderer/state/window/notices.svelte';

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

const shown = (notices: Notices) => notices.list.map(({ text }) => text);

it('lets a success go after five seconds and a failure once it can have been read', () => {
  const notices = new Notices();
  const long = 'x'.repeat(200);
  notices.success('saved');
  notices.failure('short');
  notices.failure(long);
  vi.advanceTimersByTime(5001);
  expect(shown(notices)).toEqual(['short', long]);
  vi.advanceTimersByTime(5000);
  expect(shown(notices)).toEqual([long]);
  vi.advanceTimersByTime(10_000);
  expect(shown(notices)).toEqual([]);
});

it('keeps what somebody points at, and goes on counting afterwards', () => {
  const notices = new Notices();
  notices.failure('short');
  vi.advanceTimersByTime(9000);
  notices.hold(true);
  vi.advanceTimersByTime(60_000);
  expect(shown(notices)).toEqual(['short']);
  notices.hold(false);
  vi.advanceTimersByTime(900);
  expect(shown(notices)).toEqual(['short']);
  vi.advanceTimersByTime(200);
  expect(shown(notices)).toEqual([]);
});

it('does not pile up: the same failure is shown once and anew, and three at most', () => {
  const notices = new Notices();
  notices.failure('a');
  vi.advanceTimersByTime(9000);
  notices.failure('a');
  vi.advanceTimersByTime(9000);
  expect(shown(notices)).toEqual(['a']);
  for (const text of ['b', 'c', 'd']) notices.failure(text);
  expect(shown(notices)).toEqual(['b', 'c', 'd']);
});
