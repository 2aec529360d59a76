import { describe, expect, it } from 'vitest';
import {
  BatchStream,
  NO_AUGMENTATION,
  type Augmentation,
  type Images,
} from '../../../main/engine/training/feeds/batches';
import { plain } from '../../../main/engine/training/ops/plain';
import { discs, formulations, plainStream } from './support';

/** Images of one byte value each, so that a filled slot says which image it is. */
function numbered(count: number): Images {
  const pixels = new Uint8Array(count * 16);
  pixels.forEach((_, i) => (pixels[i] = Math.floor(i / 16)));
  return { count, channels: 1, size: 4, pixels };
}

function filled(images: Images, augmentation: Partial<Augmentation>, step = 0, batch = 1, seed = 1): Float32Array {
  const layout = plain.imageLayout(images.channels, images.size);
  const target = new Float32Array(batch * layout.length);
  new BatchStream(images, batch, layout, { ...NO_AUGMENTATION, ...augmentation }, seed).fill(step, target);
  return target;
}

describe('batches', () => {
  it('shows every image exactly once an epoch, each epoch in another order', () => {
    const images = numbered(21);
    const stream = plainStream(images, 6, 1);
    expect(stream.stepsPerEpoch).toBe(4);
    const shown: number[] = [];
    for (let step = 0; step < 7; step++) {
      const target = new Float32Array(6 * 16);
      stream.fill(step, target);
      for (let slot = 0; slot < 6; slot++) shown.push(Math.round(255 * target[slot * 16]));
    }
    const epochs = [shown.slice(0, 21), shown.slice(21, 42)];
    const all = Array.from({ length: 21 }, (_, i) => i);
    for (const epoch of epochs) expect([...epoch].sort((a, b) => a - b)).toEqual(all);
    expect(epochs[0]).not.toEqual(epochs[1]);
  });

  it('depends on the seed and the step alone, not on what was filled before', () => {
    const images = discs(20, 3, 8, 1);
    const augmentation = { mirror: true, shift: 2, crop: 0.2, colour: 0.3, binarise: false };
    const layout = plain.imageLayout(3, 8);
    const stream = new BatchStream(images, 6, layout, augmentation, 5);
    const target = new Float32Array(6 * layout.length);
    for (const step of [9, 2, 0, 9]) stream.fill(step, target);
    expect(target).toEqual(filled(images, augmentation, 9, 6, 5));
    expect(target).not.toEqual(filled(images, augmentation, 9, 6, 6));
    expect(target).not.toEqual(filled(images, augmentation, 8, 6, 5));
  });

  it('changes no pixel without augmentation', () => {
    const images = discs(1, 3, 8, 2);
    expect(filled(images, {})).toEqual(Float32Array.from(images.pixels, (v) => v / 255));
  });

  it.each(formulations.flatMap((ops) => [1 as const, 3 as const].map((channels) => ({ ops, channels }))))(
    'puts $channels channels where the $ops.name convolutions want them',
    ({ ops, channels }) => {
      const size = 8;
      const images = discs(2, channels, size, 3);
      const { offsets, length } = ops.imageLayout(channels, size);
      const target = new Float32Array(2 * length);
      plainStream(images, 2, 1, ops).fill(0, target);
      const unaltered = new Float32Array(images.pixels.length);
      plainStream(images, 2, 1).fill(0, unaltered);
      const values = size * size * channels;
      const back = Float32Array.from(
        unaltered,
        (_, i) => target[Math.floor(i / values) * length + offsets[i % values]],
      );
      expect(back).toEqual(unaltered);
      // Elsewhere there is nothing.
      const sum = (a: Float32Array) => a.reduce((x, y) => x + y, 0);
      expect(sum(target)).toBeCloseTo(sum(unaltered), 2);
    },
  );

  it('mirrors about half of the images, exactly', () => {
    const images = discs(1, 3, 8, 4);
    const original = filled(images, {});
    const mirrored = original.map((_, i) => original[i - (i % 8) + 7 - (i % 8)]);
    let flips = 0;
    for (let step = 0; step < 200; step++) {
      const image = filled(images, { mirror: true }, step);
      const isFlipped = image.every((v, i) => Math.abs(v - mirrored[i]) < 1e-6);
      if (!isFlipped) image.forEach((v, i) => expect(v).toBeCloseTo(original[i], 6));
      flips += Number(isFlipped);
    }
    expect(flips).toBeGreaterThan(70);
    expect(flips).toBeLessThan(130);
  });

  it('shifts by whole pixels and repeats the border', () => {
    const images = discs(1, 1, 8, 4);
    const original = filled(images, {});
    const clamp = (v: number) => Math.min(7, Math.max(0, v));
    const seen = new Set<string>();
    for (let step = 0; step < 200; step++) {
      const image = filled(images, { shift: 1 }, step);
      const offsets = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => [dy, dx]));
      const match = offsets.find(([dy, dx]) =>
        image.every((v, i) => Math.abs(v - original[clamp((i >> 3) + dy) * 8 + clamp((i & 7) + dx)]) < 1e-6),
      );
      expect(match, `step ${step}`).toBeDefined();
      seen.add(String(match));
    }
    expect(seen.size).toBe(9);
  });

  it('crops within the image: a slanted plane stays one, of smaller range', () => {
    const size = 16;
    const pixels = Uint8Array.from({ length: size * size }, (_, i) => 10 * (i % size) + 3 * Math.floor(i / size));
    const images: Images = { count: 1, channels: 1, size, pixels };
    for (let step = 0; step < 20; step++) {
      const image = filled(images, { crop: 0.5 }, step).map((v) => v * 255);
      const across = image[1] - image[0];
      const down = image[size] - image[0];
      expect(across).toBeGreaterThanOrEqual(5 - 1e-3);
      expect(across).toBeLessThanOrEqual(10 + 1e-3);
      expect(down / across).toBeCloseTo(0.3, 3);
      image.forEach((v, i) => expect(v).toBeCloseTo(image[0] + across * (i % size) + down * Math.floor(i / size), 2));
      expect(Math.min(...image)).toBeGreaterThanOrEqual(-1e-3);
      expect(Math.max(...image)).toBeLessThanOrEqual(195 + 1e-3);
    }
  });

  it('jitters each colour by one gain and one offset, within 0..1', () => {
    const images = discs(1, 3, 8, 4);
    const original = filled(images, {});
    const image = filled(images, { colour: 0.1 }, 3);
    for (let c = 0; c < 3; c++) {
      const [x, y] = [original, image].map((a) => a.subarray(c * 64, (c + 1) * 64));
      const [low, high] = [x.indexOf(Math.min(...x)), x.indexOf(Math.max(...x))];
      const gain = (y[high] - y[low]) / (x[high] - x[low]);
      expect(Math.abs(gain - 1)).toBeLessThanOrEqual(0.1 + 1e-5);
      y.forEach((v, i) => expect(v).toBeCloseTo(y[low] + gain * (x[i] - x[low]), 5));
    }
    const strong = filled(images, { colour: 1 }, 1);
    expect(Math.min(...strong)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...strong)).toBeLessThanOrEqual(1);
    expect(image).not.toEqual(original);
  });

  it('binarises anew at each step, brightness being the probability', () => {
    const pixels = Uint8Array.from({ length: 64 }, (_, i) => [0, 51, 204, 255][i % 4]);
    const images = { count: 1, channels: 1 as const, size: 8, pixels };
    const at = (step: number) => filled(images, { ...NO_AUGMENTATION, binarise: true }, step, 1, 3);
    const sums = new Float64Array(4);
    const steps = 400;
    for (let step = 0; step < steps; step++) {
      at(step).forEach((value, i) => {
        expect(value === 0 || value === 1).toBe(true);
        sums[i % 4] += value;
      });
    }
    const draws = 16 * steps;
    expect([sums[0], sums[3]]).toEqual([0, draws]);
    // 6400 draws: three standard deviations are 0.015.
    expect(Math.abs(sums[1] / draws - 0.2)).toBeLessThan(0.015);
    expect(Math.abs(sums[2] / draws - 0.8)).toBeLessThan(0.015);
    expect(at(1)).not.toEqual(at(2));
    expect(at(1)).toEqual(at(1));
  });
});
