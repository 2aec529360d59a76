/** When a camera gets coarse faces. */
import { setTimeout } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import type { CoarseDecoder, Model } from '../../../main/engine/models';
import { LiveDecoder } from '../../../main/engine/open-model/live-decoder';

const SMALL: CoarseDecoder = { onnx: new Uint8Array(), output: 'small', width: 2, height: 3 };
const code = new Float32Array(1);

/** A decoder of 8×12 pixels that takes so long; what stands beside it gives 2×3 pixels, or fails to load. */
function modelOf(milliseconds: number, { loads = true } = {}) {
  const released = vi.fn();
  const model = {
    card: { layout: { channels: 1 } },
    decodePixels: async () => {
      await setTimeout(milliseconds);
      return { count: 1, width: 8, height: 12, data: new Uint8ClampedArray(8 * 12 * 4) };
    },
    beside: async () => {
      if (!loads) throw new Error('no');
      return { run: async () => [{ data: new Float32Array(6).fill(2) }], release: async () => released() };
    },
  } as unknown as Model;
  return { model, released };
}

const fly = async (live: LiveDecoder, count = 10) => {
  let last = await live.decode(code);
  for (let i = 1; i < count; i++) last = await live.decode(code);
  return last;
};

it('a decoder that keeps pace is left alone', async () => {
  const prepare = vi.fn();
  const live = new LiveDecoder(modelOf(0).model, new AbortController().signal, prepare);
  expect(await fly(live, 30)).toMatchObject({ width: 8, coarse: false });
  expect(prepare).not.toHaveBeenCalled();
});

it('a slow one gets a coarse one, once, and draws whole faces until that is there', async () => {
  const { model, released } = modelOf(25);
  let ready = (_: CoarseDecoder) => {};
  const prepare = vi.fn((_model: Model, _most: number) => new Promise<CoarseDecoder>((resolve) => (ready = resolve)));
  const live = new LiveDecoder(model, new AbortController().signal, prepare);
  expect(await fly(live, 20)).toMatchObject({ width: 8, coarse: false });
  expect(prepare).toHaveBeenCalledTimes(1);
  // a share of the decoder's own time, which is 25 ms and a little
  expect(prepare.mock.calls[0][1]).toBeGreaterThan(0.1);
  expect(prepare.mock.calls[0][1]).toBeLessThan(0.25);
  ready(SMALL);
  await setTimeout();
  const face = await live.decode(code);
  expect(face).toMatchObject({ width: 2, height: 3, coarse: true });
  expect([...face.data.subarray(0, 4)]).toEqual([255, 255, 255, 255]);
  await live.release();
  expect(released).toHaveBeenCalledTimes(1);
});

it.each([
  ['cannot be had', async () => null, {}],
  ['cannot be loaded', async () => SMALL, { loads: false }],
])('where a coarse one %s, faces stay whole', async (_, prepare, options) => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  const live = new LiveDecoder(modelOf(15, options).model, new AbortController().signal, prepare);
  expect(await fly(live, 12)).toMatchObject({ width: 8, coarse: false });
});

it('one that comes when the model is closed is not kept', async () => {
  const closing = new AbortController();
  const { model, released } = modelOf(15);
  const live = new LiveDecoder(model, closing.signal, async () => {
    closing.abort();
    return SMALL;
  });
  expect(await fly(live, 12)).toMatchObject({ coarse: false });
  expect(released).not.toHaveBeenCalled();
});
