import { describe, expect, it } from 'vitest';
import { Graph } from '../../../main/engine/training/graph';
import type { Activation } from '../../../main/engine/training/ops/activation';
import { blocked } from '../../../main/engine/training/ops/blocked';
import { paddingOf, type Convolutions } from '../../../main/engine/training/ops/convolution';
import { checkOp, tensor } from './check';
import { convolution, transposedConvolution } from './reference';
import { BLOCK, draw, formulations, NO_BLOCKS, run } from './support';

// A multiple of every block size; the batch too, which becomes channels in the gradient of the weights.
const BATCH = 16;
const INPUTS = 16;
const OUTPUTS = 32;
const SIZE = 4;

const act = (activation: Activation) => (x: number) => (activation === 'relu' ? Math.max(x, 0) : x);

/** An input of the ops in their own layout, from a plain parameter. */
const flat = (label: string, channels: number, size: number) => tensor(label, [BATCH, channels * size * size]);

describe.each(formulations)('$name convolutions', (ops: Convolutions) => {
  const kernels = [
    { kernel: 4, stride: 2 },
    { kernel: 3, stride: 1 },
    { kernel: 1, stride: 1 },
  ] as const;
  const activations: Activation[] = ['relu', 'none'];
  it.each(kernels.flatMap((k) => activations.map((activation) => ({ ...k, activation }))))(
    'kernel $kernel, stride $stride, $activation',
    async ({ kernel, stride, activation }) => {
      const x = [BATCH, INPUTS, SIZE] as const;
      const w = [OUTPUTS, INPUTS, kernel] as const;
      await checkOp({
        name: `convolve ${kernel}, stride ${stride}, ${activation}`,
        inputs: {
          x: flat('x', INPUTS, SIZE),
          w: tensor('w', [OUTPUTS, INPUTS, kernel, kernel], 0.1),
          b: tensor('b', [OUTPUTS]),
        },
        op(g, v) {
          const images = ops.unflatten(g, v.x, INPUTS, SIZE);
          return ops.flatten(g, ops.convolve(g, images, v.w, v.b, stride, activation));
        },
        expected: (v) => convolution(v.x, v.w, v.b, { x, w, stride, padding: paddingOf(kernel) }).map(act(activation)),
      });
    },
  );

  it.each(activations)('transposed, %s', async (activation) => {
    const x = [BATCH, OUTPUTS, SIZE] as const;
    const w = [OUTPUTS, INPUTS, 4] as const;
    await checkOp({
      name: `convolveTransposed, ${activation}`,
      inputs: {
        x: flat('x', OUTPUTS, SIZE),
        w: tensor('w', [OUTPUTS, INPUTS, 4, 4], 0.1),
        b: tensor('b', [INPUTS]),
      },
      op(g, v) {
        const images = ops.unflatten(g, v.x, OUTPUTS, SIZE);
        return ops.flatten(g, ops.convolveTransposed(g, images, v.w, v.b, activation));
      },
      expected: (v) => transposedConvolution(v.x, v.w, v.b, { x, w, stride: 2, padding: 1 }).map(act(activation)),
    });
  });

  it.each([1, 3])('from an image of %i channels', async (channels) => {
    const image = draw('image', [BATCH, channels, 8, 8]);
    const { offsets, length } = ops.imageLayout(channels, 8);
    const laidOut = new Float32Array(BATCH * length);
    image.forEach((value, i) => {
      laidOut[Math.floor(i / offsets.length) * length + offsets[i % offsets.length]] = value;
    });
    await checkOp({
      name: `fromImage, ${channels}`,
      inputs: { w: tensor('w', [INPUTS, channels, 4, 4]), b: tensor('b', [INPUTS]) },
      fixed: { image: laidOut },
      op: (g, v) => ops.flatten(g, ops.fromImage(g, ops.input(g, 'image', BATCH, channels, 8), v.w, v.b, 'relu')),
      expected: (v) =>
        convolution(Float64Array.from(image), v.w, v.b, {
          x: [BATCH, channels, 8],
          w: [INPUTS, channels, 4],
          stride: 2,
          padding: 1,
        }).map(act('relu')),
    });
  });

  it.each([1, 3])('to an image of %i channels', async (channels) => {
    const { offsets, length } = ops.imageLayout(channels, 2 * SIZE);
    const all = Int32Array.from(
      { length: BATCH * offsets.length },
      (_, i) => Math.floor(i / offsets.length) * length + offsets[i % offsets.length],
    );
    await checkOp({
      name: `toImage, ${channels}`,
      inputs: {
        x: flat('x', INPUTS, SIZE),
        w: tensor('w', [INPUTS, channels, 4, 4]),
        b: tensor('b', [channels]),
      },
      op: (g, v) => ops.toImage(g, ops.unflatten(g, v.x, INPUTS, SIZE), v.w, v.b),
      offsets: all,
      expected: (v) =>
        transposedConvolution(v.x, v.w, v.b, {
          x: [BATCH, INPUTS, SIZE],
          w: [INPUTS, channels, 4],
          stride: 2,
          padding: 1,
        }),
    });
  });

  it.each([1, 3])('masks what is no pixel of an image of %i channels', async (channels) => {
    const { offsets, length } = ops.imageLayout(channels, 8);
    const g = new Graph();
    const masked = ops.maskImage(g, ops.input(g, 'image', 1, channels, 8), channels);
    g.output('y', g.node('Identity', [masked], masked.shape));
    const { y } = await run(g, { image: new Float32Array(length).fill(1) });
    expect(new Set(offsets).size).toBe(channels * 64);
    const pixels = new Set(offsets);
    y.forEach((value, i) => expect(value).toBe(pixels.has(i) ? 1 : 0));
  });
});

describe('blocked convolutions', () => {
  it.skipIf(!BLOCK)(`refuses channels that fill no block${NO_BLOCKS}`, () => {
    const ops = blocked(BLOCK);
    const g = new Graph();
    const x = g.input('x', [BATCH, BLOCK + 1, SIZE, SIZE]);
    const w = g.parameter('w', [BLOCK, BLOCK + 1, 3, 3], () => 0);
    const b = g.parameter('b', [BLOCK], () => 0);
    expect(() => ops.convolve(g, x, w, b, 1, 'none')).toThrow(`multiple of ${BLOCK} channels, not ${BLOCK + 1}`);
  });
});
