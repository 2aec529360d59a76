import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { EngineApi, Standing } from '../../../../main/contract';
import { StandingWatch } from '../../../../renderer/state/flight/standing.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** One at a place that the test changes, and an engine that answers with the first number of the code as the nearest face. */
function watched() {
  const here = { id: 'one', code: new Float32Array([0]) };
  const asked: number[] = [];
  const engine = {
    fails: false,
    async standingLatest(_id: string, code: Float32Array) {
      asked.push(code[0]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (this.fails) throw new Error('gone');
      return { nearest: code[0] } as Standing;
    },
  };
  const watch = new StandingWatch(() => ({ id: here.id, code: here.code.slice() }));
  watch.connected(engine as unknown as EngineApi);
  const at = (value: number) => {
    here.code = new Float32Array([value]);
    watch.look();
  };
  return { here, asked, engine, watch, at };
}

it('asks now and then in flight, and once more for where one came to rest', async () => {
  const { asked, watch, at } = watched();
  for (let place = 1; place <= 30; place++) {
    at(place);
    await vi.advanceTimersByTimeAsync(16);
  }
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked.length).toBeLessThan(6);
  expect(asked.at(-1)).toBe(30);
  expect(watch.now?.nearest).toBe(30);
  await vi.advanceTimersByTimeAsync(5000);
  expect(asked.at(-2)).not.toBe(30);
});

it('takes no answer for another model', async () => {
  const { here, watch, at } = watched();
  at(5);
  await vi.advanceTimersByTimeAsync(120);
  here.id = 'other';
  watch.forget();
  await vi.advanceTimersByTimeAsync(40);
  expect(watch.now).toBeNull();
  await vi.advanceTimersByTimeAsync(1000);
  expect(watch.now?.nearest).toBe(5);
});

it('asks again at the next place when the engine failed', async () => {
  const { engine, watch, at } = watched();
  engine.fails = true;
  at(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(watch.now).toBeNull();
  engine.fails = false;
  at(2);
  await vi.advanceTimersByTimeAsync(1000);
  expect(watch.now?.nearest).toBe(2);
});
