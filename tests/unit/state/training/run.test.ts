import { describe, expect, it } from 'vitest';
import { message, type TrainingProgress, UserError } from '../../../../main/contract';
import { advance, isActive, type Run } from '../../../../renderer/state/training/run';

const run: Run = {
  id: 'a',
  settings: {
    kind: 'vae',
    images: '/images',
    name: 'Faces',
    imageSize: 32,
    latentSize: 8,
    epochs: 1,
    batchSize: 4,
    beta: 1,
    learningRate: 0.001,
    seed: 1,
    align: true,
  },
  state: 'preparing',
  progress: [],
  pictures: null,
  use: null,
  warning: null,
  started: null,
  skipped: [],
  done: null,
  failure: null,
  preparing: null,
};

const progress = (step: number): TrainingProgress => ({
  event: 'progress',
  step,
  steps: 9000,
  epoch: 1,
  epochs: 1,
  imagesPerSecond: 1,
  secondsLeft: 1,
  loss: 1,
  terms: {},
});

describe('advance', () => {
  it('follows a run from reading images to its model', () => {
    let now = advance(run, { event: 'preparing', done: 3, total: 9, stage: 'reading images' });
    expect(now.preparing).toMatchObject({ done: 3, total: 9 });
    now = advance(now, { event: 'skipped', file: 'x.jpg', reason: message('unreadable.broken') });
    now = advance(now, {
      event: 'started',
      step: 0,
      channels: 3,
      greyImages: 0,
      images: 8,
      validationImages: 1,
      steps: 2,
      parameters: 10,
      memoryBytes: 1000,
    });
    expect(now.preparing).toBeNull();
    now = advance(advance(now, { event: 'state', state: 'running' }), progress(1));
    expect(now.state).toBe('running');
    now = advance(now, {
      event: 'done',
      model: '/library/faces',
      steps: 2,
      seconds: 1,
      imagesPerSecond: 16,
      loss: 1,
      validationMse: 0.01,
    });
    expect(now.state).toBe('done');
    expect(now.done?.model).toBe('/library/faces');
    expect(now.skipped).toMatchObject([{ file: 'x.jpg', reason: { key: 'unreadable.broken' } }]);
    expect(isActive(now.state)).toBe(false);
  });

  it('keeps the newest points of a long run, and a bounded number of them', () => {
    let now = run;
    for (let step = 1; step <= 9000; step++) now = advance(now, progress(step));
    expect(now.progress.length).toBeLessThanOrEqual(2000);
    expect(now.progress.at(-1)!.step).toBe(9000);
  });

  it('tells a run that was cancelled from one that failed', () => {
    expect(advance(run, { event: 'failed', ...new UserError('cancelled.request').failure }).state).toBe('cancelled');
    const failure = new UserError('busy.training', { name: 'Faces' }).failure;
    const failed = advance(run, { event: 'failed', ...failure });
    expect(failed.state).toBe('failed');
    expect(failed.failure).toMatchObject(failure);
  });

  it('leaves the run it was given alone', () => {
    const before = structuredClone(run);
    advance(run, progress(1));
    expect(run).toEqual(before);
  });
});
