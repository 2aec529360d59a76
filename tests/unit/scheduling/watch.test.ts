import { expect, it } from 'vitest';
import { Priority } from '../../../main/engine/scheduling/priority';
import { inPieces } from '../../../main/engine/scheduling/watch';

it('goes through all numbers in pieces, and tells of each once it is done', async () => {
  const log: string[] = [];
  const onProgress = (done: number, total: number) => log.push(`${done} of ${total}`);
  for await (const { start, end } of inPieces(7, 3, { onProgress })) log.push(`${start}–${end}`);
  expect(log).toEqual(['0–3', '3 of 7', '3–6', '6 of 7', '6–7', '7 of 7']);
});

it('reads what has arrived between two pieces, and ends when it was cancelled', async () => {
  const stop = new AbortController();
  setImmediate(() => setImmediate(() => stop.abort()));
  let pieces = 0;
  const all = async () => {
    for await (const _ of inPieces(1000, 1, { signal: stop.signal })) pieces++;
  };
  await expect(all()).rejects.toMatchObject({ code: 'cancelled' });
  expect(pieces).toBeGreaterThan(0);
  expect(pieces).toBeLessThan(10);
});

it('lets a flight go first, but is never stopped by one that does not end', async () => {
  const priority = new Priority();
  let land = () => {};
  const flight = priority.urgent(() => new Promise<void>((resolve) => (land = resolve)));
  const from = performance.now();
  const times: number[] = [];
  for await (const _ of inPieces(2, 1, { turn: () => priority.turn() })) times.push(performance.now() - from);
  expect(times[0]).toBeGreaterThan(200);
  expect(times[1] - times[0]).toBeGreaterThan(200);
  land();
  await flight;
});
