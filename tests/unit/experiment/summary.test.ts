import { expect, it } from 'vitest';
import { keyOf } from '../../../main/engine/experiment/plan';
import { type Run, seriesAlong, summarise } from '../../../main/engine/experiment/summary';
import { scores, setting, summary } from './support';

const run = (seed: number, value: number): Run => ({
  kind: 'ae',
  setting,
  seed,
  scores: scores(value),
  fromMixture: [],
  seconds: { training: 10 * seed, scoring: seed },
});

it('means over runs come with the interval of Student’s t', () => {
  const { inBetween, inBetweenByFactor, bound, intervals, seeds, seconds } = summarise([
    run(1, 1),
    run(2, 2),
    run(3, 6),
  ]);
  // By hand: mean 3, variance ((−2)² + (−1)² + 3²) / 2 = 7, standard error √(7/3) = 1.527525, times 4.303 = 6.572941.
  expect(inBetween.value).toBe(3);
  expect(inBetween.interval![0]).toBeCloseTo(-3.572941, 5);
  expect(inBetween.interval![1]).toBeCloseTo(9.572941, 5);
  expect(inBetween.count).toBe(3);
  expect(inBetweenByFactor.jaw).toEqual(inBetween);
  expect(bound).toBeNull();
  expect([intervals, seeds, seconds]).toEqual(['seeds', [1, 2, 3], { training: 60, scoring: 6 }]);
});

it('of two runs the t quantile is 12.706', () => {
  // By hand: mean 2, variance 2, standard error 1.
  const { psnr } = summarise([run(1, 1), run(2, 3)]);
  expect(psnr.interval![0]).toBeCloseTo(2 - 12.706, 9);
});

it('one run keeps its own intervals', () => {
  const { inBetween, intervals } = summarise([run(1, 5)]);
  expect(inBetween).toEqual({ value: 5, interval: [4.9, 5.1], count: 9 });
  expect(intervals).toBe('images');
});

it('finds the longest series along one of the axes', () => {
  const grid = [
    summary('ae', 1, {}, { latentSize: 32 }),
    summary('ae', 1, {}, { latentSize: 8 }),
    summary('ae', 1, {}, { latentSize: 32, images: 50 }),
    summary('ae', 1, {}, { latentSize: 16 }),
  ];
  const keys = (by: 'latentSize' | 'images') => seriesAlong(grid, by).map((one) => keyOf(one.setting));
  expect(keys('latentSize')).toEqual([8, 16, 32].map((latentSize) => keyOf({ ...setting, latentSize })));
  expect(keys('images')).toEqual([50, 100].map((images) => keyOf({ ...setting, latentSize: 32, images })));
});
