import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Newest, Turns } from '../../../../renderer/scheduling/newest';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Work that takes 50 ms, and fails for negative items. */
function work(pause = 0) {
  const asked: number[] = [];
  const done: [number, boolean][] = [];
  const failed: number[] = [];
  const newest = new Newest<number, number>(
    {
      async ask(item) {
        asked.push(item);
        await new Promise((resolve) => setTimeout(resolve, 50));
        if (item < 0) throw new Error('no');
        return 10 * item;
      },
      done: (answer, _, last) => done.push([answer, last]),
      failed: (_, item) => failed.push(item),
    },
    { pause },
  );
  return { newest, asked, done, failed };
}

it('has one in flight, and of what is wanted meanwhile only the newest is asked for', async () => {
  const { newest, asked, done } = work();
  [1, 2, 3].forEach((item) => newest.want(item));
  await vi.advanceTimersByTimeAsync(500);
  expect(asked).toEqual([1, 3]);
  expect(done).toEqual([
    [10, false],
    [30, true],
  ]);
});

it('goes on after a failure', async () => {
  const { newest, done, failed } = work();
  newest.want(-1);
  newest.want(2);
  await vi.advanceTimersByTimeAsync(500);
  expect([failed, done]).toEqual([[-1], [[20, true]]]);
});

it('pauses before each question, and then takes what is wanted by then', async () => {
  const { newest, asked } = work(100);
  newest.want(1);
  await vi.advanceTimersByTimeAsync(60);
  newest.want(2);
  await vi.advanceTimersByTimeAsync(60);
  newest.want(3);
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toEqual([2, 3]);
});

it('drops what is wanted and what is in flight, and answers anew at once', async () => {
  const { newest, asked, done } = work();
  newest.want(1);
  newest.want(2);
  newest.drop();
  newest.want(3);
  await vi.advanceTimersByTimeAsync(500);
  expect([asked, done]).toEqual([[1, 3], [[30, true]]]);
});

it('is idle when nothing is in flight, or when that has taken too long', async () => {
  const { newest } = work();
  newest.want(1);
  const idle: string[] = [];
  void newest.idle(20).then(() => idle.push('waited'));
  void newest.idle(1000).then(() => idle.push('idle'));
  await vi.advanceTimersByTimeAsync(30);
  expect(idle).toEqual(['waited']);
  await vi.advanceTimersByTimeAsync(30);
  expect(idle).toEqual(['waited', 'idle']);
});

it('a turn is current until a later one begins, or all end', () => {
  const turns = new Turns();
  const first = turns.begin();
  expect(first()).toBe(true);
  const second = turns.begin();
  expect([first(), second()]).toEqual([false, true]);
  turns.end();
  expect(second()).toBe(false);
});
