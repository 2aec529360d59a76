import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { type TrainingEvent, type TrainingSettings } from '../../../../main/contract';
import { resumeTraining, RunControl, train } from '../../../../main/engine/runs';
import { checkpointFile } from '../../../../main/engine/runs/unfinished/checkpoint';
import { resolveSettings } from '../../../../main/engine/runs/settings/settings';
import { random } from '../../../../main/engine/maths/random';
import { sharedFolder } from '../../temporary';
import { smallRun } from '../small-run';

const folder = sharedFolder();
let images: string;

beforeAll(async () => {
  images = path.join(folder, 'images');
  await mkdir(images);
  const rng = random(5, 'pictures');
  for (let i = 0; i < 12; i++) {
    const pixels = Buffer.from(Uint8Array.from({ length: 8 * 8 * 3 }, () => 255 * rng.uniform()));
    const small = sharp(pixels, { raw: { width: 8, height: 8, channels: 3 } });
    await small
      .resize(40, 40)
      .png()
      .toFile(path.join(images, `${i}.png`));
  }
});

const settings = (out: string, more: Partial<TrainingSettings> = {}): TrainingSettings =>
  smallRun({
    images,
    out: path.join(folder, out),
    epochs: 8,
    batchSize: 8,
    seed: 3,
    ...more,
    tuning: { checkpointSteps: 3, ...more.tuning },
  });

describe('settings out of range', () => {
  test.each<[Partial<TrainingSettings>, string]>([
    [{ latentSize: 9999 }, 'Latent size must be a whole number from 2 to 512.'],
    [{ imageSize: 50 }, 'Image size must be a multiple of 16 from 32 to 320 pixels.'],
    [
      { epochs: -1, batchSize: 0.5 },
      'Epochs must be a number from 0.01 to 1000000. Batch size must be a whole number from 1 to 1024.',
    ],
    [{ learningRate: NaN }, 'Learning rate must be a number from 1e-7 to 1.'],
    [{ tuning: { validation: 0.9 } }, 'Validation share must be a number from 0 to 0.5.'],
    [{ name: '' }, 'The name of the model is missing.'],
    [{ imageSize: 28 }, 'Images of 28 pixels need the network "perceptron"'],
    [{ kind: 'vae', beta: 2, tuning: { importanceSamples: 5 } }, 'has no KL term of its own: leave beta at 1'],
  ])('%j', (wrong, sentence) => {
    expect(() => resolveSettings(settings('x', wrong))).toThrow(sentence);
  });
});

describe('a run', () => {
  test.each([0, 0.9])(
    'that is interrupted continues to the same weights, bit for bit (PCA start %d)',
    async (linearStart) => {
      const quiet = { onEvent: () => {}, control: new RunControl() };
      const named = (name: string) => `${name} ${linearStart}`;
      const given = (name: string) => settings(named(name), { tuning: { linearStart } });
      await train(given('whole'), quiet);

      const interrupt = (event: TrainingEvent) => {
        if (event.event === 'progress' && event.step >= 5) throw new Error('as if killed');
      };
      await expect(train(given('parts'), { onEvent: interrupt, control: new RunControl() })).rejects.toThrow('killed');
      await readFile(checkpointFile(path.join(folder, named('parts'))));
      await resumeTraining(path.join(folder, named('parts')), quiet);

      const film = ['film.json', 'film-codes.npy', 'film-posteriors.npy', 'film.webp'];
      for (const file of ['encoder.onnx', 'decoder.onnx', 'codes.npy', 'log-variances.npy', ...film]) {
        const [whole, parts] = await Promise.all(
          ['whole', 'parts'].map((m) => readFile(path.join(folder, named(m), file))),
        );
        expect(parts.equals(whole), file).toBe(true);
      }
      await expect(readFile(checkpointFile(path.join(folder, named('parts'))))).rejects.toThrow('ENOENT');
    },
  );

  test('is not continued on other images', async () => {
    const interrupt = (event: TrainingEvent) => {
      if (event.event === 'progress' && event.step >= 5) throw new Error('as if killed');
    };
    await expect(train(settings('other'), { onEvent: interrupt, control: new RunControl() })).rejects.toThrow();
    await writeFile(path.join(images, 'zz.png'), await readFile(path.join(images, '0.png')));
    const again = resumeTraining(path.join(folder, 'other'), { onEvent: () => {}, control: new RunControl() });
    await expect(again).rejects.toThrow('have changed since this run began');
  });

  test('with too few images says so', async () => {
    const few = path.join(folder, 'few');
    await mkdir(few);
    await writeFile(path.join(few, 'a.png'), await readFile(path.join(images, '0.png')));
    const run = train(settings('few-model', { images: few }), { onEvent: () => {}, control: new RunControl() });
    await expect(run).rejects.toThrow('has 1 usable image; training needs at least 4');
  });
});
