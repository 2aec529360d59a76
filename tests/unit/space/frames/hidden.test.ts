import { describe, expect, it } from 'vitest';
import { hiddenCoordinates } from '../../../../main/engine/space/frames/hidden';
import { facesFrame, latentsFrame } from '../../../../main/engine/space/frames/linear';
import { principalFrame } from '../../../../main/engine/space/frames/principal';
import { random } from '../../../../main/engine/maths/random';

/** Standard deviations of five independent latents. */
const SPREADS = [1, 5, 2, 4, 3];
const draws = random(1, 'hidden test');
const codes = Float32Array.from({ length: 5 * 4000 }, (_, i) => draws.normal() * SPREADS[i % 5] + (i % 5));
const row = (rows: Float32Array, k: number) => rows.subarray(5 * k, 5 * k + 5);
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);

describe('coordinates hidden by a frame of latents', () => {
  const frame = latentsFrame(codes, 5, [1, 3, 0]);

  it('are the other latents, those that vary most first', () => {
    const hidden = hiddenCoordinates(frame, codes, 5, null);
    expect(hidden.latents).toEqual([4, 2]);
    expect([...hidden.directions]).toEqual([0, 0, 0, 0, 1, 0, 0, 1, 0, 0]);
    expect(hidden.measure).toBe('variance');
    const total = 1 + 25 + 4 + 16 + 9;
    expect(hidden.weights[0]).toBeCloseTo(9 / total, 1);
    expect(hidden.weights[1]).toBeCloseTo(4 / total, 1);
    expect(hidden.weights[0] + hidden.weights[1]).toBeCloseTo(frame.omitted, 5);
    expect(hidden.spreads[0]).toBeCloseTo(3, 0);
  });

  it('of a VAE are sorted by the KL divergence of its posteriors', () => {
    // one code (μ = 1, 2), σ² = 1 and e: KL ½·1² = 0.5 and ½(4 + e − 1 − 1) = (2 + e) / 2
    const kl = hiddenCoordinates(
      latentsFrame(Float32Array.of(0, 0, 0, 1, 2), 5, [0, 1, 2]),
      Float32Array.of(0, 0, 0, 1, 2),
      5,
      Float32Array.of(0, 0, 0, 0, 1),
    );
    expect(kl.measure).toBe('kl');
    expect(kl.latents).toEqual([4, 3]);
    expect(kl.weights[0]).toBeCloseTo((2 + Math.E) / 2, 5);
    expect(kl.weights[1]).toBeCloseTo(0.5, 5);
  });
});

describe('coordinates hidden by other frames', () => {
  it('are the remaining principal components', () => {
    const frame = principalFrame(codes, 5);
    const { directions, weights, latents, spreads } = hiddenCoordinates(frame, codes, 5, null);
    expect(latents).toBeNull();
    expect(weights).toHaveLength(2);
    expect(Math.abs(row(directions, 0)[2])).toBeGreaterThan(0.99);
    expect(Math.abs(row(directions, 1)[0])).toBeGreaterThan(0.99);
    expect(weights[0] + weights[1]).toBeCloseTo(frame.omitted, 4);
    expect(spreads[0]).toBeCloseTo(2, 0);
  });

  it('are at right angles to axes that are not so themselves, and to one another', () => {
    const frame = facesFrame(codes, 5, [0, 1, 2, 3]);
    const { directions, weights } = hiddenCoordinates(frame, codes, 5, null);
    expect(weights).toHaveLength(2);
    for (let k = 0; k < 2; k++) {
      expect(Math.hypot(...row(directions, k))).toBeCloseTo(1, 5);
      for (let a = 0; a < 3; a++) expect(dot(row(directions, k), row(frame.axes, a))).toBeCloseTo(0, 4);
    }
    expect(dot(row(directions, 0), row(directions, 1))).toBeCloseTo(0, 5);
  });

  it('are none where the frame shows everything, and for a single code', () => {
    const flat = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i * i));
    expect(hiddenCoordinates(principalFrame(flat, 3), flat, 3, null).weights).toHaveLength(0);
    const one = Float32Array.of(1, 2, 3, 4);
    expect(hiddenCoordinates(principalFrame(one, 4), one, 4, null).weights).toHaveLength(0);
  });
});
