import type { Estimate, TrainableKind } from '../../../main/contract';
import { type Scores, SETS } from '../../../main/engine/experiment/measure';
import type { Setting } from '../../../main/engine/experiment/plan';
import type { Summary } from '../../../main/engine/experiment/summary';

export const setting: Setting = { imageSize: 32, width: 'small', latentSize: 8, images: 100, steps: 10, seeds: 3 };

/** `value` ± 0.1. */
export const about = (value: number): Estimate => ({ value, interval: [value - 0.1, value + 0.1], count: 9 });

const everySet = (value: number) => Object.fromEntries(SETS.map((name) => [name, about(value)]));

/** Scores that are all `value`, but for `changes`. */
export function scores(value: number, changes: Partial<Scores> = {}): Scores {
  const same = about(value);
  return {
    reconstructionMse: same,
    psnr: same,
    ssim: same,
    pcaMse: same,
    advantageOverPca: same,
    inBetween: same,
    inBetweenByFactor: { jaw: same, yaw: same },
    midpointMse: same,
    middleMse: same,
    samplingDistance: everySet(value) as Scores['samplingDistance'],
    withinRange: everySet(value) as Scores['withinRange'],
    coverage: everySet(value) as Scores['coverage'],
    drift: { real: same, prior: same, mixture: same },
    components: { value: 1, interval: null, count: 1 },
    bound: null,
    ...changes,
  };
}

export const summary = (
  kind: TrainableKind,
  value: number,
  changes: Partial<Scores> = {},
  at: Partial<Setting> = {},
): Summary => ({
  kind,
  setting: { ...setting, ...at },
  seeds: [1, 2, 3],
  intervals: 'seeds',
  seconds: { training: 1, scoring: 1 },
  ...scores(value, changes),
});
