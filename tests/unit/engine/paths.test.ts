import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Bookmark } from '../../../main/contract';
import { Bookmarks } from '../../../main/engine/bookmarks';
import { film } from '../../../main/engine/exports/film';
import { decodeCodes, type Model, openModel } from '../../../main/engine/models';
import { tracePath } from '../../../main/engine/paths';
import { CodeDensity } from '../../../main/engine/space/density';
import { tinyModel } from '../models/tiny';
import { temporaryFolder } from '../temporary';

let model: Model;
beforeEach(async () => {
  model = await openModel(await tinyModel());
});

const stops = Float32Array.of(0, 0, 0, 1, 2, 2, 1, 2, 2, 1, -1, -2);

describe('a path', () => {
  it('is decoded and measured', async () => {
    const { codes, images, codeLength, imageLength, density } = await tracePath(model, 'straight', stops, 9);
    // 3 to the second stop, which is there twice, and 5 to the last: each eighth of the way is one long
    expect(codeLength).toBeCloseTo(8, 5);
    expect([...codes.subarray(9, 12)].map((value) => value.toFixed(5))).toEqual(['1.00000', '2.00000', '2.00000']);
    expect([...codes.subarray(24)]).toEqual([1, -1, -2]);
    expect(images).toEqual(await model.decodePixels(codes));
    const decoded = await model.decode(codes);
    let length = 0;
    for (let n = 1; n < 9; n++) {
      const change = Array.from({ length: 192 }, (_, p) => decoded[n * 192 + p] - decoded[(n - 1) * 192 + p]);
      length += Math.hypot(...change);
    }
    expect(imageLength).toBeCloseTo(length, 4);
    expect(density).toEqual(new CodeDensity(model.codes!, 3, model.logVar).logDensities(codes));
  });

  it.each(['straight', 'spherical', 'smooth', 'geodesic'] as const)(
    'that is %s has the stops at its ends',
    async (kind) => {
      const { codes } = await tracePath(model, kind, stops, 17);
      expect([...codes.subarray(0, 3)]).toEqual([0, 0, 0]);
      codes.subarray(48).forEach((value, i) => expect(value).toBeCloseTo([1, -1, -2][i], 5));
    },
  );

  it('tells of its progress and ends when it is no longer wanted', async () => {
    const ending = new AbortController();
    const onProgress = vi.fn((share: number) => {
      if (share > 0.1) ending.abort();
    });
    const going = tracePath(model, 'geodesic', stops, 17, { signal: ending.signal, onProgress });
    await expect(going).rejects.toMatchObject({ code: 'cancelled' });
    expect(onProgress.mock.calls.length).toBeGreaterThan(0);
  });

  it.each([
    ['one place', Float32Array.of(1, 2, 3)],
    ['the same place twice', Float32Array.of(1, 2, 3, 1, 2, 3)],
    ['no numbers', Float32Array.of(1, 2, 3, NaN, 2, 3)],
  ])('through %s is refused in a sentence', async (_, places) => {
    await expect(tracePath(model, 'smooth', places, 9)).rejects.toMatchObject({ code: 'bad-settings' });
  });
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

describe('bookmarks', () => {
  const mark = (id: string, code = [1, 2, 3]): Bookmark => ({
    id,
    name: `Place ${id}`,
    code,
    anchor: 4,
    view: { yaw: 0.1, pitch: -0.2, reach: 3 },
  });

  it('are kept for each model, over starts', async () => {
    const home = await temporaryFolder();
    await new Bookmarks(home).keep(model.card, [mark('a'), mark('b')]);
    const again = new Bookmarks(home);
    expect(await again.of(model.card)).toEqual([mark('a'), mark('b')]);
    expect(await again.of({ ...model.card, path: '/another' })).toEqual([]);
    await again.keep(model.card, []);
    expect(await new Bookmarks(home).of(model.card)).toEqual([]);
  });

  it('of another model at the same path are left out, and refused', async () => {
    const bookmarks = new Bookmarks(await temporaryFolder());
    await bookmarks.keep(model.card, [mark('a')]);
    expect(await bookmarks.of({ ...model.card, latentSize: 5 })).toEqual([]);
    await expect(bookmarks.keep(model.card, [mark('a', [1])])).rejects.toMatchObject({ code: 'bad-settings' });
    await expect(bookmarks.keep(model.card, [mark('a', [1, 2, NaN])])).rejects.toMatchObject({ code: 'bad-settings' });
  });

  it('that cannot be understood are none, and said so', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const home = await temporaryFolder();
    const bookmarks = new Bookmarks(home);
    await bookmarks.keep(model.card, [mark('a')]);
    const folder = path.join(home, 'bookmarks');
    const [name] = await readdir(folder);
    await writeFile(path.join(folder, name), (await readFile(path.join(folder, name), 'utf8')).slice(0, 20));
    expect(await bookmarks.of(model.card)).toEqual([]);
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
  });
});
