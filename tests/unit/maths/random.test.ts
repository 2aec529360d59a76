import { describe, expect, it } from 'vitest';
import { normals, permutation, random } from '../../../main/engine/maths/random';
import { fixture } from '../training/support';

interface Streams {
  streams: {
    name: [number, ...(string | number)[]];
    uniforms: number[];
    normals: number[];
    integers: number[];
    permutation: number[];
  }[];
}

describe('random', () => {
  // The other implementation checks its generator against its authors' numbers.
  it.each(fixture<Streams>('streams').streams)('draws what another implementation draws: $name', (expected) => {
    const [seed, ...labels] = expected.name;
    const draw = <T>(f: (rng: ReturnType<typeof random>) => T, n: number): T[] => {
      const rng = random(seed, ...labels);
      return Array.from({ length: n }, () => f(rng));
    };
    expect(draw((rng) => rng.uniform(), 4)).toEqual(expected.uniforms);
    expect(draw((rng) => rng.integer(1000), 4)).toEqual(expected.integers);
    draw((rng) => rng.normal(), 4).forEach((x, i) => expect(x).toBeCloseTo(expected.normals[i], 14));
    expect([...permutation(10, random(seed, ...labels))]).toEqual(expected.permutation);
  });

  it('gives neighbouring names unrelated streams', () => {
    const n = 4000;
    const [a, b] = [0, 1].map((step) => normals(n, random(1, 'epsilon', step)));
    const correlation = a.reduce((total, x, i) => total + x * b[i], 0) / n;
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(n));
  });

  it('draws normal numbers of mean 0, variance 1 and kurtosis 3', () => {
    const x = normals(100_000, random(3, 'moments'));
    const moment = (power: number) => x.reduce((total, value) => total + value ** power, 0) / x.length;
    expect(moment(1)).toBeCloseTo(0, 1);
    expect(moment(2)).toBeCloseTo(1, 1);
    expect(moment(4)).toBeCloseTo(3, 0);
  });

  it('permutes', () => {
    const order = permutation(1000, random(1, 'order', 0));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect([...order]).not.toEqual([...permutation(1000, random(1, 'order', 1))]);
  });
});
