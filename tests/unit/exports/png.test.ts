import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ImageBatch } from '../../../main/contract';
import { png, sheet } from '../../../main/engine/exports/png';

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

describe('png', () => {
  it('holds exactly the pixels of the image asked for', async () => {
    const { width, height, channels, pixel } = await read(await png(batch(3, 4, 5), 2));
    expect([width, height, channels]).toEqual([4, 5, 3]);
    expect(pixel(0, 0)).toEqual([255, 255, 255]);
    expect(pixel(3, 4)).toEqual([20, 20, 30]);
  });

  it('is as large as asked for, with its proportions kept', async () => {
    expect(await read(await png(batch(1, 8, 8), 0, 100))).toMatchObject({ width: 100, height: 100 });
    expect(await read(await png(batch(1, 8, 4), 0, 100))).toMatchObject({ width: 100, height: 50 });
  });

  it.each([7, 4097, 10.5, NaN, -64])('refuses %s pixels', async (size) => {
    await expect(png(batch(1, 8, 8), 0, size)).rejects.toMatchObject({
      code: 'bad-settings',
      message: `An image can be saved with 8 to 4096 pixels a side, not ${size}.`,
    });
  });
});

describe('sheet', () => {
  it('puts images row by row, about square, black where there are none', async () => {
    const { width, height, pixel } = await read(await sheet(batch(5, 4, 2)));
    expect([width, height]).toEqual([12, 4]);
    for (let n = 0; n < 5; n++) {
      const [left, top] = [(n % 3) * 4, Math.floor(n / 3) * 2];
      expect(pixel(left, top)).toEqual([255, 255, 255]);
      expect(pixel(left + 3, top + 1)).toEqual([10 * n, 20, 30]);
    }
    expect(pixel(11, 3)).toEqual([0, 0, 0]);
  });

  it('is a strip with as many columns as images', async () => {
    expect(await read(await sheet(batch(9, 4, 4), 9))).toMatchObject({ width: 36, height: 4 });
  });

  it('refuses what no program opens', async () => {
    const huge = { count: 400, width: 1024, height: 1024, data: new Uint8ClampedArray(0) };
    await expect(sheet(huge)).rejects.toMatchObject({
      code: 'bad-settings',
      message:
        '400 images of 1024×1024 make a picture of 20480×20480 pixels; at most 16384 a side can be written. Ask for fewer.',
    });
  });
});
