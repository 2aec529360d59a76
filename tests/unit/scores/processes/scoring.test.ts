import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type ScoreStage, UserError } from '../../../../main/contract';
import { openModel, type Model } from '../../../../main/engine/models';
import { answerWith } from '../../../../main/engine/scores/processes/answer';
import { Scoring } from '../../../../main/engine/scores/processes/scoring';
import { cli } from '../../cli/terminal';
import { tinyModel } from '../../models/tiny';

let folder: string;
let model: Model;
beforeEach(async () => {
  folder = await tinyModel({ count: 40 });
  model = await openModel(folder);
  return () => model.release();
});

/** As the scoring process answers, in this one. */
const here: ConstructorParameters<typeof Scoring>[0] = ({ task }, watch) => answerWith(model, task, watch);

describe('measuring a model without images', () => {
  it('says what codes alone tell, and remembers it', async () => {
    const scoring = new Scoring(here);
    const stages = new Set<ScoreStage>();
    const options = { onProgress: (_done: number, _total: number, stage: ScoreStage) => void stages.add(stage) };
    expect(scoring.known(model)).toBeNull();
    const report = await scoring.score(model, null, options);
    expect(report).toMatchObject({ data: null, reconstruction: null, bound: null, factors: null });
    expect(report.mixture).toMatchObject({ codes: 40 });
    expect(report.sampling).toMatchObject({ reference: 'reconstructions', sampleSize: 20 });
    expect(Object.keys(report.sampling!.sets)).toEqual(['real', 'interpolations', 'prior', 'mixture']);
    expect(stages).toContain('fitting a mixture');
    expect(scoring.known(model)).toEqual(report);
  });

  it('draws from the mixture once it is fitted, the same for the same seed', async () => {
    const scoring = new Scoring(here);
    await expect(scoring.samples(model, 'mixture', 4, 1)).rejects.toMatchObject({ code: 'not-found' });
    await scoring.score(model, null, {});
    const drawn = await scoring.samples(model, 'mixture', 4, 1);
    expect(drawn.codes.length).toBe(4 * model.card.latentSize);
    expect(drawn.images.data).toEqual((await model.decodePixels(drawn.codes)).data);
    expect(await scoring.samples(model, 'mixture', 4, 1)).toEqual(drawn);
    expect((await scoring.samples(model, 'mixture', 4, 2)).codes).not.toEqual(drawn.codes);
    await expect(scoring.samples(model, 'prior', 257, 1)).rejects.toMatchObject({ code: 'bad-settings' });
  });

  it('fits a mixture and leaves what was measured on images as it is', async () => {
    await cli('score', folder, '--keep', '--json');
    await model.release();
    model = await openModel(folder);
    const scoring = new Scoring(here);
    const kept = scoring.known(model);
    expect(kept).not.toBeNull();
    expect(await scoring.fitMixture(model, {})).toMatchObject({ codes: 40 });
    expect(scoring.known(model)).toEqual(kept);
    expect((await scoring.samples(model, 'mixture', 4, 1)).codes.length).toBe(4 * model.card.latentSize);
  });

  it('is ended by a second call, by cancelling, and with the model', async () => {
    const waiting: ConstructorParameters<typeof Scoring>[0] = (_, { signal }) =>
      new Promise((_resolve, reject) =>
        signal!.addEventListener('abort', () => reject(new UserError('cancelled.request'))),
      );
    const scoring = new Scoring(waiting);
    const closing = new AbortController();
    const options = { signal: closing.signal };
    const cancelled = { code: 'cancelled' };
    const first = scoring.score(model, null, options);
    const second = scoring.score(model, null, options);
    await expect(first).rejects.toMatchObject(cancelled);
    scoring.cancel(model);
    await expect(second).rejects.toMatchObject(cancelled);
    const third = scoring.score(model, null, options);
    closing.abort();
    await expect(third).rejects.toMatchObject(cancelled);
  });
});

it('keeps scores with the model when asked to', async () => {
  const { code, events } = await cli('score', folder, '--keep', '--json');
  expect(code).toBe(0);
  const kept = await openModel(folder);
  expect(new Scoring(here).known(kept)).toMatchObject({ mixture: events.at(-1).mixture });
  await kept.release();
  expect(JSON.parse(await readFile(path.join(folder, 'model.json'), 'utf8')).scores.validationMse).toBe(0.0123456);
});

it('samples from a mixture on the command line', async () => {
  const out = path.join(folder, '..', 'mixture.png');
  const { code, events } = await cli('sample', folder, '--from', 'mixture', '--count', '4', '--out', out, '--json');
  expect(code).toBe(0);
  expect(events.map(({ event }) => event)).toEqual(['mixture', 'done']);
});
