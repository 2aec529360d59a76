import { describe, expect, it } from 'vitest';
import type { Images } from '../../../../main/engine/images';
import { fitPca } from '../../../../main/engine/scores/reconstruction/pca';
import { squaredErrors } from '../../../../main/engine/scores/reconstruction/similarity';
import { reference } from '../support';

interface Reference {
  size: number;
  channels: 3;
  training: number;
  pixels: number[];
  cases: { components: number; mse: number[]; first: number[] }[];
}
const { size, channels, training, pixels, cases } = reference<Reference>('pca');
const values = channels * size * size;
const images: Images = { count: training, channels, size, pixels: Uint8Array.from(pixels.slice(0, training * values)) };
const heldOut = Float32Array.from(pixels.slice(training * values), (byte) => byte / 255);

describe.each(cases)('linear PCA with $components components, against scikit-learn', ({ components, mse, first }) => {
  it('leaves the same error on every held-out image', async () => {
    const pca = await fitPca(images, components);
    const errors = squaredErrors(heldOut, pca.reconstruct(heldOut), mse.length);
    expect(errors).toHaveLength(mse.length);
    errors.forEach((error, i) => expect(error / mse[i]).toBeCloseTo(1, 2));
  });

  it('finds the same first direction', async () => {
    const pca = await fitPca(images, components);
    const along = first.reduce((sum, value, i) => sum + value * pca.components[i], 0);
    expect(Math.abs(along)).toBeCloseTo(1, 3);
  });
});

it('knows no more directions than the images have', async () => {
  const pca = await fitPca(images, 500);
  expect(pca.count).toBe(training - 1);
  const own = Float32Array.from(images.pixels, (byte) => byte / 255);
  expect(Math.max(...squaredErrors(own, pca.reconstruct(own), training))).toBeLessThan(1e-9);
});

it('takes a single image as all there is', async () => {
  const one = { ...images, count: 1, pixels: images.pixels.slice(0, values) };
  const pca = await fitPca(one, 4);
  expect(pca.count).toBe(0);
  expect(pca.reconstruct(heldOut.subarray(0, values))).toEqual(pca.mean);
});

it('can be cancelled', async () => {
  await expect(fitPca(images, 4, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
});
