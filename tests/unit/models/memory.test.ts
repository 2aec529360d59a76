/** A model that is closed gives back what it took. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { openModel } from '../../../main/engine/models';

const MODEL = path.resolve('models/portraits-vae');

test('models that are opened, used and closed again and again take no more memory', { timeout: 120_000 }, async () => {
  const use = async (times: number) => {
    for (let i = 0; i < times; i++) {
      const model = await openModel(MODEL);
      const { latentSize } = model.card;
      await model.decodePixels(new Float32Array(4 * latentSize));
      await model.release();
    }
    return process.memoryUsage().rss;
  };
  // the process is as large as it gets after some thirty
  let before = await use(40);
  // What leaks grows each time; the allocator's own pools do so now and then.
  const grown: number[] = [];
  for (let round = 0; round < 3; round++) {
    const after = await use(40);
    grown.push(after - before);
    before = after;
  }
  // Left open, forty keep some 38 MB, although the collector frees part of them.
  expect(Math.min(...grown)).toBeLessThan(15e6);
});
