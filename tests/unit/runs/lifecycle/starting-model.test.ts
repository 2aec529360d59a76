/** Training that goes on from a model, on other images. */
import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { TrainingEvent, TrainingSettings } from '../../../../main/contract';
import { fromHalf, toHalf } from '../../../../main/engine/maths/half-precision';
import { folderSource, halveModel } from '../../../../main/engine/models';
import { openStartingModel, resumeTraining, RunControl, train } from '../../../../main/engine/runs';
import { readWeights } from '../../../../main/engine/training/onnx';
import { sharedFolder } from '../../temporary';
import { relativeDistance } from '../../training/support';
import { blotches } from '../lives';
import { smallRun } from '../small-run';

const folder = sharedFolder();
const place = (name: string) => path.join(folder, name);
let images: string;
let others: string;

async function run(out: string, more: Partial<TrainingSettings> = {}, onEvent: (e: TrainingEvent) => void = () => {}) {
  const settings = smallRun({ images: others, out: place(out), seed: 3, ...more });
  await train(settings, { onEvent, control: new RunControl() });
}
const weights = async (model: string, side: 'encoder' | 'decoder') =>
  readWeights(await readFile(path.join(place(model), `${side}.onnx`)));

beforeAll(async () => {
  images = await blotches(place('images'), 16);
  others = await blotches(place('others'), 9);
  await run('first', { images, epochs: 20 });
}, 120_000);

/** One step that hardly changes anything. */
const ONE_STEP = { epochs: 0.01, learningRate: 1e-7, tuning: { averageDecay: 0, whiten: false } };

describe('starting from a model', () => {
  test.each(['vae', 'ae', 'rae'] as const)('begins with its weights: %s', async (kind) => {
    await run(kind, { ...ONE_STEP, kind, from: place('first') });
    for (const side of ['encoder', 'decoder'] as const) {
      const [before, after] = [await weights('first', side), await weights(kind, side)];
      for (const [name, values] of after) {
        expect(relativeDistance(values, before.get(name)!), name).toBeLessThan(1e-3);
      }
    }
    const { manifest } = await folderSource(place(kind));
    expect(manifest.training).toMatchObject({ startedFrom: 'first' });
    expect(JSON.stringify(manifest)).not.toContain(folder);
  });

  test('begins with weights in half precision as they are', { timeout: 60_000 }, async () => {
    await cp(place('first'), place('half'), { recursive: true });
    const { decoder, encoder } = await halveModel(place('half'));
    expect([decoder.halved, encoder.halved]).toEqual([true, true]);
    const [single, half] = await Promise.all(['first', 'half'].map((name) => openStartingModel(place(name))));
    expect([...half.weights.keys()]).toEqual([...single.weights.keys()]);
    for (const [name, values] of single.weights) {
      expect(half.weights.get(name), name).toEqual(name.endsWith('.b') ? values : fromHalf(toHalf(values)));
    }
    await run('from half', { ...ONE_STEP, from: place('half') });
    const after = await weights('from half', 'decoder');
    for (const [name, values] of after) {
      expect(relativeDistance(values, half.weights.get(name)!), name).toBeLessThan(5e-5);
    }
  });

  test('a VAE from an AE begins with variances of its own', async () => {
    await run('plain', { ...ONE_STEP, kind: 'ae', from: place('first') });
    await run('spread', { ...ONE_STEP, kind: 'vae', from: place('plain') });
    expect((await weights('spread', 'encoder')).has('encoder.logVar.w')).toBe(true);
  });

  test('continues to the same weights after an interruption, without the model', async () => {
    const more = { epochs: 8, from: place('first'), tuning: { checkpointSteps: 3 } };
    await run('whole', more);
    const interrupt = (event: TrainingEvent) => {
      if (event.event === 'progress' && event.step >= 5) throw new Error('as if killed');
    };
    await expect(run('parts', more, interrupt)).rejects.toThrow('killed');
    await resumeTraining(place('parts'), { onEvent: () => {}, control: new RunControl() });
    for (const side of ['encoder', 'decoder']) {
      const [a, b] = await Promise.all(['whole', 'parts'].map((m) => readFile(path.join(place(m), `${side}.onnx`))));
      expect(a.equals(b), side).toBe(true);
    }
  });

  test.each<[Partial<TrainingSettings>, string]>([
    [{ latentSize: 5 }, 'Latent size: 4 instead of 5.'],
    [{ tuning: { width: 'standard' } }, 'Width: small instead of standard.'],
  ])('is refused where networks differ: %j', async (more, sentence) => {
    await expect(run('refused', { ...more, from: place('first') })).rejects.toThrow(sentence);
  });

  test('is refused where there is no model of ours', async () => {
    const decoder = path.join(place('first'), 'decoder.onnx');
    await expect(run('refused', { from: decoder })).rejects.toThrow('cannot be trained further');
    await expect(run('refused', { from: images })).rejects.toThrow('is not a model');
    await expect(run('refused', { from: place('nowhere') })).rejects.toThrow('nowhere');
  });
});
