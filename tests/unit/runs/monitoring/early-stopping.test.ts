import { expect, test } from 'vitest';
import { EarlyStopping } from '../../../../main/engine/runs/monitoring/early-stopping';

const weights = (value: number) => new Map([['w', Float32Array.of(value)]]);
const kept = (early: EarlyStopping) => early.kept(weights(99)).get('w')![0];

test('the best of the measurements is kept, and the wait for a better one ends', () => {
  const early = new EarlyStopping(2);
  expect([0.3, 0.1, 0.2, 0.15].map((mse, i) => early.measured(i + 1, mse, weights(i + 1)))).toEqual([
    false,
    false,
    false,
    true,
  ]);
  expect([kept(early), early.keptStep(4)]).toEqual([2, 2]);
});

test('without patience and discriminator nothing is kept but the end', () => {
  const early = new EarlyStopping(0);
  for (let step = 1; step < 50; step++) expect(early.measured(step, step, weights(step))).toBe(false);
  expect(kept(early)).toBe(99);
});

test.each([0, 1])('against a discriminator the error may rise; patience %i', (patience) => {
  const early = new EarlyStopping(patience);
  for (let step = 1; step <= 5; step++) expect(early.measured(step, step, weights(step), true)).toBe(false);
  expect(kept(early)).toBe(5);
});

test('a discriminator that wins for good ends the run, and what was before it is kept', () => {
  const early = new EarlyStopping(0);
  early.measured(1, 0.1, weights(1), true);
  const lost = (step: number) => early.measured(step, 0.2, weights(step), false);
  expect([2, 3, 4, 5].map(lost)).toEqual([false, false, false, false]);

  const continued = new EarlyStopping(0);
  continued.restore(early.state, early.tensors(), [1, 2, 3, 4, 5]);
  for (const each of [early, continued]) {
    expect(each.measured(6, 0.2, weights(6), false)).toBe(true);
    expect([kept(each), each.keptStep(6)]).toEqual([1, 1]);
  }
});

test('one that has never been in balance ends nothing: there is nothing to go back to', () => {
  const early = new EarlyStopping(0);
  for (let step = 1; step < 20; step++) expect(early.measured(step, 0.1, weights(step), false)).toBe(false);
});
