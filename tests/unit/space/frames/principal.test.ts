import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toScene } from '../../../../main/engine/space/frames/frame';
import { CLOUD_RADIUS } from '../../../../main/engine/space/frames/linear';
import { principalFrame } from '../../../../main/engine/space/frames/principal';

interface Reference {
  latentSize: number;
  codes: number[];
  mean: number[];
  components: number[][];
  varianceRatio: number[];
  projected: number[][];
}
const { cases } = JSON.parse(readFileSync(new URL('../../../data/space/principal.json', import.meta.url), 'utf8')) as {
  cases: Record<string, Reference>;
};

describe.each(Object.entries(cases))('principal components of %s codes, against scikit-learn', (_, reference) => {
  const { latentSize, mean, components, varianceRatio, projected } = reference;
  const codes = Float32Array.from(reference.codes);
  const frame = principalFrame(codes, latentSize);
  const axis = (k: number) => frame.axes.subarray(k * latentSize, (k + 1) * latentSize);
  const length = Math.hypot(...axis(0));

  it('starts at the mean', () => {
    expect(frame.origin).toHaveLength(latentSize);
    frame.origin.forEach((value, i) => expect(value).toBeCloseTo(mean[i], 5));
  });

  it('has the same directions with the same signs, all of one length', () => {
    components.forEach((component, k) => {
      component.forEach((value, i) => expect(axis(k)[i] / length).toBeCloseTo(value, 5));
    });
  });

  it('has the same shares of variance', () => {
    varianceRatio.forEach((share, k) => expect(frame.variance[k]).toBeCloseTo(share, 6));
  });

  it('projects the codes to the same places, scaled so that their root mean square is the radius', () => {
    const positions = toScene(codes, frame);
    projected.forEach((place, n) => {
      place.forEach((value, k) => expect(positions[n * 3 + k] * length).toBeCloseTo(value, 4));
    });
    const meanSquare = positions.reduce((sum, p) => sum + p * p, 0) / projected.length;
    expect(Math.sqrt(meanSquare)).toBeCloseTo(CLOUD_RADIUS, 4);
  });
});

describe('principal components of unusual codes', () => {
  it('gives a direction that does not exist no length and no variance', () => {
    const frame = principalFrame(Float32Array.of(0, 0, 2, 0, 0, 1), 2);
    expect([...frame.axes.subarray(4)]).toEqual([0, 0]);
    expect(frame.variance[2]).toBe(0);
    expect([...toScene(Float32Array.of(5, 5), frame)][2]).toBe(0);
  });

  it('takes a single code as the middle of a space with the scale of the prior', () => {
    const frame = principalFrame(Float32Array.of(1, 2, 3, 4), 4);
    expect([...frame.origin]).toEqual([1, 2, 3, 4]);
    expect(Math.hypot(...frame.axes.subarray(0, 4))).toBeCloseTo(1 / CLOUD_RADIUS, 6);
    expect(frame.variance).toEqual([0, 0, 0]);
    expect([...toScene(Float32Array.of(1, 2, 3, 4), frame)]).toEqual([0, 0, 0]);
  });

  it('keeps codes that are all equal in one place', () => {
    const codes = new Float32Array(30).fill(0.25);
    expect(toScene(codes, principalFrame(codes, 3)).every((p) => p === 0)).toBe(true);
  });

  it('is the same every time', () => {
    const codes = Float32Array.from({ length: 600 }, (_, i) => Math.sin(i * i));
    expect(principalFrame(codes, 6)).toEqual(principalFrame(codes, 6));
  });
});
