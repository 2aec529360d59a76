import { expect, it } from 'vitest';
import { faded, placeOf } from '../../../../renderer/state/theory/between';

const known = [0.01, 1, 10];

it('finds the neighbours of a place on the logarithmic scale', () => {
  expect(placeOf(known, -1)).toEqual({ lower: 0, upper: 1, share: 0.5, nearest: 0 });
  expect(placeOf(known, -0.5)).toEqual({ lower: 0, upper: 1, share: 0.75, nearest: 1 });
  expect(placeOf(known, 0.75)).toEqual({ lower: 1, upper: 2, share: 0.75, nearest: 2 });
});

it('holds on to known values, and to the ends', () => {
  for (const exponent of [0, 0.05, -0.05])
    expect(placeOf(known, exponent)).toMatchObject({ lower: 1, upper: 1, share: 0 });
  expect(placeOf(known, -9)).toMatchObject({ lower: 0, upper: 0, nearest: 0 });
  expect(placeOf(known, 9)).toMatchObject({ lower: 2, upper: 2, nearest: 2 });
});

it('fades pictures, exact at both ends', () => {
  const image = (...data: number[]) => ({ count: 1, width: 1, height: 1, data: Uint8ClampedArray.from(data) });
  const [a, b] = [image(0, 100, 255, 255), image(200, 100, 5, 255)];
  expect(faded(a, b, 0)).toEqual(a);
  expect(faded(a, b, 1)).toEqual(b);
  expect(faded(a, b, 0.25)).toEqual(image(50, 100, 192, 255));
});
