import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openModel } from '../../../main/engine/models';
import { temporaryFolder } from '../temporary';
import { decoded, decoder, type DecoderShape } from './networks';

async function open(shape: DecoderShape, layout?: Parameters<typeof openModel>[1]) {
  const file = path.join(await temporaryFolder(), 'face.onnx');
  await writeFile(file, decoder(shape));
  return openModel(file, layout);
}

const small = { latentSize: 2, channels: 3, size: 8 } as const;
const variants: Record<string, { shape: DecoderShape; layout: object }> = {
  'planes of any batch': { shape: { ...small }, layout: { order: 'NCHW', range: '0..1' } },
  'pixels with their channels together': { shape: { ...small, order: 'NHWC' }, layout: { order: 'NHWC' } },
  'flat planes': { shape: { ...small, order: 'planar' }, layout: { order: 'flat', width: 8, height: 8 } },
  'flat pixels': { shape: { ...small, order: 'interleaved' }, layout: { order: 'NHWC' } },
  'flat grey': { shape: { ...small, channels: 1, order: 'planar' }, layout: { order: 'flat', channels: 1 } },
  'a fixed batch of three': { shape: { ...small, batch: 3 }, layout: { order: 'NCHW' } },
  'a fixed batch of one': { shape: { ...small, batch: 1, order: 'NHWC' }, layout: { order: 'NHWC' } },
  'no batch at all': { shape: { ...small, batch: 'none' }, layout: { order: 'NCHW' } },
  'codes shaped [N, d, 1, 1]': { shape: { ...small, code: (d) => [d, 1, 1] }, layout: { order: 'NCHW' } },
  'codes shaped [1, d, 1, 1]': { shape: { ...small, batch: 1, code: (d) => [d, 1, 1] }, layout: {} },
  'numbers from −1 to 1': { shape: { ...small, activation: 'Tanh' }, layout: { range: '-1..1' } },
  'numbers from 0 to 255': { shape: { ...small, activation: 'bytes' }, layout: { range: '0..255' } },
  'a class label beside the code': { shape: { ...small, label: true }, layout: { extraInputs: { label: 0 } } },
  'a fixed batch and a label': { shape: { ...small, label: true, batch: 4 }, layout: { extraInputs: { label: 0 } } },
  'another output before the image': { shape: { ...small, extraOutput: true }, layout: { order: 'NCHW' } },
};

describe.each(Object.entries(variants))('a decoder of %s', (_, { shape, layout }) => {
  it('is found out, and decodes more codes than its batch exactly', async () => {
    const model = await open(shape);
    expect(model.card).toMatchObject({
      name: 'face',
      kind: 'decoder',
      latentSize: 2,
      imageSize: 8,
      channels: shape.channels,
      canEncode: false,
      layout,
    });
    // More than one run's worth, and no multiple of it.
    const codes = Float32Array.from({ length: 2 * 21 }, (_, i) => Math.sin(i));
    const images = await model.decode(codes);
    const perImage = shape.channels * 64;
    expect(images).toHaveLength(21 * perImage);
    for (let n = 0; n < 21; n++) {
      const expected = decoded(shape, codes.subarray(2 * n, 2 * n + 2));
      expected.forEach((value, i) => expect(images[n * perImage + i]).toBeCloseTo(value, 5));
    }
    await model.release();
  });
});

describe('a corrected layout', () => {
  const layout = { order: 'NCHW', width: 8, height: 8, channels: 3, range: '0..1', extraInputs: {} } as const;

  it('replaces the guess', async () => {
    const model = await open({ ...small, activation: 'Tanh' }, layout);
    const [value] = await model.decode(Float32Array.of(0.3, -2));
    const [half] = decoded({ ...small, activation: 'Tanh' }, [0.3, -2]);
    expect(value).toBeCloseTo(2 * half - 1, 5);
  });

  it('may say that a picture is not square', async () => {
    const { card } = await open(
      { ...small, channels: 1, order: 'planar' },
      { ...layout, width: 16, height: 4, channels: 1 },
    );
    expect(card).toMatchObject({ imageSize: 16, channels: 1 });
  });

  it('sets the other inputs', async () => {
    const model = await open({ ...small, label: true }, { ...layout, extraInputs: { label: 2 } });
    const [value] = await model.decode(Float32Array.of(0.3, -2));
    expect(value).toBeCloseTo(decoded(small, [0.3, -2], 2)[0], 5);
  });

  it.each([
    [{ ...layout, width: 9 }, 'does not fit 9×8 pixels with 3 channels. Correct the layout.'],
    [{ ...layout, extraInputs: { mood: 1 } }, 'has no input "mood" beside the code. Correct the layout.'],
  ])('that does not fit is refused: %j', async (wrong, sentence) => {
    await expect(open(small, wrong)).rejects.toMatchObject({
      code: 'bad-settings',
      message: expect.stringContaining(sentence),
    });
  });
});

it('decodes to pixels, rounded and opaque', async () => {
  const model = await open({ ...small, size: 2 });
  const code = Float32Array.of(1, -1);
  const { count, width, height, data } = await model.decodePixels(code);
  expect([count, width, height]).toEqual([1, 2, 2]);
  const planes = decoded({ ...small, size: 2 }, code);
  for (let i = 0; i < 4; i++) {
    expect([...data.subarray(i * 4, i * 4 + 4)]).toEqual([
      Math.round(planes[i] * 255),
      Math.round(planes[4 + i] * 255),
      Math.round(planes[8 + i] * 255),
      255,
    ]);
  }
});

it('decodes no codes to no images, and refuses a part of a code', async () => {
  const model = await open(small);
  expect(await model.decode(new Float32Array(0))).toHaveLength(0);
  await expect(model.decode(new Float32Array(3))).rejects.toMatchObject({
    code: 'bad-settings',
    message: expect.stringMatching(/^3 numbers do not make whole codes: a code of ".*face.onnx" has 2 numbers\.$/),
  });
});

it('ends with a sentence when it is closed while it decodes', async () => {
  const model = await open(small);
  const decoding = model.decode(new Float32Array(2 * 200));
  await model.release();
  await expect(decoding).rejects.toMatchObject({ code: 'cancelled' });
});

const shared = path.resolve(import.meta.dirname, '../../../../shared/onnx');
const others = {
  cpldcpu__decoder: { latentSize: 2, layout: { order: 'NCHW', width: 28, height: 28, channels: 1, range: '0..1' } },
  gupero__gan: { latentSize: 2, layout: { order: 'flat', width: 64, height: 64, channels: 3, range: '-1..1' } },
  jcanedo__a_decoder: { latentSize: 2, layout: { order: 'NCHW', width: 28, height: 28, channels: 1, range: '0..1' } },
  kaushu__cvae: {
    latentSize: 16,
    layout: { order: 'NCHW', width: 28, height: 28, channels: 1, extraInputs: { label: 0 } },
  },
  omori__aim25: { latentSize: 16, layout: { order: 'NCHW', width: 32, height: 32, channels: 3, range: '-1..1' } },
  sunrises__decoder: { latentSize: 2, layout: { order: 'NHWC', width: 32, height: 32, channels: 3, range: '0..1' } },
};

describe.skipIf(!existsSync(shared))('decoders that other people exported (../shared/onnx)', () => {
  it.each(Object.entries(others))('%s', async (name, expected) => {
    const model = await openModel(path.join(shared, `${name}.onnx`));
    expect(model.card).toMatchObject(expected);
    const { latentSize } = expected;
    const codes = Float32Array.from({ length: 3 * latentSize }, (_, i) => 1.5 * Math.cos(i * i));
    const batch = await model.decode(codes);
    // Within range, a picture rather than one grey, and the same whether decoded alone or with others.
    const spread = Math.max(...batch) - Math.min(...batch);
    expect(Math.min(...batch)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...batch)).toBeLessThanOrEqual(1);
    expect(spread).toBeGreaterThan(0.3);
    const alone = await model.decode(codes.subarray(latentSize, 2 * latentSize));
    const perImage = batch.length / 3;
    alone.forEach((value, i) => expect(value).toBeCloseTo(batch[perImage + i], 4));
    // Neighbouring pixels are alike: the layout was read the right way round.
    const { width, channels } = expected.layout;
    const change = (distance: number) => {
      let sum = 0;
      for (let i = 0; i + distance < perImage; i++) sum += Math.abs(batch[i + distance] - batch[i]);
      return sum / (perImage - distance);
    };
    expect(change(1)).toBeLessThan(change(Math.floor(width / 2)));
    if (channels === 3) expect(change(width)).toBeLessThan(change(Math.floor(width / 2) * width));
    await model.release();
  });
});
