import { expect, test } from 'vitest';
import { gradientEnergy } from '../../../../main/engine/scores/samples/gradient-energy';

const SIZE = 8;
const SQUARE = { size: SIZE };
const image = (value: (x: number, y: number) => number) =>
  Float32Array.from({ length: SIZE * SIZE }, (_, i) => value(i % SIZE, Math.floor(i / SIZE)));

test('is that of a slope in closed form, and 0 where nothing changes', () => {
  expect(
    gradientEnergy(
      image(() => 0.5),
      SQUARE,
    ),
  ).toBe(0);
  // half of the differences are across columns
  expect(
    gradientEnergy(
      image((x) => 0.1 * x),
      SQUARE,
    ),
  ).toBeCloseTo(0.01 / 2, 6);
  expect(
    gradientEnergy(
      image((x, y) => 0.1 * x + 0.05 * y),
      SQUARE,
    ),
  ).toBeCloseTo((0.01 + 0.0025) / 2, 6);
});

test('does not see the border between two images', () => {
  const both = Float32Array.from([...image(() => 0), ...image(() => 1)]);
  expect(gradientEnergy(both, SQUARE)).toBe(0);
});

test('falls where an image is blurred', () => {
  const board = image((x, y) => (x + y) % 2);
  const blurred = image((x, y) => 0.5 + 0.2 * ((x + y) % 2));
  expect(gradientEnergy(board, SQUARE)).toBe(1);
  expect(gradientEnergy(blurred, SQUARE)).toBeCloseTo(0.04, 6);
});

test('knows the rows of images that are not square', () => {
  const wide = { size: 4, height: 2 };
  // two images of 4×2 pixels whose rows are alike: nothing but the step from one image to the next changes
  expect(gradientEnergy(Float32Array.from([...Array<number>(8).fill(0), ...Array<number>(8).fill(1)]), wide)).toBe(0);
  const rows = Float32Array.from([0, 0, 0, 0, 1, 1, 1, 1]);
  expect(gradientEnergy(rows, wide)).toBeCloseTo(4 / 10, 6);
});
