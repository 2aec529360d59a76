import { describe, expect, it } from 'vitest';
import type { TrainingProgress } from '../../../../main/contract';
import { curveRange, thin } from '../../../../renderer/state/training/curve';

const point = (step: number, validationMse?: number): TrainingProgress => ({
  event: 'progress',
  step,
  steps: 100,
  epoch: 1,
  epochs: 1,
  imagesPerSecond: 1,
  secondsLeft: 1,
  loss: step,
  terms: {},
  ...(validationMse === undefined ? {} : { validationMse }),
});

describe('thin', () => {
  it('leaves short curves alone', () => {
    const points = [1, 2, 3].map((step) => point(step));
    expect(thin(points, 3)).toEqual(points);
  });

  it('stays short, in order, and up to the last point, however often it is applied', () => {
    let points: TrainingProgress[] = [];
    for (let step = 1; step <= 1001; step++) {
      points = thin([...points, point(step, step % 7 === 0 ? step / 1000 : undefined)], 50);
      expect(points.length).toBeLessThanOrEqual(50);
      expect(points.at(-1)!.step).toBe(step);
    }
    const steps = points.map(({ step }) => step);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(points.some(({ validationMse }) => validationMse !== undefined)).toBe(true);
  });

  it('hands a measurement on to the neighbour it is merged into', () => {
    expect(thin([point(1), point(2), point(3, 0.5), point(4)], 2).map((p) => [p.step, p.validationMse])).toEqual([
      [2, undefined],
      [4, 0.5],
    ]);
  });
});

describe('curveRange', () => {
  it('has no range without finite values', () => {
    expect(curveRange([])).toBeNull();
    expect(curveRange([null, NaN, Infinity])).toBeNull();
  });

  it('leaves out the first steep fall of a long curve only', () => {
    const values = Array.from({ length: 100 }, (_, i) => (i === 0 ? 1e6 : 100 - i));
    expect(curveRange(values)![1]).toBeLessThan(110);
    expect(curveRange([1e6, 5, 4])![1]).toBeGreaterThan(1e6);
  });

  it('gives a flat curve room above and below', () => {
    const [least, most] = curveRange([2, 2, null])!;
    expect(least).toBeLessThan(2);
    expect(most).toBeGreaterThan(2);
  });
});
