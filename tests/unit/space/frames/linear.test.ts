import { describe, expect, it } from 'vitest';
import { codesAt, toScene } from '../../../../main/engine/space/frames/frame';
import { attributesFrame, CLOUD_RADIUS, facesFrame, latentsFrame } from '../../../../main/engine/space/frames/linear';

/** Variances (divisor n) of the columns: 4, 1, 16, 0; no covariance. Mean 1, 2, 3, 4. */
const CODES = Float32Array.from([3, 3, 7, 4, -1, 3, -1, 4, 3, 1, -1, 4, -1, 1, 7, 4]);

const meanSquare = (positions: Float32Array) => positions.reduce((sum, p) => sum + p * p, 0) / (positions.length / 3);

describe('a frame of three latents', () => {
  const frame = latentsFrame(CODES, 4, [2, 0, 3]);

  it('starts at the mean and goes along the latents, all on one scale', () => {
    expect([...frame.origin]).toEqual([1, 2, 3, 4]);
    const length = Math.sqrt(20) / CLOUD_RADIUS;
    const wanted = [0, 0, length, 0, length, 0, 0, 0, 0, 0, 0, length];
    frame.axes.forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 6));
    expect(meanSquare(toScene(CODES, frame))).toBeCloseTo(CLOUD_RADIUS ** 2, 3);
  });

  it('says what each axis shows of the variance and what none does', () => {
    expect(frame.variance[0]).toBeCloseTo(16 / 21, 6);
    expect(frame.variance[1]).toBeCloseTo(4 / 21, 6);
    expect(frame.variance[2]).toBe(0);
    expect(frame.omitted).toBeCloseTo(1 / 21, 6);
  });

  it('has an axis without length where there is no such latent', () => {
    const flat = latentsFrame(Float32Array.of(0, 0, 2, 4), 2, [0, 1, 2]);
    expect([...flat.axes.subarray(4)]).toEqual([0, 0]);
    expect(flat.omitted).toBeCloseTo(0, 6);
  });

  it('takes a single code with the scale of the prior', () => {
    const single = latentsFrame(Float32Array.of(1, 2, 3), 3, [0, 1, 2]);
    expect(single.axes[0]).toBeCloseTo(1 / CLOUD_RADIUS, 6);
    expect([...toScene(Float32Array.of(1, 2, 3), single)]).toEqual([0, 0, 0]);
    expect(single.omitted).toBe(0);
  });
});

describe('a frame of four faces', () => {
  const frame = facesFrame(CODES, 4, [0, 1, 2, 3]);

  it('has A at the origin and B, C and D along the axes', () => {
    const positions = toScene(CODES.subarray(0, 12), frame);
    const wanted = [0, 0, 0, 10, 0, 0, 0, 10, 0];
    expect(positions).toHaveLength(9);
    positions.forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 4));
    // in between, the mix of the two
    codesAt(frame, [5, 0, 0]).forEach((value, i) => expect(value).toBeCloseTo((CODES[i] + CODES[4 + i]) / 2, 5));
  });

  it('omits nothing of codes that are mixes of the four', () => {
    expect(frame.omitted).toBeCloseTo(0, 6);
  });

  it('counts variance once where axes are not orthogonal', () => {
    // origin (0, 0), B (1, 0), C (1, 1): along B all of the first latent, C adds all of the second
    const codes = Float32Array.of(0, 0, 1, 0, 1, 1, 5, 1);
    const { variance, omitted } = facesFrame(codes, 2, [0, 1, 2, 3]);
    const [first, second] = [14.75, 1]; // sums of squares about the mean: 1.75² + 2·0.75² + 3.25², 4·0.5²
    expect(variance[0]).toBeCloseTo(first / (first + second), 6);
    expect(variance[1]).toBeCloseTo(second / (first + second), 6);
    expect(variance[2]).toBe(0);
    expect(omitted).toBeCloseTo(0, 6);
  });
});

describe('a frame of attributes', () => {
  it('keeps directions as they are, whatever their length, with the cloud at its usual size', () => {
    const frame = attributesFrame(CODES, 4, [Float32Array.of(5, 0, 0, 0), Float32Array.of(0.1, 0.1, 0, 0)]);
    const length = Math.hypot(...frame.axes.subarray(0, 4));
    expect([...frame.axes.subarray(0, 4)]).toEqual([length, 0, 0, 0].map(Math.fround));
    expect(frame.axes[4]).toBeCloseTo(length * Math.SQRT1_2, 5);
    expect(frame.axes[5]).toBeCloseTo(length * Math.SQRT1_2, 5);
    // the axis that is left shows what varies most beside them: the cloud does not become flat
    [0, 0, length, 0].forEach((value, i) => expect(Math.abs(frame.axes[8 + i])).toBeCloseTo(value, 5));
    expect(meanSquare(toScene(CODES, frame))).toBeCloseTo(CLOUD_RADIUS ** 2, 3);
    expect(frame.variance[0]).toBeCloseTo(4 / 21, 6);
    expect(frame.variance[1]).toBeCloseTo(1 / 21, 6);
    expect(frame.variance[2]).toBeCloseTo(16 / 21, 6);
    expect(frame.omitted).toBeCloseTo(0, 6);
  });
});
