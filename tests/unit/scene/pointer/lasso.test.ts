import { describe, expect, it } from 'vitest';
import { facesInside, isInside, project } from '../../../../renderer/scene/pointer/lasso';
import { Minimap } from '../../../../renderer/scene/minimap';
import { view } from '../view';

const square = [
  { x: 90, y: 65 },
  { x: 110, y: 65 },
  { x: 110, y: 85 },
  { x: 90, y: 85 },
];

describe('project', () => {
  it('draws what is ahead as a pinhole does, and nothing behind', () => {
    expect(project(view, [1, 2, -4])).toEqual({ x: 125, y: 25 });
    expect(project(view, [0, 0, 1])).toBeNull();
  });
});

describe('isInside', () => {
  it('knows the notch of a polygon that is not convex', () => {
    const notched = [
      { x: 0, y: 0 },
      { x: 10, y: 0 },
      { x: 10, y: 10 },
      { x: 5, y: 2 },
      { x: 0, y: 10 },
    ];
    expect(isInside(notched, 5, 1)).toBe(true);
    expect(isInside(notched, 5, 6)).toBe(false);
    expect(isInside(notched, 1, 6)).toBe(true);
    expect(isInside(notched, 11, 1)).toBe(false);
  });

  it('holds nothing in a line or a point', () => {
    expect(isInside([{ x: 0, y: 0 }], 0, 0)).toBe(false);
    expect(
      isInside(
        [
          { x: 0, y: 0 },
          { x: 9, y: 9 },
        ],
        3,
        3,
      ),
    ).toBe(false);
  });
});

describe('facesInside', () => {
  // drawn at (100, 75), (100, 75) behind it, (108, 75), (112, 75), behind the eye, and nearer than faces are shown
  const positions = new Float32Array([0, 0, -5, 0, 0, -50, 0.4, 0, -5, 0.6, 0, -5, 0, 0, 5, 0, 0, -0.3]);

  it('takes all whose middle is in it, also those behind others', () => {
    expect([...facesInside(positions, view, square, null, 0.5)]).toEqual([0, 1, 2]);
  });

  it('leaves out what is not shown', () => {
    expect([...facesInside(positions, view, square, Uint8Array.of(1, 0, 0, 0, 0, 0), 0.5)]).toEqual([1, 2]);
  });

  it('takes none with less than an area', () => {
    expect([...facesInside(positions, view, [], null, 0.5)]).toEqual([]);
    expect([...facesInside(positions, view, square.slice(0, 2), null, 0.5)]).toEqual([]);
  });
});

describe('Minimap', () => {
  // 27 pixels show 2 · 1.35 · 10 = 27 scene units: one each
  const map = new Minimap(27, 10);

  it('shows x to the right and z downwards, the middle in the middle', () => {
    expect(map.toMap([0, 7, 0])).toEqual([13.5, 13.5]);
    const [left, top] = map.toMap([4, 0, -3]);
    expect(left).toBeCloseTo(17.5);
    expect(top).toBeCloseTo(10.5);
  });

  it('leads back to the place it was pointed at', () => {
    const [x, y, z] = map.toScene(17.5, 10.5, 2);
    expect(x).toBeCloseTo(4);
    expect(y).toBe(2);
    expect(z).toBeCloseTo(-3);
  });

  it('counts the faces above each pixel on a logarithmic scale', () => {
    const counts = map.faceCounts(new Float32Array([0, 1, 0, 0, 2, 0, 0, 3, 0, 4, 0, -3, 99, 0, 0]));
    expect(counts[13 * 27 + 13]).toBe(1);
    expect(counts[10 * 27 + 17]).toBeCloseTo(Math.log(2) / Math.log(4));
    expect(counts.filter((share) => share > 0)).toHaveLength(2);
    expect(map.faceCounts(new Float32Array()).every((share) => share === 0)).toBe(true);
  });
});
