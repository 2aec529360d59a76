import { describe, expect, it } from 'vitest';
import { nearestFace } from '../../../../renderer/scene/pointer/picking';

/** A square of pixels in which some hold a face. */
function square(side: number, faces: Record<string, number>): Uint8Array {
  const pixels = new Uint8Array(4 * side * side);
  for (const [at, face] of Object.entries(faces)) {
    const [column, row] = at.split(',').map(Number);
    new DataView(pixels.buffer).setUint32(4 * (row * side + column), face + 1, true);
  }
  return pixels;
}

describe('nearestFace', () => {
  it('finds nobody in empty space', () => {
    expect(nearestFace(square(7, {}), 7)).toBeNull();
  });

  it('reads every face number, the first and those beyond two and three bytes included', () => {
    for (const face of [0, 1, 254, 255, 256, 65_535, 99_999, 2 ** 24 + 5]) {
      expect(nearestFace(square(7, { '3,3': face }), 7)).toBe(face);
    }
  });

  it('prefers the face nearest to the middle', () => {
    expect(nearestFace(square(7, { '0,0': 1, '4,3': 2, '6,6': 3 }), 7)).toBe(2);
    expect(nearestFace(square(7, { '0,0': 1, '6,5': 3 }), 7)).toBe(3);
  });
});
