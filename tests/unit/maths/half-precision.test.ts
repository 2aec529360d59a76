import { float16ToFloat32 } from 'npyjs';
import { expect, test } from 'vitest';
import { fromHalf, toHalf } from '../../../main/engine/maths/half-precision';
import { normals, random } from '../../../main/engine/maths/random';

const ALL = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);

test('means the same numbers as npyjs does', () => {
  expect(fromHalf(ALL)).toEqual(Float32Array.from(ALL, (bits) => float16ToFloat32(bits)));
});

test('is exact where it can be', () => {
  const numbers = ALL.filter((bits) => (bits & 0x7c00) !== 0x7c00);
  expect(toHalf(fromHalf(numbers))).toEqual(numbers);
  expect([...toHalf(Float32Array.of(NaN, Infinity, -Infinity))]).toEqual([0x7e00, 0x7c00, 0xfc00]);
});

test('is nearest elsewhere', () => {
  const some = normals(1000, random(2, 'half'));
  const found = fromHalf(toHalf(some));
  some.forEach((value, i) => {
    expect(Math.abs(found[i] - value)).toBeLessThanOrEqual(Math.max(2 ** -25, Math.abs(value) * 2 ** -11));
  });
});

test.each([
  ['between two: the even one below', 1 + 2 ** -11, 1],
  ['between two: the even one above', 1 + 3 * 2 ** -11, 1 + 2 ** -9],
  ['between two of the smallest', 2.5 * 2 ** -24, 2 ** -23],
  ['the next power of two', 4 - 2 ** -12, 4],
  ['nearly none', 2 ** -26, 0],
  ['the largest', 65519, 65504],
  ['too large', 65520, Infinity],
])('rounds %s', (_, value, half) => {
  expect([...fromHalf(toHalf(Float32Array.of(value, -value)))]).toEqual([half, -half]);
});
