import { describe, expect, it } from 'vitest';
import { random } from '../../../../main/engine/maths/random';
import { drawsLike } from '../../../../main/engine/runs/monitoring/code-mixture';

/** Codes in two dimensions about two places, 10 and −10 along the first. */
function twoPlaces(count: number): Float32Array {
  const rng = random(1, 'codes');
  return Float32Array.from({ length: 2 * count }, (_, i) => rng.normal() + (i % 2 ? 0 : i % 4 ? 10 : -10));
}

describe('draws like the codes of a run', () => {
  it('lie where the codes lie, in all places, and nowhere between', () => {
    const draws = drawsLike(twoPlaces(200), 2, 40, 1)!;
    const along = [...draws].filter((_, i) => i % 2 === 0);
    expect(along.every((x) => Math.abs(Math.abs(x) - 10) < 8)).toBe(true);
    expect(new Set(along.map(Math.sign))).toEqual(new Set([-1, 1]));
  });

  it('are the same each time, and move with the codes', () => {
    const codes = twoPlaces(200);
    expect(drawsLike(codes, 2, 4, 1)).toEqual(drawsLike(codes, 2, 4, 1));
    expect(drawsLike(codes, 2, 4, 1)).not.toEqual(drawsLike(codes, 2, 4, 2));
    expect(drawsLike(codes, 2, 4, 1)).not.toEqual(
      drawsLike(
        codes.map((x) => x + 1),
        2,
        4,
        1,
      ),
    );
  });

  it('are not drawn from a handful of codes, nor from those of a run that diverges', () => {
    expect(drawsLike(twoPlaces(9), 2, 4, 1)).toBeNull();
    expect(drawsLike(twoPlaces(20).fill(NaN, 7, 8), 2, 4, 1)).toBeNull();
  });

  it.each([0, 3, -1e-22, 1e38])('of a run whose codes have collapsed to %d are that very code', (value) => {
    const draws = drawsLike(new Float32Array(48).fill(value), 4, 8, 1)!;
    expect(draws).toHaveLength(32);
    for (const number of draws) expect(Math.abs(number - value)).toBeLessThanOrEqual(1e-4 * Math.abs(value) + 1e-30);
  });
});
