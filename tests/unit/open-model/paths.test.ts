import { beforeEach, describe, expect, it, vi } from 'vitest';
import { tracePath } from '../../../main/engine/open-model/paths';
import { type Model, openModel } from '../../../main/engine/models';
import { CodeDensity } from '../../../main/engine/space/holes/code-density';
import { tinyModel } from '../models/tiny';

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
