/** A folder of portraits, higher than wide, from its files to everything that is made of its model. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import type { TrainingEvent } from '../../../../main/contract';
import { contactSheet } from '../../../../main/engine/exports/picture';
import { random } from '../../../../main/engine/maths/random';
import { decodeFilm, openModel } from '../../../../main/engine/models';
import { RunControl, train } from '../../../../main/engine/runs';
import { scoreModel } from '../../../../main/engine/scores';
import { sharedFolder } from '../../temporary';
import { smallRun } from '../small-run';

const folder = sharedFolder();
const images = path.join(folder, 'images');
const out = path.join(folder, 'model');
const events: TrainingEvent[] = [];

/** Red above, blue below, in amounts that differ: turned, cut off or squeezed it would look otherwise. */
beforeAll(async () => {
  await mkdir(images);
  const rng = random(5, 'pictures');
  for (let i = 0; i < 24; i++) {
    const [width, height] = [40, 60];
    const [red, blue, seam] = [120 + 120 * rng.uniform(), 120 + 120 * rng.uniform(), 20 + 20 * rng.uniform()];
    const pixels = Buffer.alloc(width * height * 3);
    for (let at = 0; at < width * height; at++)
      pixels[3 * at + (at / width < seam ? 0 : 2)] = at / width < seam ? red : blue;
    await sharp(pixels, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(path.join(images, `${i}.png`));
  }
  const settings = smallRun({ images, out, imageSize: 32, imageHeight: 48, epochs: 60, batchSize: 8, align: true });
  await train(settings, { onEvent: (event) => events.push(event), control: new RunControl() });
}, 120_000);

test('is trained, decoded and shown in its own shape', async () => {
  const shown = events.findLast((event) => event.event === 'pictures')!;
  for (const batch of [shown.originals, shown.reconstructions, shown.samples]) {
    expect([batch.width, batch.height]).toEqual([32, 48]);
  }
  const model = await openModel(out);
  try {
    expect(model.card).toMatchObject({ imageSize: 48, layout: { width: 32, height: 48 } });
    const face = await model.decode(model.codes!.subarray(0, 4));
    const plane = 32 * 48;
    expect(face).toHaveLength(3 * plane);
    const mean = (channel: number, from: number, to: number) => {
      const rows = face.subarray(channel * plane + from * 32, channel * plane + to * 32);
      return rows.reduce((a, b) => a + b) / rows.length;
    };
    expect(mean(0, 0, 12)).toBeGreaterThan(0.35); // red above
    expect(mean(0, 36, 48)).toBeLessThan(0.2);
    expect(mean(2, 36, 48)).toBeGreaterThan(0.35); // blue below
    // of the four images, 4 numbers each
    expect((await model.encode(await model.decode(model.codes!.subarray(0, 16)))).mu).toHaveLength(16);
    const sheet = await contactSheet(
      await model.decodePixels(model.codes!.subarray(0, 16)),
      { format: 'png', size: 48, columns: 2, gap: 0 },
      null,
    );
    expect(await sharp(sheet).metadata()).toMatchObject({ width: 64, height: 96 });
    // faces of a film stand in squares, on black
    const film = (await decodeFilm(model.source!, out))!;
    expect(film.tile).toBe(48);
    const { data, info } = await sharp(film.sheet).raw().toBuffer({ resolveWithObject: true });
    const last = (film.steps.length - 1) * 48 + 6;
    expect(data[3 * (last * info.width + 2)]).toBeLessThan(24); // beside the face
    expect(data[3 * (last * info.width + 24)]).toBeGreaterThan(60); // in it
    const { report } = await scoreModel(model, images);
    expect(report.data).toMatchObject({ split: 'training' });
  } finally {
    await model.release();
  }
});
