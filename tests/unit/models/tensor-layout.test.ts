import { describe, expect, it } from 'vitest';
import { guessRange, guessShape, toPlanar } from '../../../main/engine/models/tensor-layout';

const layout = {
  width: 2,
  height: 1,
  alpha: false,
  colours: 'RGB',
  input: 'z',
  output: 'image',
  extraInputs: {},
} as const;

describe('toPlanar', () => {
  it('leaves planar numbers of 0..1 as they are', () => {
    const raw = Float32Array.of(0, 0.5, 1, 0.25, 0.75, 1);
    expect(toPlanar(raw, { ...layout, order: 'NCHW', channels: 3, range: '0..1' })).toBe(raw);
    expect(toPlanar(raw, { ...layout, order: 'flat', channels: 3, range: '0..1' })).toBe(raw);
  });

  it('takes the channels of each pixel apart', () => {
    const raw = Float32Array.of(1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16);
    const planar = toPlanar(raw, { ...layout, order: 'NHWC', channels: 3, range: '0..1' });
    expect([...planar]).toEqual([1, 4, 2, 5, 3, 6, 11, 14, 12, 15, 13, 16]);
  });

  it.each([
    ['-1..1', [-1, 1], [0, 1]],
    ['0..255', [0, 255], [0, 1]],
    ['0..1', [0, 1], [0, 1]],
  ] as const)('brings %s to 0..1', (range, raw, unit) => {
    const planar = toPlanar(Float32Array.from(raw), { ...layout, order: 'NCHW', channels: 1, range });
    expect([...planar]).toEqual(unit);
  });
});

describe('guessShape', () => {
  it.each([
    [[3, 8, 6], { order: 'NCHW', channels: 3, height: 8, width: 6 }],
    [[1, 8, 8], { order: 'NCHW', channels: 1, height: 8, width: 8 }],
    [[8, 6, 3], { order: 'NHWC', channels: 3, height: 8, width: 6 }],
    [[8, 8, 1], { order: 'NHWC', channels: 1, height: 8, width: 8 }],
    [[8, 6], { order: 'NCHW', channels: 1, height: 8, width: 6 }],
    [[784], { order: 'flat', channels: 1, height: 28, width: 28 }],
    [[4, 8, 8], { order: 'NCHW', channels: 3, alpha: true, height: 8, width: 8 }],
    [[8, 8, 2], { order: 'NHWC', channels: 1, alpha: true, height: 8, width: 8 }],
    [[5, 8, 8], null],
    [[2, 3, 8, 8], null],
    [[1], null],
    [[32], null],
    [[], null],
  ])('%j', (dims, shape) => {
    const raw = new Float32Array(dims.reduce((a: number, b) => a * b, 1));
    expect(guessShape(dims, raw)).toEqual(shape && { alpha: false, ...shape });
  });

  it('tells flat planes from flat pixels by what changes little from row to row', () => {
    const planar = Float32Array.from({ length: 768 }, (_, i) => Math.sin((i % 256) / 40) + Math.floor(i / 256));
    const pixels = Float32Array.from({ length: 768 }, (_, i) => planar[(i % 3) * 256 + Math.floor(i / 3)]);
    expect(guessShape([768], planar)).toEqual({ alpha: false, order: 'flat', channels: 3, height: 16, width: 16 });
    expect(guessShape([768], pixels)).toEqual({ alpha: false, order: 'NHWC', channels: 3, height: 16, width: 16 });
  });
});

describe('guessRange', () => {
  it.each([
    ['Sigmoid', [0.1, 0.9], 3, '0..1'],
    ['Tanh', [-0.1, 0.9], 3, '-1..1'],
    ['Tanh', [0, 0.9], 3, '0..1'],
    ['Add', [0, 1], 3, '0..1'],
    ['Add', [-0.1, 1.1], 3, '0..1'],
    ['Add', [-0.9, 0.8], 3, '-1..1'],
    ['Mul', [0, 200], 3, '0..255'],
    ['Conv', [-6, 250], 3, '0..255'],
    ['Conv', [-9, 7], 1, 'logits'],
    ['Conv', [-20, 3], 3, 'logits'],
    ['Conv', [-2.1, 2.6], 3, 'imagenet'],
    ['Conv', [-2.1, 2.6], 1, 'logits'],
    [undefined, [0.2, 0.8], 3, '0..1'],
  ] as const)('%s with numbers in %j', (operator, seen, channels, range) => {
    expect(guessRange('float32', operator, Float32Array.from(seen), channels)).toBe(range);
  });
});
