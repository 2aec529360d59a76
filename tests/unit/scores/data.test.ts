import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeEach, expect, it } from 'vitest';
import { loadDataset, toUnitRange } from '../../../main/engine/images';
import { openModel } from '../../../main/engine/models';
import { RunControl, train } from '../../../main/engine/runs';
import { loadScoredImages } from '../../../main/engine/scores/data';
import { cli } from '../cli/terminal';
import { temporaryFolder } from '../temporary';
import { normals, random } from '../../../main/engine/maths/random';

let folder: string;
let model: string;

async function pictures(where: string, count: number, seed: number): Promise<void> {
  await mkdir(where, { recursive: true });
  for (let i = 0; i < count; i++) {
    const noise = normals(12, random(seed, 'picture', i));
    const data = Buffer.from(Uint8Array.from(noise, (z) => Math.min(255, Math.max(0, 128 + 60 * z))));
    await sharp(data, { raw: { width: 2, height: 2, channels: 3 } })
      .resize(40, 40)
      .png()
      .toFile(path.join(where, `${String(i).padStart(2, '0')}.png`));
  }
}

beforeEach(async () => {
  folder = await temporaryFolder();
  await pictures(path.join(folder, 'faces'), 24, 1);
  model = path.join(folder, 'model');
  const settings = {
    kind: 'ae' as const,
    images: path.join(folder, 'faces'),
    out: model,
    name: 'Tiny',
    imageSize: 32,
    latentSize: 4,
    epochs: 1,
    batchSize: 8,
    beta: 1,
    learningRate: 1e-3,
    seed: 5,
    align: false,
    tuning: { width: 'small' as const, validation: 0.25 },
  };
  await train(settings, { control: new RunControl(), onEvent: () => {} });
});

it('are named before they are scored, and refused where none was held out', async () => {
  const images = path.join(folder, 'faces');
  expect((await cli('score', model, images)).err).toContain(
    `The model was trained on "${images}": it is scored on 6 images of it that were held out then.`,
  );
  const manifest = path.join(model, 'model.json');
  const said = JSON.parse(await readFile(manifest, 'utf8'));
  Object.assign(said.dataset, { images: 24, validationImages: 0 });
  await writeFile(manifest, JSON.stringify(said));
  const open = await openModel(model);
  const { mu } = await open.encode(toUnitRange((await loadDataset(images, { size: 32, align: false })).pixels));
  Object.defineProperty(open, 'codes', { value: mu });
  await expect(loadScoredImages(open, images)).rejects.toMatchObject({ failure: { key: 'no-images.none-held-out' } });
});

it('finds the held-out images of the training run again', async () => {
  const open = await openModel(model);
  const { split, training, heldOut, trainingFiles, heldOutFiles } = await loadScoredImages(
    open,
    path.join(folder, 'faces'),
  );
  expect([split, training.count, heldOut.count]).toEqual(['training', 18, 6]);
  expect(new Set([...trainingFiles, ...heldOutFiles]).size).toBe(24);
  // The manifest's error was measured on the held-out images by the training run itself.
  const { events } = await cli('score', model, path.join(folder, 'faces'), '--json');
  const { validationMse } = open.source!.manifest.scores;
  expect(events.at(-1).reconstruction.model.mse.value / validationMse!).toBeCloseTo(1, 3);
  await open.release();
});

it('does not take another folder of as many images for it', async () => {
  await pictures(path.join(folder, 'others'), 24, 2);
  const open = await openModel(model);
  const { split, training, heldOut } = await loadScoredImages(open, path.join(folder, 'others'));
  expect([split, training.count, heldOut.count]).toEqual(['fixed', 19, 5]);
  await open.release();
});

it('prints a table for people', async () => {
  const { code, out } = await cli('score', model, path.join(folder, 'faces'));
  expect(code).toBe(0);
  expect(out).toContain('6 images (held out in training)');
  expect(out).toMatch(/\nAE +0\.\d+ \(0\.\d+ to 0\.\d+\) +\d/);
  expect(out).toMatch(/\nPCA 4 +0\.\d/);
});

it('a decoder alone is measured on what needs no encoder, and says so once', async () => {
  const alone = path.join(folder, 'face.onnx');
  await copyFile(path.join(model, 'decoder.onnx'), alone);
  const { code, events } = await cli('score', alone, path.join(folder, 'faces'), '--json');
  expect(code).toBe(0);
  expect(events.at(-1)).toMatchObject({
    data: { split: 'fixed', trainingImages: 19, heldOutImages: 5 },
    ...{ reconstruction: null, bound: null, drift: null, mixture: null, factors: null, inBetween: null },
    sampling: { reference: 'images', sampleSize: 12 },
  });
  expect(Object.keys(events.at(-1).sampling.sets)).toEqual(['real', 'interpolations', 'prior']);
  const { out } = await cli('score', alone, path.join(folder, 'faces'));
  expect(out.match(/no encoder/g)).toHaveLength(1);
  expect(out).toMatch(/^24 images\. The model has no encoder/);
  const without = await cli('score', alone);
  expect(without.err).toMatch(/no codes of training images: it can only be scored with a folder/);
});
