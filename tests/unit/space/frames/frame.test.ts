import { describe, expect, it } from 'vitest';
import type { LayoutFrame, LinearFrame } from '../../../../main/contract';
import { codesAt, hiddenPart, toScene } from '../../../../main/engine/space/frames/frame';

const linear = (origin: number[], axes: number[]): LinearFrame => ({
  kind: 'principal',
  origin: Float32Array.from(origin),
  axes: Float32Array.from(axes),
  variance: [0, 0, 0],
  omitted: 0,
});

describe('a linear frame', () => {
  // the columns of B one after the other
  const orthogonal = linear([1, 1, 1, 1], [2, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0, 4]);
  const skewed = linear([0, 0, 0, 10], [1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 2, 0]);

  it('maps places to origin + B·p + hidden', () => {
    expect([...codesAt(orthogonal, [1, 10, 100])]).toEqual([3, 6, 1, 401]);
    expect([...codesAt(orthogonal, [1, 10, 100], Float32Array.of(0, 0, 7, 0))]).toEqual([3, 6, 8, 401]);
    const two = codesAt(skewed, [1, 1, 0, 0, 0, 1], Float32Array.of(0, 0, 0, 1));
    expect([...two]).toEqual([2, 1, 0, 11, 0, 1, 2, 11]);
  });

  it('finds the nearest place of a code, axis by axis where axes are orthogonal', () => {
    // the third coordinate of the code lies off the frame
    expect([...toScene(Float32Array.of(5, 2, 9, -3), orthogonal)]).toEqual([2, 2, -1]);
  });

  it('solves for the place where axes are not orthogonal', () => {
    // z = 1·(1,0,0) + 2·(1,1,0) + 3·(0,1,2): dot products with the axes would give other numbers
    const [x, y, z] = toScene(Float32Array.of(3, 5, 6, -4), skewed);
    expect(x).toBeCloseTo(1, 6);
    expect(y).toBeCloseTo(2, 6);
    expect(z).toBeCloseTo(3, 6);
  });

  it('leaves a residual at right angles to every axis: least squares', () => {
    const frame = linear([0.5, -1, 2, 0, 3], [1, 2, 0, -1, 0.3, 0.9, 2.2, 0.1, -1, 0.3, 0, -1, 4, 0, 2]);
    const code = Float32Array.of(3, -2, 7, 1, 0.4);
    const residual = hiddenPart(frame, toScene(code, frame), code);
    for (let k = 0; k < 3; k++) {
      const dot = residual.reduce((sum, value, i) => sum + value * frame.axes[5 * k + i], 0);
      expect(dot).toBeCloseTo(0, 4);
    }
  });

  it('says 0 along axes that show nothing new', () => {
    const frame = linear([0, 0, 0], [0, 1, 0, 0, 3, 0, 0, 0, 0]);
    expect([...toScene(Float32Array.of(4, 5, 6), frame)]).toEqual([5, 0, 0]);
  });

  it('gives a face its own code again at its own place', () => {
    const code = Float32Array.of(0.1, -2.7, 3.3, 9.9);
    const p = [0.4, -1.2, 0.9];
    const back = codesAt(skewed, p, hiddenPart(skewed, p, code));
    expect(back).toHaveLength(4);
    back.forEach((value, i) => expect(value).toBeCloseTo(code[i], 5));
  });
});

describe('a layout', () => {
  const three: LayoutFrame = {
    kind: 'layout',
    codes: Float32Array.of(0, 0, 10, 0, 0, 20),
    positions: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 2, 0),
    omitted: 0,
  };

  it('has the codes laid out at their places, and the places at their codes', () => {
    expect([...codesAt(three, three.positions)]).toEqual([...three.codes]);
    expect([...toScene(three.codes, three)]).toEqual([...three.positions]);
  });

  it('weighs few neighbours by the inverse square of their distance', () => {
    // distances 0.5, 0.5, √4.25: weights 4, 4, 4/17
    const [x, y] = codesAt(three, [0.5, 0, 0]);
    const sum = 8 + 4 / 17;
    expect(x).toBeCloseTo(40 / sum, 5);
    expect(y).toBeCloseTo(((4 / 17) * 20) / sum, 5);
  });

  it('adds the hidden part', () => {
    expect([...codesAt(three, [1, 0, 0], Float32Array.of(1, 2))]).toEqual([11, 2]);
  });

  it('changes without a jump where neighbours change', () => {
    const n = 200;
    const wave = (i: number, k: number) => Math.sin(i * 78.233 * (k + 1)) * 43758.5453;
    const many: LayoutFrame = {
      kind: 'layout',
      positions: Float32Array.from({ length: 3 * n }, (_, i) => (wave(i, 0) % 1) * 5),
      codes: Float32Array.from({ length: n }, (_, i) => wave(i, 1) % 1),
      omitted: 0,
    };
    const steps = 20000;
    const line = Array.from({ length: steps }, (_, s) => [(8 * s) / steps - 4, 0.3, -0.2]).flat();
    const codes = codesAt(many, line);
    const jumps = codes.subarray(1).map((value, s) => Math.abs(value - codes[s]));
    expect(Math.max(...codes) - Math.min(...codes)).toBeGreaterThan(0.3);
    expect(Math.max(...jumps)).toBeLessThan(0.02);
  });

  it('is one code everywhere when it has one', () => {
    const one = { ...three, codes: Float32Array.of(3, 4), positions: Float32Array.of(1, 1, 1) };
    expect([...codesAt(one, [9, 9, 9, 1, 1, 1])]).toEqual([3, 4, 3, 4]);
    expect([...toScene(Float32Array.of(0, 0), one)]).toEqual([1, 1, 1]);
  });
});
