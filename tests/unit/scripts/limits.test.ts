import { expect, it } from 'vitest';
import type { Estimate, ScoreReport } from '../../../main/contract';
import { limitsOf } from '../../../scripts/bundled/limits.mjs';

const estimate = (value: number, interval: Estimate['interval'] = null): Estimate => ({ value, interval, count: 100 });
const quality = (frechet: number) => ({ frechet: estimate(frechet) });

function said(advantage: [number, number], images = 5000, active = 8): string {
  const report = {
    reconstruction: {
      model: { mse: estimate(0.01) },
      pca: { mse: estimate(0.0125), components: 8 },
      advantage: estimate((advantage[0] + advantage[1]) / 2, advantage),
    },
    sampling: { sets: { real: quality(5), prior: quality(70), mixture: quality(15) } },
    bound: { activeUnits: estimate(active), latentSize: 8 },
  } as unknown as ScoreReport;
  const limits = limitsOf({ kind: 'vae', images, heldOut: 10, size: 64, report });
  for (const limit of limits) expect(limit['zh-CN']).toMatch(/[\u4e00-\u9fff].*。$/);
  return limits.map(({ en }) => en).join('\n');
}

it('calls a model better or worse than PCA only where the interval does', () => {
  expect(said([0.001, 0.004])).toContain(
    'better than linear PCA with 8 components (mean squared error 0.0100, PCA 0.0125)',
  );
  expect(said([-0.001, 0.004])).toContain('no better than linear PCA');
  expect(said([-0.004, -0.001])).toContain('worse than linear PCA');
});

it('says how far draws are from images, in distances between images', () => {
  expect(said([0.1, 0.2])).toContain('14 times as far');
  expect(said([0.1, 0.2])).toContain('mixture fitted to its codes, 3.0 times');
});

it('speaks of few images and unused numbers only where there are some', () => {
  expect(said([0.1, 0.2])).not.toMatch(/too few|next to nothing/);
  expect(said([0.1, 0.2], 527)).toContain('527 training images are too few');
  expect(said([0.1, 0.2], 5000, 6)).toContain('2 of the 8 numbers of its code');
});
