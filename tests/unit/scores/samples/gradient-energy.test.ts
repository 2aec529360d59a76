import { expect, test } from 'vitest';
import { gradientEnergy } from '../../../../main/engine/scores/samples/gradient-energy';

const SIZE = 8;
const image = (value: (x: number, y: number) => number) =>
  Float32Array.from({ length: SIZE * SIZE }, (_, i) => value(i % SIZE, Math.floor(i / SIZE)));

test('is that of a slope in closed form, and 0 where nothing changes', () => {
  expect(
    gradientEnergy(
      image(() => 0.5),
      SIZE,
    ),
  ).toBe(0);
  // half of the differences are across columns
  expect(
    gradientEnergy(
      image((x) => 0.1 * x),
      SIZE,
    ),
  ).toBeCloseTo(0.01 / 2, 6);
  expect(
    gradientEnergy(
      image((x, y) => 0.1 * x + 0.05 * y),
      SIZE,
    ),
  ).toBeCloseTo((0.01 + 0.0025) / 2, 6);
});

test('does not see the border between two images', () => {
  const both = Float32Array.from([...image(() => 0), ...image(() => 1)]);
  expect(gradientEnergy(both, SIZE)).toBe(0);
});

test('falls where an image is blurred', () => {
  const board = image((x, y) => (x + y) % 2);
  const blurred = image((x, y) => 0.5 + 0.2 * ((x + y) % 2));
  expect(gradientEnergy(board, SIZE)).toBe(1);
  expect(gradientEnergy(blurred, SIZE)).toBeCloseTo(0.04, 6);
});
