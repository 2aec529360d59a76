import { describe, expect, it } from 'vitest';
import { copiesIn, splitRows } from '../../../main/engine/images';

describe('splitRows', () => {
  it('keeps the copies of an image on one side', () => {
    for (let seed = 0; seed < 20; seed++) {
      const same = Uint32Array.from({ length: 30 }, (_, row) => row % 3);
      const { training, heldOut } = splitRows(30, seed, 0.1, same);
      expect([...training, ...heldOut].sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, row) => row));
      const sides = new Set([...heldOut].map((row) => same[row]));
      expect([...training].some((row) => sides.has(same[row]))).toBe(false);
      expect(heldOut).toHaveLength(10);
    }
  });

  it('is as ever where all images are one: there is no other to measure on', () => {
    expect(splitRows(30, 1, 0.1, new Uint32Array(30))).toEqual(splitRows(30, 1, 0.1));
  });

  it('is what it always was where every image is another', () => {
    expect(splitRows(50, 3, 0.1, null)).toEqual(splitRows(50, 3, 0.1));
  });
});

it('copiesIn names the first image with the same pixels', () => {
  const pixels = Uint8Array.of(1, 2, 3, 4, 1, 2, 5, 6, 3, 4);
  const images = {
    count: 5,
    channels: 1,
    size: 1,
    pixels: Uint8Array.from(pixels.filter((_, i) => i % 2 === 0)),
  } as const;
  expect(copiesIn(images)).toEqual(Uint32Array.of(0, 1, 0, 3, 1));
  expect(copiesIn({ ...images, count: 2 })).toBeNull();
});
