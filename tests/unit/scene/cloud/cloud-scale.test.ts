import { describe, expect, it } from 'vitest';
import { measureCloud } from '../../../../renderer/scene/cloud/cloud-scale';
import { LocalSpacing } from '../../../../renderer/scene/camera/local-spacing';

/** Points of a cubic lattice with `n` points per side, centred on 0. */
function lattice(n: number, spacing: number): Float32Array {
  const points: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < n; k++) points.push(...[i, j, k].map((c) => (c - (n - 1) / 2) * spacing));
    }
  }
  return new Float32Array(points);
}

describe('measureCloud', () => {
  it('finds the spacing and the radius of a lattice', () => {
    const scale = measureCloud(lattice(11, 0.2));
    expect(scale.spacing).toBeCloseTo(0.2, 5);
    // all but the outermost 2 % of the points: a little short of the corners at √3
    expect(scale.radius).toBeGreaterThan(1.3);
    expect(scale.radius).toBeLessThan(Math.sqrt(3));
    // a little smaller than the gaps: neighbours do not cover one another
    expect(scale.faceSize).toBeLessThan(0.2);
    expect(scale.faceSize).toBeGreaterThan(0.15);
  });

  it('scales with the cloud', () => {
    const [small, large] = [0.01, 10].map((spacing) => measureCloud(lattice(7, spacing)));
    for (const key of ['radius', 'spacing', 'faceSize', 'closeUp'] as const) {
      expect(large[key] / small[key]).toBeCloseTo(1000, 1);
    }
  });

  it('is not stretched by a straggler', () => {
    const points = lattice(6, 1);
    const withStraggler = new Float32Array([...points, 1000, 0, 0]);
    expect(measureCloud(withStraggler).radius).toBeCloseTo(measureCloud(points).radius, 5);
  });

  it('gives usable lengths for no faces, one, two, and many in one place', () => {
    for (const points of [
      [],
      [0, 0, 0],
      [3, 0, 0],
      [1, 0, 0, -1, 0, 0],
      new Array<number>(300).fill(0),
      new Array<number>(300).fill(2),
    ]) {
      const { radius, spacing, faceSize, closeUp } = measureCloud(new Float32Array(points));
      for (const size of [radius, spacing, faceSize, closeUp]) {
        expect(size).toBeGreaterThan(0);
        expect(size).toBeLessThan(Infinity);
      }
      expect(faceSize).toBeLessThan(radius);
    }
  });

  it('measures 100,000 faces fast enough to go unnoticed', () => {
    const points = new Float32Array(300_000).map((_, i) => Math.sin(i * 12.9898) * 2);
    const start = performance.now();
    measureCloud(points);
    expect(performance.now() - start).toBeLessThan(1500);
  });
});

describe('LocalSpacing', () => {
  it('knows the spacing inside a lattice, and says a quarter of the radius where nobody is', () => {
    const points = lattice(21, 0.1);
    const scale = measureCloud(points);
    const density = new LocalSpacing(points, scale);
    expect(density.at(0, 0, 0)).toBeGreaterThan(0.08);
    expect(density.at(0, 0, 0)).toBeLessThan(0.12);
    expect(density.at(50, 0, 0)).toBe(scale.radius / 4);
    expect(density.at(NaN, 0, 0)).not.toBe(0);
  });

  it('changes smoothly along a flight out of the cloud', () => {
    const points = lattice(15, 0.1);
    const density = new LocalSpacing(points, measureCloud(points));
    let before = density.at(0, 0, 0);
    for (let x = 0; x < 2; x += 0.005) {
      const here = density.at(x, 0.02, 0.01);
      expect(Math.abs(here - before)).toBeLessThan(0.35 * before + 0.01);
      before = here;
    }
  });
});
