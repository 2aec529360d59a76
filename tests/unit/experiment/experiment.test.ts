import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { type Experiment, planOf, runExperiment } from '../../../main/engine/experiment';
import type { Plan } from '../../../main/engine/experiment/plan';
import { cli } from '../cli/terminal';
import { temporaryFolder } from '../temporary';

const main = { imageSize: 32, width: 'small', latentSize: 4, images: 40, steps: 3, seeds: 1 } as const;
const tiny: Plan = {
  ...planOf('quick', 7),
  main,
  grid: [main],
  testImages: 24,
  boundImages: 2,
  importanceSamples: 2,
  pairs: 2,
  replicas: 2,
};

/** Everything but how long it took. */
const numbers = (experiment: Experiment): unknown =>
  JSON.parse(JSON.stringify(experiment, (key, value: unknown) => (key === 'seconds' ? undefined : value)));

it('trains, measures and reports; interrupted, it continues to the same numbers', { timeout: 240_000 }, async () => {
  const [folder, other] = [await temporaryFolder(), await temporaryFolder()];
  const aborter = new AbortController();
  const interrupted = runExperiment(folder, tiny, { signal: aborter.signal, onNote: () => aborter.abort() });
  await expect(interrupted).rejects.toMatchObject({ code: 'cancelled' });
  const done = await readdir(path.join(folder, 'scores'));
  expect(done).toHaveLength(1);
  const modelAt = path.join(folder, 'models', done[0].replace('.json', ''), 'model.json');
  const before = await stat(modelAt);

  const continued = await runExperiment(folder, tiny);
  expect((await stat(modelAt)).mtimeMs).toBe(before.mtimeMs);
  const progress: number[] = [];
  const fresh = await runExperiment(other, tiny, { onProgress: (share, total) => progress.push(share / total) });
  expect(numbers(continued)).toEqual(numbers(fresh));
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(progress.at(-1)).toBeLessThanOrEqual(1);

  for (const kind of ['ae', 'vae', 'rae'] as const) {
    const model = fresh.models[kind];
    const estimates = [model.reconstructionMse, model.inBetween, ...Object.values(model.samplingDistance)];
    for (const { value, interval, count } of estimates) {
      expect(Number.isFinite(value)).toBe(true);
      expect(interval![0]).toBeLessThanOrEqual(interval![1]);
      expect(count).toBeGreaterThan(1);
    }
    expect(model.bound === null).toBe(kind !== 'vae');
  }
  expect(JSON.parse(await readFile(path.join(folder, 'results.json'), 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(continued)),
  );

  const report = await readFile(path.join(folder, 'report.md'), 'utf8');
  for (const finding of continued.findings) expect(report).toContain(finding);
  const figures = [...report.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, file]) => path.join(folder, file));
  expect(figures.length).toBeGreaterThan(15);
  sharp.unblock({ operation: ['VipsForeignLoadSvg'] }); // the engine reads none
  for (const figure of figures) {
    const { channels } = await sharp(figure).stats();
    expect(Math.max(...channels.slice(0, 3).map(({ stdev }) => stdev)), figure).toBeGreaterThan(0.2); // not one colour, though hardly trained
  }
});

it('refuses a folder with other things, or another plan', async () => {
  const folder = await temporaryFolder();
  const notes = path.join(folder, 'notes');
  await mkdir(notes);
  await writeFile(path.join(notes, 'diary.txt'), 'mine');
  await expect(runExperiment(notes, tiny)).rejects.toMatchObject({
    code: 'bad-settings',
    message: expect.stringContaining('holds other things besides an experiment (diary.txt)') as string,
  });
  const models = path.join(folder, 'models');
  await mkdir(path.join(models, 'models'), { recursive: true });
  await expect(runExperiment(models, tiny)).rejects.toThrow('has no plan.json');

  const taken = path.join(folder, 'taken');
  const signal = AbortSignal.abort();
  await expect(runExperiment(taken, tiny, { signal })).rejects.toMatchObject({ code: 'cancelled' });
  await expect(runExperiment(taken, { ...tiny, seed: 8 }, { signal })).rejects.toThrow(
    'holds an experiment with other settings (--quick --seed 7, version',
  );
});

it.each([
  [[], 'Choose one of --quick'],
  [['--quick', '--full'], 'Choose one of --quick'],
  [['--quick', '--seed', '-1'], 'The seed must be a whole number from 0 to 1000000, not -1.'],
  [['--quick', '--seed', 'x'], 'It is not a number'],
  [['--fast'], "Unknown option '--fast'"],
])('experiment %j: %s', async (options, message) => {
  const { code, err, out } = await cli('experiment', ...options);
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain(message);
});
