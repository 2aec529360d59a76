import { describe, expect, it } from 'vitest';
import { combined, leakage, traitOf, withTrait } from '../../../main/engine/space/traits/edit';
import { measureTrait } from '../../../main/engine/space/traits/measure';
import { normals, random } from '../../../main/engine/maths/random';

const D = 6;
const COUNT = 400;
const rng = random(1, 'traits');
/** Two traits: the first along e0, the second along e0 + e1; the rest is noise. */
const first = Array.from({ length: COUNT }, () => rng.uniform() < 0.4);
const second = Array.from({ length: COUNT }, () => rng.uniform() < 0.5);
const codes = normals(COUNT * D, rng);
for (let n = 0; n < COUNT; n++) {
  if (first[n]) codes[n * D] += 4;
  if (second[n]) {
    codes[n * D] += 2;
    codes[n * D + 1] += 2;
  }
}
const where = (has: boolean[], yes: boolean) => Uint32Array.from(has.flatMap((value, n) => (value === yes ? [n] : [])));
const sidesOf = (has: boolean[]) => ({ withIt: where(has, true), without: where(has, false) });
const [a, b] = [first, second].map((has) => measureTrait(codes, D, sidesOf(has)));
const row = (n: number) => codes.slice(n * D, (n + 1) * D);
const mean = (faces: Uint32Array) => combined(new Float32Array(D), [], [...faces].map(row));

describe('a trait', () => {
  it('is the difference of the mean codes of its sides; no faces without it are all the others', () => {
    const { withIt, without } = sidesOf(first);
    const expected = mean(withIt).map((value, i) => value - mean(without)[i]);
    expected.forEach((value, i) => expect(a.direction[i]).toBeCloseTo(value, 4));
    expect(measureTrait(codes, D, { withIt, without: new Uint32Array() })).toEqual(a);
    expect(traitOf(mean(withIt), a)).toBeCloseTo(1, 4);
    expect(traitOf(mean(without), a)).toBeCloseTo(-1, 4);
  });

  it('is told on faces that took no part, as well as its signal allows', () => {
    expect(a.accuracy!.value).toBeGreaterThan(0.85);
    expect(a.accuracy!.interval![0]).toBeLessThan(a.accuracy!.value);
    const noise = Array.from({ length: COUNT }, () => rng.uniform() < 0.5);
    expect(measureTrait(codes, D, sidesOf(noise)).accuracy!.value).toBeLessThan(0.6);
    expect(measureTrait(codes, D, { withIt: Uint32Array.of(1, 2), without: Uint32Array.of(3) }).accuracy).toBeNull();
  });

  it('is moved to the amount asked for, and locked ones keep theirs', () => {
    const free = withTrait(row(3), a, 0.7, [])!;
    expect(traitOf(free, a)).toBeCloseTo(0.7, 4);
    expect(traitOf(free, b)).not.toBeCloseTo(traitOf(row(3), b), 1);
    const held = withTrait(row(3), a, 0.7, [b])!;
    expect(traitOf(held, a)).toBeCloseTo(0.7, 4);
    expect(traitOf(held, b)).toBeCloseTo(traitOf(row(3), b), 4);
    expect(withTrait(row(3), a, 0.7, [a])).toBeNull();
  });

  it('leaks into another by what its slider really changes there', () => {
    const [from, to] = [withTrait(row(3), a, 0, [])!, withTrait(row(3), a, 1, [])!];
    expect(leakage(a, b)).toBeCloseTo(traitOf(to, b) - traitOf(from, b), 4);
    expect(leakage(a, b)).toBeGreaterThan(0.3);
    expect(leakage(a, b, [b])).toBeCloseTo(0, 6);
  });
});

it('codes add up: A − B + C, of several their mean', () => {
  const sum = combined(Float32Array.of(1, 2), [Float32Array.of(1, 0), Float32Array.of(3, 0)], [Float32Array.of(0, 5)]);
  expect([...sum]).toEqual([-1, 7]);
});
