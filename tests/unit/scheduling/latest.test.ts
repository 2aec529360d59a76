import { expect, it } from 'vitest';
import { latestOnly } from '../../../main/engine/scheduling/latest';

/** Blocks the thread as onnxruntime does. */
function block(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

it('works on the newest of many requests and answers null for those it overtook', async () => {
  const worked: number[] = [];
  const ask = latestOnly(async (n: number) => (worked.push(n), 10 * n));
  const answers = await Promise.all([1, 2, 3, 4].map(ask));
  expect(answers).toEqual([null, null, null, 40]);
  expect(worked).toEqual([4]);
});

it('finishes what it has begun, and then takes the newest that came meanwhile', async () => {
  let finish = () => {};
  const worked: number[] = [];
  const ask = latestOnly(async (n: number) => {
    worked.push(n);
    if (n === 1) await new Promise<void>((resolve) => (finish = resolve));
    return n;
  });
  const first = ask(1);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const later = [ask(2), ask(3)];
  finish();
  expect(await Promise.all([first, ...later])).toEqual([1, null, 3]);
  expect(worked).toEqual([1, 3]);
});

it('answers every request of a camera that moves faster than the work', async () => {
  const ask = latestOnly(async (n: number) => (block(4), n));
  const answers: Promise<number | null>[] = [];
  for (let n = 0; n < 40; n++) {
    answers.push(ask(n));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const seen = await Promise.all(answers);
  const done = seen.filter((answer) => answer !== null);
  expect(seen.at(-1)).toBe(39);
  expect(done).toEqual([...done].sort((a, b) => a - b));
});

it('goes on after a failure', async () => {
  const ask = latestOnly(async (n: number) => {
    if (n === 1) throw new Error('once');
    return n;
  });
  await expect(ask(1)).rejects.toThrow('once');
  expect(await ask(2)).toBe(2);
});
