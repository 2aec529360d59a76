import { describe, expect, it } from 'vitest';
import { directions, eye } from '../../../../renderer/scene/camera/pose';
import { Visibility, type FaceSizes, type View } from '../../../../renderer/scene/cloud/visibility';
import { view } from '../view';

const sizes: FaceSizes = { face: 1, goneWithin: 0.5, wholeBeyond: 1, fewestPixels: 2, cutFrom: Infinity };

function visible(
  places: [number, number, number][],
  { always = [], ...other }: Partial<FaceSizes> & { always?: number[] } = {},
) {
  const visibility = new Visibility(new Float32Array(places.flat()));
  visibility.find(view, { ...sizes, ...other }, always);
  return { faces: [...visibility.faces.subarray(0, visibility.count)], pixels: visibility.pixels };
}

describe('Visibility', () => {
  it('sees what is ahead, not what is behind or beside', () => {
    const places: [number, number, number][] = [
      [0, 0, -5],
      [0, 0, 5],
      [20, 0, -5],
      [0, -20, -5],
    ];
    expect(visible(places).faces).toEqual([0]);
  });

  it('sees a face as long as a part of it is inside the picture', () => {
    // drawn 20 pixels wide, the picture ends at 200
    expect(visible([[5.4, 0, -5]]).faces).toEqual([0]);
    expect(visible([[5.6, 0, -5]]).faces).toEqual([]);
  });

  it('follows the middle of the picture where panels cover a side', () => {
    const visibility = new Visibility(new Float32Array([5.6, 0, -5]));
    visibility.find({ ...view, middle: [60, 75] }, sizes, []);
    expect(visibility.count).toBe(1);
  });

  it('measures faces in pixels: by distance, never below the fewest, fading in close up', () => {
    const { faces, pixels } = visible([
      [0, 0, -0.75],
      [3, 0, -4],
      [30, 20, -100],
    ]);
    expect(faces).toEqual([0, 1, 2]);
    // half way between gone and whole the smooth step is at one half
    expect(pixels[0]).toBeCloseTo(0.5 * (100 / 0.75), 4);
    expect(pixels[1]).toBe(25);
    expect(pixels[2]).toBe(2);
    expect(visible([[0, 0, -0.45]]).faces).toEqual([]);
  });

  it('leaves out a face behind another, unless it peeks out or is wanted anyway', () => {
    const behind: [number, number, number][] = [
      [0, 0, -2],
      [0, 0, -8],
    ];
    expect(visible(behind).faces).toEqual([0]);
    expect(visible(behind, { always: [1] }).faces).toEqual([0, 1]);
    expect(
      visible([
        [0, 0, -2],
        [1.9, 0, -8],
      ]).faces,
    ).toEqual([0, 1]);
  });

  it('cuts off what lies behind others, and never more', () => {
    // drawn from 50 to 150, and behind it from 140 to 180
    const places = [0, 0, -1, 1.5, 0, -2.5];
    const cuts = (always: number[]) => {
      const visibility = new Visibility(new Float32Array(places));
      visibility.find(view, { ...sizes, cutFrom: 10 }, always);
      expect([...visibility.faces.subarray(0, visibility.count)]).toEqual([0, 1]);
      return [...visibility.cuts.subarray(0, 8)];
    };
    const [left, top, right, bottom] = cuts([]).slice(4);
    // the nearer one's square ends at 150, a quarter of the way, less its rounded corners; cells are a third of a face
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(0.25);
    expect([top, right, bottom]).toEqual([0, 1, 1]);
    expect(cuts([]).slice(0, 4)).toEqual([0, 0, 1, 1]);
    // what is wanted in any case stays whole
    expect(cuts([1])).toEqual([0, 0, 1, 1, 0, 0, 1, 1]);
  });

  it('leaves out what panels cover, all of it or none', () => {
    const visibility = new Visibility(new Float32Array([0, 0, -5, 3, 0, -5]));
    // drawn from 90 to 110 and from 150 to 170
    const panel = (left: number) => [{ left, top: 0, right: 200, bottom: 150 }];
    const seen = (left: number) => {
      visibility.find({ ...view, covered: panel(left) }, sizes, []);
      return [...visibility.faces.subarray(0, visibility.count)];
    };
    expect(seen(140)).toEqual([0]);
    expect(seen(160)).toEqual([0, 1]);
    expect(seen(80)).toEqual([]);
  });

  it('does not let two faces at the same depth hide one another', () => {
    expect(
      visible([
        [0, 0, -2],
        [0, 0, -2],
      ]).faces.sort(),
    ).toEqual([0, 1]);
  });

  it('gives the nearest first', () => {
    const places = Array.from({ length: 50 }, (_, i): [number, number, number] => [
      Math.sin(i) * 4,
      Math.cos(2 * i) * 3,
      -4 - ((i * 37) % 50) / 10,
    ]);
    const depths = visible(places, { face: 0.1 }).faces.map((face) => -places[face][2]);
    expect(depths.length).toBe(50);
    for (let i = 1; i < depths.length; i++) expect(depths[i]).toBeGreaterThan(depths[i - 1] - 0.02);
  });

  it('can be asked again and again', () => {
    const visibility = new Visibility(new Float32Array([0, 0, -2, 0, 0, -8, 1, 0, 3]));
    for (let i = 0; i < 3; i++) {
      visibility.find(view, sizes, []);
      expect(visibility.count).toBe(1);
    }
    visibility.find({ ...view, forward: [0, 0, 1], right: [-1, 0, 0] }, sizes, []);
    expect(visibility.faces[0]).toBe(2);
  });

  // large faces, and specks as seen of a hundred thousand from afar
  it.each([
    { face: 0.3, fewestPixels: 2 },
    { face: 0.3, fewestPixels: 2, cutFrom: 10 },
    { face: 0.01, fewestPixels: 2 },
    { face: 0.01, fewestPixels: 1 },
  ])('never leaves out a face that a drawing pixel by pixel would show: $face, $fewestPixels px', (drawn) => {
    const random = mulberry32(7);
    const count = 3000 / drawn.face ** 0.4;
    const spread = drawn.face > 0.1 ? 4 : 1;
    const positions = new Float32Array(3 * Math.floor(count)).map(() => spread * (random() - 0.5));
    const pose = { focus: [0, 0, 0] as [number, number, number], yaw: 0.6, pitch: -0.3, reach: 3 };
    const from: View = { ...view, eye: eye(pose), ...directions(pose) };
    const visibility = new Visibility(positions);
    visibility.find(from, { ...sizes, ...drawn }, []);
    const found = new Set(visibility.faces.subarray(0, visibility.count));
    const shown = paint(positions, from, { ...sizes, ...drawn });
    expect(shown.size).toBeGreaterThan(100);
    for (const [face, [left, top, right, bottom]] of shown) {
      expect(found.has(face)).toBe(true);
      const k = visibility.faces.indexOf(face);
      if (visibility.pixels[k] <= (drawn.cutFrom ?? Infinity)) continue;
      // no pixel of it is cut off
      const cut = visibility.cuts.subarray(4 * k);
      expect(left).toBeGreaterThan(cut[0]);
      expect(top).toBeGreaterThan(cut[1]);
      expect(right).toBeLessThan(cut[2]);
      expect(bottom).toBeLessThan(cut[3]);
    }
    // and it does leave out most of those that cannot be seen
    expect(found.size).toBeLessThan(3 * shown.size);
    expect(found.size).toBeLessThan(count / 2);
  });
});

/**
 * The faces that own a pixel when every face is drawn with a depth buffer, corners rounded as the shader does; with the
 * outermost centres of those pixels: left, top, right, bottom, shares of the face.
 */
function paint(
  positions: Float32Array,
  from: View,
  { face, goneWithin, wholeBeyond, fewestPixels }: Omit<FaceSizes, 'cutFrom'>,
): Map<number, [number, number, number, number]> {
  const owner = new Int32Array(from.width * from.height).fill(-1);
  const depths = new Float32Array(from.width * from.height).fill(Infinity);
  const squares = new Map<number, { x: number; y: number; side: number }>();
  const dot = (a: number[], b: number[]) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  for (let i = 0; i < positions.length / 3; i++) {
    const d = [0, 1, 2].map((k) => positions[3 * i + k] - from.eye[k]);
    const depth = dot(d, from.forward);
    const away = Math.hypot(...d);
    if (depth <= 0) continue;
    const t = Math.min(1, Math.max(0, (away - goneWithin) / (wholeBeyond - goneWithin)));
    let side = ((face * from.focal) / depth) * t * t * (3 - 2 * t);
    if (away > wholeBeyond) side = Math.max(side, fewestPixels);
    const x = from.middle[0] + (dot(d, from.right) * from.focal) / depth;
    const y = from.middle[1] - (dot(d, from.up) * from.focal) / depth;
    squares.set(i, { x: x - side / 2, y: y - side / 2, side });
    for (let row = Math.max(0, Math.floor(y - side)); row < Math.min(from.height, y + side); row++) {
      for (let column = Math.max(0, Math.floor(x - side)); column < Math.min(from.width, x + side); column++) {
        const beyond = [(column + 0.5 - x) / side, (row + 0.5 - y) / side].map((c) => Math.abs(c) - 0.5 + 0.14);
        const outside = Math.hypot(...beyond.map((b) => Math.max(0, b))) + Math.min(0, Math.max(...beyond)) - 0.14;
        const at = row * from.width + column;
        if (outside > 0 || depth >= depths[at]) continue;
        depths[at] = depth;
        owner[at] = i;
      }
    }
  }
  const shown = new Map<number, [number, number, number, number]>();
  owner.forEach((i, at) => {
    if (i < 0) return;
    const { x, y, side } = squares.get(i)!;
    const u = ((at % from.width) + 0.5 - x) / side;
    const v = (Math.floor(at / from.width) + 0.5 - y) / side;
    const [left, top, right, bottom] = shown.get(i) ?? [u, v, u, v];
    shown.set(i, [Math.min(left, u), Math.min(top, v), Math.max(right, u), Math.max(bottom, v)]);
  });
  return shown;
}

function mulberry32(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
