import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { film } from '../../../main/engine/exports/flight-film';
import { decodeCodes, type Model, openModel } from '../../../main/engine/models';
import { tinyModel } from '../models/tiny';

let model: Model;
beforeEach(async () => {
  model = await openModel(await tinyModel());
});

describe('a film', () => {
  const codes = Float32Array.of(0, 0, 0, 2, 2, 2, -2, 1, 2);

  it('moves, frame by frame what was decoded', async () => {
    const { data } = await model.decodePixels(codes);
    for (const format of ['gif', 'webp'] as const) {
      const bytes = await film(model, codes, format, 20);
      const image = sharp(bytes, { animated: true });
      expect(await image.metadata()).toMatchObject({ pages: 3, pageHeight: 8, width: 8, delay: [50, 50, 50], loop: 0 });
      const pixels = await image.ensureAlpha().raw().toBuffer();
      let error = 0;
      for (let i = 0; i < data.length; i++) error += Math.abs(pixels[i] - data[i]) / data.length;
      expect(error).toBeLessThan(12); // WebP here is lossy, GIF has a palette
    }
  });

  it('lies side by side without loss, or is its codes', async () => {
    const { data, info } = await sharp(await film(model, codes, 'sheet', 20))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([16, 16]);
    const second = (await model.decodePixels(codes)).data.subarray(256, 259);
    expect([...data.subarray(8 * 3, 8 * 3 + 3)]).toEqual([...second]);
    expect(decodeCodes(await film(model, codes, 'codes', 20), 3, 'film')).toEqual(codes);
  });

  it('of too many frames, or none, is refused', async () => {
    for (const count of [0, 3601]) {
      await expect(film(model, new Float32Array(3 * count), 'gif', 20)).rejects.toMatchObject({ code: 'bad-settings' });
    }
    await expect(film(model, codes, 'gif', 0)).rejects.toMatchObject({ code: 'bad-settings' });
  });
});
