import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import type { MovingOptions } from '../../../main/contract';
import { flightFilm } from '../../../main/engine/exports/flight-film';
import { type Model, openModel } from '../../../main/engine/models';
import { tinyModel } from '../models/tiny';

let model: Model;
beforeEach(async () => {
  model = await openModel(await tinyModel());
});

const codes = Float32Array.of(0, 0, 0, 2, 2, 2, -2, 1, 2);
const options: MovingOptions = { format: 'gif', size: 8, fps: 20, loop: 'forever' };

describe('a flight as a picture that moves', () => {
  it.each(['gif', 'webp'] as const)('shows frame by frame what was decoded, as %s', async (format) => {
    const { data } = await model.decodePixels(codes);
    const image = sharp(await flightFilm(model, codes, { ...options, format }, null), { animated: true });
    expect(await image.metadata()).toMatchObject({ pages: 3, pageHeight: 8, width: 8, delay: [50, 50, 50], loop: 0 });
    const pixels = await image.ensureAlpha().raw().toBuffer();
    let error = 0;
    for (let i = 0; i < data.length; i++) error += Math.abs(pixels[i] - data[i]) / data.length;
    expect(error).toBeLessThan(12); // WebP here is lossy, GIF has a palette
  });

  it('is as large as asked for, and goes there and back', async () => {
    const done: number[] = [];
    const film = { ...options, format: 'webp', size: 64, loop: 'there-and-back' } as const;
    const bytes = await flightFilm(model, codes, film, null, { onProgress: (n) => done.push(n) });
    expect(await sharp(bytes, { animated: true }).metadata()).toMatchObject({ pages: 4, pageHeight: 64 });
    expect(done).toEqual([1, 2, 3, 4]);
  });

  it('ends when it is cancelled', async () => {
    const signal = AbortSignal.abort();
    await expect(flightFilm(model, codes, options, null, { signal })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('is refused with too many frames or none, at another rate or size', async () => {
    for (const count of [0, 3601]) {
      await expect(flightFilm(model, new Float32Array(3 * count), options, null)).rejects.toMatchObject({
        code: 'bad-settings',
      });
    }
    for (const change of [{ fps: 0 }, { fps: 61 }, { size: 7 }, { size: 1025 }]) {
      await expect(flightFilm(model, codes, { ...options, ...change }, null)).rejects.toMatchObject({
        code: 'bad-settings',
      });
    }
  });
});
