import { describe, expect, it } from 'vitest';
import type { LayoutFrame } from '../../../../main/contract';
import { codesAt, toScene } from '../../../../main/engine/space/frames/frame';
import { facesFrame } from '../../../../main/engine/space/frames/linear';
import { matchedFrame } from '../../../../main/engine/space/frames/matched';
import { principalFrame } from '../../../../main/engine/space/frames/principal';
import { normals, random } from '../../../../main/engine/maths/random';

const COUNT = 60;
const codes = normals(COUNT * 5, random(1, 'one model')).map((value, i) => value * (1 + (i % 5)));
/** Another model's codes of the same faces: of another size, and not a function of the first's. */
const others = normals(COUNT * 7, random(2, 'another model'));
const row = (all: Float32Array, d: number, n: number) => all.subarray(n * d, (n + 1) * d);
const places = Float32Array.of(0, 0, 0, 3, -2, 8, -20, 5, 1);

function expectClose(a: Float32Array, b: Float32Array, digits = 4): void {
  expect(a).toHaveLength(b.length);
  a.forEach((value, i) => expect(value).toBeCloseTo(b[i], digits));
}

describe('a frame of principal components', () => {
  const frame = principalFrame(codes, 5);
  const positions = toScene(codes, frame);

  it('is its own match: each place is a mix of the faces', () => {
    const own = matchedFrame(frame, { codes, positions, others: codes })!;
    expectClose(codesAt(own, places), codesAt(frame, places));
  });

  it('mixes the same faces with the same weights in the other model', () => {
    // the weights of the linear smoother, spelled out; the positions are centred and uncorrelated
    const squares = [0, 1, 2].map((k) => positions.reduce((sum, p, i) => sum + (i % 3 === k ? p * p : 0), 0));
    const mix = (p: Float32Array, all: Float32Array, d: number) => {
      const sum = new Float32Array(d);
      for (let n = 0; n < COUNT; n++) {
        const weight = 1 / COUNT + [0, 1, 2].reduce((w, k) => w + (p[k] * positions[3 * n + k]) / squares[k], 0);
        row(all, d, n).forEach((value, i) => (sum[i] += weight * value));
      }
      return sum;
    };
    const match = matchedFrame(frame, { codes, positions, others })!;
    for (let n = 0; n < 3; n++) {
      const p = places.subarray(3 * n, 3 * n + 3);
      expectClose(codesAt(match, p), mix(p, others, 7));
      expectClose(codesAt(frame, p), mix(p, codes, 5));
    }
  });

  it('survives a cloud that is flat', () => {
    const flat = Float32Array.from(positions, (p, i) => (i % 3 === 2 ? 0 : p));
    const match = matchedFrame(frame, { codes, positions: flat, others })!;
    expect(codesAt(match, places).every(Number.isFinite)).toBe(true);
  });
});

describe('a frame of four faces', () => {
  it('stays that of the same four', () => {
    const faces = [3, 14, 15, 9];
    const frame = facesFrame(codes, 5, faces);
    const match = matchedFrame(frame, { codes, positions: toScene(codes, frame), others })!;
    expectClose(codesAt(match, Float32Array.of(0, 0, 0)), row(others, 7, 3), 5);
    expectClose(codesAt(match, Float32Array.of(0, 10, 0)), row(others, 7, 15), 5);
    const p = Float32Array.of(1, 2, 3);
    const mix = row(others, 7, 3).map(
      (a, i) => 0.4 * a + 0.1 * others[14 * 7 + i] + 0.2 * others[15 * 7 + i] + 0.3 * others[9 * 7 + i],
    );
    expectClose(codesAt(match, p), mix, 5);
  });
});

describe('a layout', () => {
  const positions = normals(COUNT * 3, random(3, 'layout'));
  const layout: LayoutFrame = { kind: 'layout', codes, positions, omitted: 0 };

  it('keeps its places and takes the other codes', () => {
    const match = matchedFrame(layout, { codes, positions, others })!;
    expectClose(codesAt(match, row(positions, 3, 7)), row(others, 7, 7), 5);
  });

  it('of a part of the faces finds them in the other model, or says that it cannot', () => {
    const part = { ...layout, codes: codes.slice(50), positions: positions.slice(30) };
    const match = matchedFrame(part, { codes, positions, others })!;
    expectClose(codesAt(match, row(positions, 3, 17)), row(others, 7, 17), 5);
    const strange = { ...part, codes: part.codes.map((value) => value + 1) };
    expect(matchedFrame(strange, { codes, positions, others })).toBeNull();
  });
});
