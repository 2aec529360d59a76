/** Folders that teach little: a model comes of each of them, and what is wrong with it is said. */
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { TrainingEvent, TrainingSettings } from '../../../../main/contract';
import { random } from '../../../../main/engine/maths/random';
import { folderSource } from '../../../../main/engine/models';
import { RunControl, train } from '../../../../main/engine/runs';
import { sharedFolder } from '../../temporary';
import { blotches } from '../lives';
import { smallRun } from '../small-run';

const folder = sharedFolder();
const place = (name: string) => path.join(folder, name);

/** Trains on `images` and returns what was said. */
async function told(images: string, more: Partial<TrainingSettings> = {}): Promise<TrainingEvent[]> {
  const events: TrainingEvent[] = [];
  const out = `${images}-model-${JSON.stringify(more).length}`;
  const settings = smallRun({ images, out, ...more });
  await train(settings, { onEvent: (event) => events.push(event), control: new RunControl() });
  const { manifest } = await folderSource(out);
  expect(manifest.scores.validationMse).toBeLessThan(0.5);
  return events;
}
const warned = (events: TrainingEvent[]) => events.flatMap((event) => (event.event === 'warning' ? [event.what] : []));

test('fewer images than a batch', async () => {
  const images = await blotches(place('few'), 5);
  for (const kind of ['ae', 'vae'] as const)
    expect(warned(await told(images, { kind, batchSize: 16, epochs: 8 }))).toEqual([]);
}, 60_000);

test('one image many times', async () => {
  const [images, one] = [place('same'), await blotches(place('one'), 1)];
  await mkdir(images);
  for (let i = 0; i < 12; i++) await copyFile(path.join(one, '0000.png'), path.join(images, `${i}.png`));
  expect(warned(await told(images))).toEqual(['copies']);
}, 60_000);

test('grey among colour', async () => {
  const images = await blotches(place('mixed'), 6);
  const grey = await blotches(place('grey'), 3, 1);
  for (let i = 0; i < 3; i++) await copyFile(path.join(grey, `000${i}.png`), path.join(images, `grey-${i}.png`));
  const events = await told(images);
  expect(events.find((event) => event.event === 'started')).toMatchObject({ channels: 3, greyImages: 3 });
}, 60_000);

test('noise: the error on held-out images does not fall', async () => {
  const images = place('noise');
  await mkdir(images);
  const rng = random(1, 'noise');
  for (let i = 0; i < 12; i++) {
    const pixels = Uint8Array.from({ length: 32 * 32 }, () => 255 * rng.uniform());
    await sharp(pixels, { raw: { width: 32, height: 32, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toFile(path.join(images, `${i}.png`));
  }
  expect(warned(await told(images, { epochs: 60 }))).toContain('stalled');
}, 120_000);

test('a discriminator on a handful of images', async () => {
  const images = await blotches(place('handful'), 6);
  const events = await told(images, { batchSize: 16, epochs: 16, tuning: { adversarial: 0.5 } });
  const last = events.filter((event) => event.event === 'progress').at(-1)!;
  for (const term of ['adversarial', 'discriminator', 'features', 'penalty']) {
    expect(Number.isFinite(last.terms[term]), term).toBe(true);
  }
}, 60_000);
