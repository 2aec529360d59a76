import path from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { readCropped } from '../../../main/engine/images';
import { toImageBatch } from '../../../main/engine/images/batch';
import { toUnitRange } from '../../../main/engine/maths/unit-range';
import { temporaryFolder } from '../temporary';

/** 40×20 pixels whose red is the column and whose green is the row, times five. */
async function ramp(): Promise<string> {
  const file = path.join(await temporaryFolder(), 'ramp.png');
  const data = Buffer.alloc(40 * 20 * 3);
  for (let y = 0; y < 20; y++) {
    for (let x = 0; x < 40; x++) data.set([5 * x, 5 * y, 99], (y * 40 + x) * 3);
  }
  await sharp(data, { raw: { width: 40, height: 20, channels: 3 } })
    .png()
    .toFile(file);
  return file;
}
const at = (data: Uint8Array, size: number, x: number, y: number) =>
  [0, 1, 2].map((c) => data[c * size * size + y * size + x]);

it('cuts out the square it is told, in multiples of the shorter side', async () => {
  const { data } = await readCropped(await ramp(), { size: 10 }, 3, { left: 1.2, top: 0.25, side: 0.5 });
  expect(at(data, 10, 0, 0)).toEqual([5 * 24, 5 * 5, 99]);
  expect(at(data, 10, 9, 9)).toEqual([5 * 33, 5 * 14, 99]);
});

it('goes on with the edge where a crop reaches outside', async () => {
  const { data } = await readCropped(await ramp(), { size: 20 }, 3, { left: -0.25, top: -0.25, side: 1 });
  expect(at(data, 20, 0, 0)).toEqual([0, 0, 99]);
  expect(at(data, 20, 4, 10)).toEqual([0, 5 * 5, 99]);
  expect(at(data, 20, 19, 19)).toEqual([5 * 14, 5 * 14, 99]);
});

it('gives something even for a crop beside the image', async () => {
  const { data } = await readCropped(await ramp(), { size: 8 }, 3, { left: 5, top: 5, side: 0.5 });
  expect(data).toHaveLength(3 * 64);
  expect(at(data, 8, 4, 4)).toEqual([5 * 39, 5 * 19, 99]);
});

it('turns colours into one channel where a model has one', async () => {
  const { channels, data } = await readCropped(await ramp(), { size: 8 }, 1);
  expect(channels).toBe(1);
  expect(data).toHaveLength(64);
});

it('makes RGBA of planes, clamped and rounded', () => {
  const { data } = toImageBatch(Float32Array.of(-0.5, 0.5, 2, 1, 0.2, 0), {
    count: 1,
    channels: 3,
    height: 1,
    width: 2,
  });
  expect([...data]).toEqual([0, 255, 51, 255, 128, 255, 0, 255]);
  const grey = toImageBatch(Uint8Array.of(7, 200), { count: 2, channels: 1, height: 1, width: 1 });
  expect(grey).toMatchObject({ count: 2, width: 1, height: 1 });
  expect([...grey.data]).toEqual([7, 7, 7, 255, 200, 200, 200, 255]);
});

it('makes 0..1 of bytes', () => {
  expect([...toUnitRange(Uint8Array.of(0, 51, 255))]).toEqual([0, Math.fround(0.2), 1]);
});
