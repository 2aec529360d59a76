import { expect, it } from 'vitest';
import type { Images } from '../../../../main/engine/images';
import { scoreSampling } from '../../../../main/engine/scores/samples/samples';
import { normals, random } from '../../../../main/engine/maths/random';

const SIZE = 32;
/** A picture of two soft blobs whose places the two numbers of the code say. */
function draw(code: ArrayLike<number>, at: number, out: Float32Array, to: number): void {
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const [u, v] = [x / SIZE - 0.5 - 0.15 * code[at], y / SIZE - 0.5 - 0.15 * code[at + 1]];
      out[to + y * SIZE + x] = 0.1 + 0.8 * Math.exp(-30 * (u * u + v * v));
    }
  }
}
const model = {
  latentSize: 2,
  async decode(codes: Float32Array) {
    const images = new Float32Array((codes.length / 2) * SIZE * SIZE);
    for (let n = 0; n < codes.length / 2; n++) draw(codes, 2 * n, images, n * SIZE * SIZE);
    return images;
  },
};
const COUNT = 120;
const codes = normals(2 * COUNT, random(1, 'real'));

async function realImages(): Promise<Images> {
  const pixels = Uint8Array.from(await model.decode(codes), (value) => Math.round(255 * value));
  return { count: COUNT, channels: 1, size: SIZE, pixels };
}

it('finds samples of the same kind at the floor, and others above it', async () => {
  const other = normals(2 * COUNT, random(2, 'other'));
  const scores = await scoreSampling(
    model,
    await realImages(),
    {
      same: other,
      shrunk: other.map((z) => 0.2 * z),
      outside: other.map((z) => z + 6),
    },
    { replicas: 12 },
  );
  const { real, same, shrunk, outside } = scores!.sets;
  expect(scores).toMatchObject({ sampleSize: 60, replicas: 12 });
  expect(same.frechet.value).toBeLessThan(3 * real.frechet.value);
  expect(shrunk.frechet.value).toBeGreaterThan(4 * real.frechet.value);
  expect(outside.frechet.value).toBeGreaterThan(shrunk.frechet.value);
  expect(shrunk.coverage.interval![1]).toBeLessThan(real.coverage.interval![0]);
  expect(outside.coverage.interval![1]).toBeLessThan(0.3);
  expect(real.density.value).toBeGreaterThan(0.7);
  expect(real.density.value).toBeLessThan(1.3);
});

it('is the same every time', async () => {
  const run = async () => scoreSampling(model, await realImages(), { same: codes }, { replicas: 3 });
  expect(await run()).toEqual(await run());
});

it('has nothing to say of a handful of images', async () => {
  const few = { ...(await realImages()), count: 12 };
  expect(await scoreSampling(model, few, {})).toBeNull();
});

it('can be cancelled', async () => {
  const cancelled = scoreSampling(model, await realImages(), {}, { signal: AbortSignal.abort() });
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
});
