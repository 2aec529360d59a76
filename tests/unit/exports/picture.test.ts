import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ImageBatch } from '../../../main/contract';
import { contactSheet, picture } from '../../../main/engine/exports/picture';

/** Image n is one colour, (10·n, 20, 30), but for its first pixel, which is white. */
function batch(count: number, width: number, height: number): ImageBatch {
  const data = new Uint8ClampedArray(count * width * height * 4);
  for (let i = 0; i < count * width * height; i++) {
    const n = Math.floor(i / (width * height));
    data.set(i % (width * height) === 0 ? [255, 255, 255, 255] : [10 * n, 20, 30, 255], i * 4);
  }
  return { count, width, height, data };
}
async function read(file: Uint8Array) {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  const pixel = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
  return { ...info, pixel };
}

describe('a picture', () => {
  it('holds exactly the pixels of the image asked for, at its own size', async () => {
    const { width, height, channels, pixel } = await read(
      await picture(batch(3, 8, 10), 2, { format: 'png', size: 10 }, null),
    );
    expect([width, height, channels]).toEqual([8, 10, 3]);
    expect(pixel(0, 0)).toEqual([255, 255, 255]);
    expect(pixel(7, 9)).toEqual([20, 20, 30]);
  });

  it.each(['png', 'jpg', 'webp'] as const)(
    'is a %s as large as asked for, with its proportions kept',
    async (format) => {
      const file = await picture(batch(1, 8, 4), 0, { format, size: 100 }, null);
      expect((await sharp(file).metadata()).format).toBe(format === 'jpg' ? 'jpeg' : format);
      expect(await read(file)).toMatchObject({ width: 100, height: 50 });
    },
  );

  it('is enlarged by Lanczos resampling, which overshoots at an edge where bilinear cannot', async () => {
    const edge = { count: 1, width: 8, height: 8, data: new Uint8ClampedArray(8 * 8 * 4).fill(255) };
    for (let i = 0; i < 64; i++) edge.data.fill(i % 8 < 4 ? 100 : 150, 4 * i, 4 * i + 3);
    const { pixel } = await read(await picture(edge, 0, { format: 'png', size: 64 }, null));
    const row = Array.from({ length: 64 }, (_, x) => pixel(x, 32)[0]);
    expect(Math.min(...row)).toBeLessThan(99);
    expect(Math.max(...row)).toBeGreaterThan(151);
  });

  it.each([7, 4097, 10.5, NaN, -64])('refuses %s pixels', async (size) => {
    await expect(picture(batch(1, 8, 8), 0, { format: 'png', size }, null)).rejects.toMatchObject({
      code: 'bad-settings',
    });
  });
});

describe('a contact sheet', () => {
  const options = { format: 'png', size: 8, columns: 3, gap: 2 } as const;

  it('lays images row by row with the gap around them', async () => {
    const { width, height, pixel } = await read(await contactSheet(batch(4, 8, 8), options, null));
    expect([width, height]).toEqual([3 * 10 + 2, 2 * 10 + 2]);
    expect(pixel(2, 2)).toEqual([255, 255, 255]);
    expect(pixel(12, 3)).toEqual([10, 20, 30]);
    expect(pixel(3, 13)).toEqual([30, 20, 30]);
    expect(pixel(0, 0)).toEqual([10, 11, 13]);
    expect(pixel(13, 13)).toEqual([10, 11, 13]);
  });

  it('has no more columns than faces', async () => {
    expect(await read(await contactSheet(batch(2, 8, 8), { ...options, columns: 9, gap: 0 }, null))).toMatchObject({
      width: 16,
      height: 8,
    });
  });

  it('refuses what no program opens, and says what to do', async () => {
    await expect(contactSheet(batch(20, 8, 8), { ...options, size: 1024, columns: 20 }, null)).rejects.toThrow(
      /fewer or smaller/,
    );
    await expect(contactSheet(batch(2, 8, 8), { ...options, columns: 0 }, null)).rejects.toMatchObject({
      code: 'bad-settings',
    });
  });
});
