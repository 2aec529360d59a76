/** Scores as a table: what stands in one column stands apart from the next. */
import { expect, it } from 'vitest';
import { scoreText } from '../../../main/cli/score-text';
import type { ScoreReport } from '../../../main/contract';

it('columns stand apart, however many there are', () => {
  const estimate = { value: 0.979, interval: [0.9, 1], count: 8 };
  const set = { frechet: estimate, density: estimate, coverage: estimate, precision: estimate };
  const report = {
    reconstruction: null,
    bound: null,
    mixture: null,
    sampling: {
      sets: { real: set },
      gradientEnergy: { real: 1 },
      reference: 'images',
      sampleSize: 8,
      featureSpace: { description: 'a space' },
    },
    drift: null,
    factors: null,
    inBetween: null,
  } as unknown as ScoreReport;
  const lines = scoreText(report, 'VAE').split('\n');
  const [header, real] = ['Samples', 'real'].map((start) => lines.find((line) => line.startsWith(start))!);
  expect(header.split(/ {2,}/)).toEqual([
    'Samples',
    'Fréchet distance',
    'density',
    'coverage',
    'within range',
    'gradient energy',
  ]);
  expect(real.split(/ {2,}/)).toHaveLength(6);
});
