import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Typicality } from '../../../../main/contract';
import { TypicalityWatch } from '../../../../renderer/state/flight/typicality.svelte';
import { engineOf } from '../engine';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A watch of model `one`, and an engine that answers with the first number of the code as the nearest face. */
function watched() {
  const asked: number[] = [];
  const engine = { fails: false };
  const watch = new TypicalityWatch(
    engineOf({
      async typicality(_id, code) {
        asked.push(code[0]);
        await new Promise((resolve) => setTimeout(resolve, 50));
        if (engine.fails) throw new Error('gone');
        return { nearest: code[0] } as Typicality;
      },
    }),
  );
  watch.use('one');
  const at = (value: number) => watch.look(new Float32Array([value]));
  return { asked, engine, watch, at };
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
  const { watch, at } = watched();
  at(5);
  await vi.advanceTimersByTimeAsync(120);
  watch.use('other');
  await vi.advanceTimersByTimeAsync(40);
  expect(watch.now).toBeNull();
  at(6);
  await vi.advanceTimersByTimeAsync(1000);
  expect(watch.now?.nearest).toBe(6);
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
