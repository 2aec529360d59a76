import { describe, expect, it } from 'vitest';
import { psnr, squaredErrors, ssim } from '../../../../main/engine/scores/reconstruction/similarity';
import { reference } from '../support';

interface Case {
  channels: number;
  size: number;
  a: number[];
  b: number[];
  ssim: number;
  psnr: number;
}
const { cases } = reference<{ cases: Case[] }>('similarity');

describe.each(cases)('two images of $channels×$size×$size, against scikit-image', (c) => {
  const [a, b] = [Float32Array.from(c.a), Float32Array.from(c.b)];
  it('has the same SSIM', () => expect(ssim(a, b, c.channels, { size: c.size })).toBeCloseTo(c.ssim, 5));
  it('has the same PSNR', () => expect(psnr(squaredErrors(a, b, 1)[0])).toBeCloseTo(c.psnr, 4));
  it('is wholly like itself', () => expect(ssim(a, a, c.channels, { size: c.size })).toBeCloseTo(1, 12));
});

it('measures the squared error of each image apart', () => {
  expect([...squaredErrors([0, 1, 0.5, 0.5], [0, 0, 0.5, 1], 2)]).toEqual([0.5, 0.125]);
});

it('gives equal images a finite ratio', () => expect(psnr(0)).toBe(100));
