/** What a thread prepares is what the trainer would have made itself. */
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { FeedsAhead } from '../../../main/engine/training/feeds/ahead';
import { FED, Feeds, type FeedsConfig } from '../../../main/engine/training/feeds/feeds';
import { plain } from '../../../main/engine/training/ops/plain';
import { discs } from './support';

const SIZE = 16;
const BATCH = 4;
const LATENT = 3;
const images = discs(9, 3, SIZE, 1);
const layout = plain.imageLayout(3, SIZE);
const config: FeedsConfig = {
  network: {
    architecture: 'convolutional',
    imageSize: SIZE,
    channels: 3,
    latentSize: LATENT,
    width: 'small',
    residualBlocks: 0,
  },
  batchSize: BATCH,
  seed: 5,
  augmentation: { mirror: true, shift: 2, crop: 0.1, colour: 0.1, binarise: true },
};
const lengthOf = (name: string) => BATCH * (['epsilon', 'draws'].includes(name) ? LATENT : layout.length);
const arraysOf = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, new Float32Array(lengthOf(name))]));

it.each([
  ['of a VAE', ['image', 'epsilon']],
  ['of a VAE-GAN', FED],
])('the feeds %s are the same from the thread', async (_, names) => {
  const feeds = new Feeds(images, layout, config);
  const ahead = new FeedsAhead(images, layout, config, arraysOf(names));
  try {
    const taken = arraysOf(names);
    expect(ahead.take(0, taken), 'before it was asked for').toBe(false);
    ahead.ask(0);
    while (!ahead.take(0, taken)) await setTimeout(5); // until the thread has started
    for (const step of [0, 1, 2, 40]) {
      ahead.ask(step);
      expect(ahead.take(step, taken)).toBe(true);
      expect(ahead.take(step + 1, taken)).toBe(false);
      const made = arraysOf(names);
      feeds.fill(step, made);
      expect(taken).toEqual(made);
      for (const name of names) expect(made[name].some(Boolean), name).toBe(true);
    }
  } finally {
    ahead.end();
  }
});
