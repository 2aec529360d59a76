import { describe, expect, it } from 'vitest';
import type { HoleMap, HoleScale } from '../../../../main/contract';
import { wayOut } from '../../../../renderer/state/flight/carry-over';
import { endsOf, fogOf, MOST_TIMES, strengthOf } from '../../../../renderer/state/compare/fog';

const scale: HoleScale = { drift: { low: 0.5, median: 1, high: 2 }, density: { low: -50, median: -20, high: -10 } };
const map: HoleMap = {
  centre: [1, 2, 3],
  radius: 4,
  side: 3,
  drift: Float32Array.from({ length: 27 }, (_, n) => (n === 26 ? NaN : 2 * MOST_TIMES ** (n / 25))),
  density: Float32Array.from({ length: 27 }, (_, n) => (n === 26 ? NaN : -100 + 4 * n)),
};

describe('fog', () => {
  it('of drift begins at what is usual and is thickest at four times that', () => {
    const ends = endsOf(map, scale, 'drift')!;
    expect(ends).toEqual([2, 2 * MOST_TIMES]);
    expect([0.1, 2, 2 * Math.sqrt(MOST_TIMES), 2 * MOST_TIMES, 1e6].map((d) => strengthOf(d, ends, 'drift'))).toEqual([
      0,
      0,
      expect.closeTo(0.5, 6),
      1,
      1,
    ]);
  });

  it('of density spans the map’s own range', () => {
    const [faint, strong] = endsOf(map, scale, 'density')!;
    expect(faint).toBeCloseTo(-95, 4);
    expect(strong).toBe(0);
    expect(strengthOf(-47.5, [faint, strong], 'density')).toBeCloseTo(0.5, 3);
  });

  it('shows a code that leads nowhere as a hole, and as no density', () => {
    expect(fogOf(map, scale, 'drift')!.thickness[26]).toBe(255);
    expect(fogOf(map, scale, 'density')!.thickness[26]).toBe(0);
    expect(fogOf(map, scale, 'drift')!.thickness[25]).toBe(255);
    expect(fogOf(map, scale, 'density')!.thickness[0]).toBe(0);
  });

  it('of what a model does not give is none', () => {
    expect(fogOf({ ...map, drift: null }, scale, 'drift')).toBeNull();
    expect(fogOf(map, { ...scale, drift: null }, 'drift')).toBeNull();
  });
});

describe('the way out of the cloud', () => {
  // a cloud around (1, 0, 0) whose root-mean-square size is 2
  const positions = Float32Array.of(3, 0, 0, -1, 0, 0);
  it('leads from its middle through where one is', () => {
    expect(wayOut([1, 0, 5], positions)).toEqual([1, 0, expect.closeTo(6.4, 5)]);
  });
  it('leads up from its middle', () => {
    expect(wayOut([1, 0.1, 0], positions)).toEqual([1, expect.closeTo(6.4, 5), 0]);
  });
});
