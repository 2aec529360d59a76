/** What is refused or explained before any work starts, by the engine and on the command line, with the exact sentence. */
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { TrainingEvent, TrainingSettings } from '../../../../main/contract';
import { RunControl, train } from '../../../../main/engine/runs';
import { cli } from '../../cli/terminal';
import { sharedFolder } from '../../temporary';
import { blotches } from '../lives';
import { smallRun } from '../small-run';

const folder = sharedFolder();
const inside = (...names: string[]) => path.join(folder, ...names);
beforeAll(async () => {
  await blotches(inside('one'), 1);
  await blotches(inside('two'), 2);
  await blotches(inside('many'), 12);
  await blotches(inside('mixed', 'colour'), 9);
  await blotches(inside('mixed', 'grey'), 3, 1);
  await mkdir(inside('empty'));
});

const settings = (more: Partial<TrainingSettings>): TrainingSettings =>
  smallRun({ name: 'm', ...more, images: inside(more.images ?? 'many'), out: inside(more.out ?? 'out') });

const few = (name: string, count: string) =>
  `"F/${name}" has ${count}; training needs at least 4, and a few hundred to learn faces. Add images, or choose another folder.`;

const REFUSED: [Partial<TrainingSettings>, string[], string][] = [
  [{ images: 'one' }, [], few('one', '1 usable image')],
  [{ images: 'two' }, [], few('two', '2 usable images')],
  [
    { images: 'empty' },
    [],
    'There are no images in "F/empty" or the folders in it. Choose a folder with PNG, JPEG, WebP, HEIC, TIFF or other image files.',
  ],
  [{ images: 'gone' }, [], 'There is nothing at "F/gone". Check the path, or choose another one.'],
  [
    { out: 'many/model' },
    [],
    '"F/many/model" is inside the folder of images "F/many": the next run would train on the model\'s own pictures. Choose a place outside it.',
  ],
  [{ latentSize: 4096 }, ['--latent', '4096'], 'Latent size must be a whole number from 2 to 512.'],
  [{ latentSize: 1 }, ['--latent', '1'], 'Latent size must be a whole number from 2 to 512.'],
  [{ imageSize: 512 }, ['--size', '512'], 'Image size must be a multiple of 16 from 32 to 320 pixels.'],
  [{ epochs: 0 }, ['--epochs', '0'], 'Epochs must be a number from 0.01 to 1000000.'],
  [{ batchSize: 5000 }, ['--batch', '5000'], 'Batch size must be a whole number from 1 to 1024.'],
  [{ learningRate: 10 }, ['--learning-rate', '10'], 'Learning rate must be a number from 1e-7 to 1.'],
  [{ beta: -1 }, ['--beta', '-1'], 'Beta must be a number from 0 to 1000.'],
  [{ seed: 0.5 }, ['--seed', '0.5'], 'Seed must be a whole number from 0 to 2147483647.'],
  [{ tuning: { crop: 0.9 } }, ['--crop', '0.9'], 'Crop must be a number from 0 to 0.5.'],
  [{ tuning: { averageDecay: 1 } }, ['--average-decay', '1'], 'Average decay must be a number from 0 to 0.99999.'],
  [{ tuning: { warmUp: 2 } }, ['--warm-up', '2'], 'Warm-up must be a number from 0 to 1.'],
  [
    { tuning: { checkpointSteps: 0 } },
    ['--checkpoint-steps', '0'],
    'Checkpoint steps must be a whole number from 1 to 1000000.',
  ],
];

describe('refused before any work starts', () => {
  test.each(REFUSED)('%j', async (wrong, options, sentence) => {
    const events: TrainingEvent[] = [];
    const asked = settings(wrong);
    const io = { onEvent: (event: TrainingEvent) => void events.push(event), control: new RunControl() };
    const expected = sentence.replaceAll('F/', `${folder}/`);
    await expect(train(asked, io)).rejects.toThrow(expected);
    expect(events.filter(({ event }) => event !== 'state')).toEqual([]);

    const base = ['--kind', 'vae', '--out', asked.out!, '--no-align', '--width', 'small'];
    const { code, err } = await cli('train', asked.images, ...base, ...options);
    expect([code, err.trim()]).toEqual([1, expected]);
    expect((await readdir(folder)).filter((name) => name.startsWith('out'))).toEqual([]);
  });
});

test('grey images among coloured ones are trained on as colour, and that is said', async () => {
  const events: TrainingEvent[] = [];
  await train(settings({ images: 'mixed' }), {
    onEvent: (event) => void events.push(event),
    control: new RunControl(),
  });
  expect(events.find(({ event }) => event === 'started')).toMatchObject({ channels: 3, greyImages: 3 });
  const size = ['--size', '32', '--latent', '4', '--batch', '4', '--epochs', '1', '--width', 'small'];
  const { err } = await cli('train', inside('mixed'), '--kind', 'ae', '--out', inside('out'), '--no-align', ...size);
  expect(err).toContain('3 of the images are grey; they are used as colour images, like the others.');
});

test('an absurd learning rate makes a VAE diverge: step, cause and way out are told', async () => {
  const wrong = { learningRate: 1, epochs: 20, out: 'diverges', tuning: { checkpointSteps: 2 } };
  const run = train(settings(wrong), { onEvent: () => {}, control: new RunControl() });
  await expect(run).rejects.toThrow(
    /^The loss stopped being a number at step \d+: the encoder's log-variance exploded \(the KL term ran away\), probably because the learning rate 1 is too high\. (The last good checkpoint, from step \d+, is kept: continue from it|There was no checkpoint yet\. Start again) with a lower learning rate, such as 0\.001, or with a clip norm\.$/,
  );
});
