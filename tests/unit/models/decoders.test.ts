/** A table of decoders as people export them, each with its pictures or the sentence that says why not. */
import { existsSync } from 'node:fs';
import { copyFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { DecoderLayout } from '../../../main/contract';
import { openModel } from '../../../main/engine/models';
import {
  type ElementType,
  encodeModel,
  type InitializerDef,
  type NodeDef,
  type ValueDef,
} from '../../../main/engine/training/onnx';
import { Model, type Parts, ValueInfo } from '../../../main/engine/models/part';
import { temporaryFolder } from '../temporary';
import { logit } from './networks';

/** Latent size, and pixels a side. */
const D = 3;
const S = 8;
const numbersOf = (sizes: readonly (number | string)[]): number => sizes.reduce<number>((a, b) => a * Number(b), 1);
const integers = (...values: number[]) => BigInt64Array.from(values, BigInt);

interface Export {
  /** Shape of the code after the batch, and its type. */
  code?: (number | string)[];
  type?: ElementType | 'bfloat16';
  codeName?: string;
  channels?: 1 | 2 | 3 | 4;
  order?: 'NCHW' | 'NHWC';
  /** From logits to the picture's numbers. */
  then?: NodeDef[];
  constants?: InitializerDef[];
  output?: ElementType | keyof typeof TYPES;
  outputName?: string;
  /** Numbers of the code, where it leaves its sizes open. */
  open?: number;
  /** Rows that the network gives inside, whatever it declares. */
  inside?: number;
  before?: ValueDef[];
  after?: ValueDef[];
  outputs?: (ValueDef & { nodes: NodeDef[] })[];
}

const value = (name: string, shape: (number | string)[], type: ElementType = 'float32'): ValueDef => ({
  name,
  type,
  shape,
});
const constant = (name: string, ...values: number[]): InitializerDef => ({
  name,
  shape: [values.length],
  data: Float32Array.from(values),
});

/** `logits` (named `x`) of `channels` planes; `then` makes `y` of it. */
function exported(of: Export): Uint8Array {
  const { type = 'float32', output = 'float32', codeName = 'z', outputName = 'image' } = of;
  const [known, given] = [type, output].map((each) => (each in TYPES ? 'float32' : each) as ElementType);
  let onnx = exportedAs({ ...of, type: known, output: given }, output);
  if (type === 'bfloat16') onnx = retyped(onnx, codeName, type);
  if (output in TYPES) onnx = retyped(onnx, outputName, output as keyof typeof TYPES);
  return onnx;
}

/** @param castTo type of the picture's numbers */
function exportedAs(of: Export & { type: ElementType; output: ElementType }, castTo: string): Uint8Array {
  const { code = [D], type, codeName = 'z', channels = 3, order = 'NCHW', then = [], constants = [], output } = of;
  const { outputName = 'image', inside = -1, before = [], after = [], outputs = [] } = of;
  const dims = order === 'NCHW' ? [channels, S, S] : [S, S, channels];
  const count = channels * S * S;
  const place = (k: number) =>
    order === 'NCHW'
      ? [Math.floor(k / (S * S)), Math.floor(k / S) % S, k % S]
      : [k % channels, Math.floor(k / channels / S), Math.floor(k / channels) % S];
  const unit = (i: number) => Float32Array.from({ length: D }, (_, k) => (i === k ? 1 : 0));
  const bias = Array.from({ length: count }, (_, k) => {
    const [c, y, x] = place(k);
    return logit([], c, y, x, S);
  });
  const W = Float32Array.from({ length: D * count }, (_, k) => {
    const [c, y, x] = place(k % count);
    return logit(unit(Math.floor(k / count)), c, y, x, S) - bias[k % count];
  });
  const size = of.open ?? numbersOf(code);
  const nodes: NodeDef[] = [
    { op: 'Cast', inputs: [codeName], outputs: ['code as float'], attributes: { to: 1 } },
    { op: 'Reshape', inputs: ['code as float', 'flat shape'], outputs: ['flat'] },
    { op: 'MatMul', inputs: ['flat', 'fold'], outputs: ['code'] },
    { op: 'Gemm', inputs: ['code', 'W', 'b'], outputs: ['x'] },
    ...then,
    { op: 'Reshape', inputs: [then.length ? 'y' : 'x', 'image shape'], outputs: ['picture'] },
    {
      op: 'Cast',
      inputs: ['picture'],
      outputs: [outputName],
      attributes: {
        to: { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10, float64: 11, ...TYPES }[castTo]!,
      },
    },
  ];
  return encodeModel({
    nodes: [...nodes, ...outputs.flatMap((each) => each.nodes)],
    inputs: [...before, value(codeName, ['N', ...code], type), ...after],
    outputs: [...outputs.map(({ nodes: _, ...rest }) => rest), value(outputName, ['N', ...dims], output)],
    initializers: [
      { name: 'flat shape', shape: [2], data: integers(-1, size) },
      // the first numbers of the code are those that count
      {
        name: 'fold',
        shape: [size, D],
        data: Float32Array.from({ length: size * D }, (_, k) => (Math.floor(k / D) === k % D ? 1 : 0)),
      },
      { name: 'W', shape: [D, count], data: W },
      { name: 'b', shape: [count], data: Float32Array.from(bias) },
      { name: 'image shape', shape: [1 + dims.length], data: integers(inside, ...dims) },
      ...constants,
    ],
  });
}

/** ONNX's numbers for types that our own networks never have. */
const TYPES = { int8: 3, uint16: 4, int16: 5, uint32: 12, bfloat16: 16 } as const;

/** The model, whose input or output called `name` is of another type. */
function retyped(onnx: Uint8Array, name: string, type: keyof typeof TYPES): Uint8Array {
  const model = Model.decode(onnx) as unknown as Parts;
  const change = (encoded: Uint8Array) => {
    const each = ValueInfo.decode(encoded) as unknown as { name: string; type: { tensorType: { elemType: number } } };
    if (each.name === name) each.type.tensorType.elemType = TYPES[type];
    return ValueInfo.encode(each).finish();
  };
  model.graph.input = model.graph.input.map(change);
  model.graph.output = model.graph.output.map(change);
  return Model.encode(model).finish();
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const node = (op: string, inputs: string[], output: string, attributes?: NodeDef['attributes']): NodeDef => ({
  op,
  inputs,
  outputs: [output],
  attributes,
});
const SIGMOID = [node('Sigmoid', ['x'], 'y')];

/** What the picture is where logits are `x`, 0..1. */
type Shows = (x: number, c: number) => number;
interface Case {
  file: Export;
  layout?: Partial<DecoderLayout>;
  shows?: Shows;
  /** What is given by hand. */
  corrected?: Partial<DecoderLayout>;
  latentSize?: number;
  within?: number;
  found?: object;
}

const label = (type: ElementType): ValueDef => value('label', ['N'], type);
/** Adds an input to the logits, `x` becomes `logits`. */
const plus = (input: string, scaled: NodeDef[]): NodeDef[] => [
  ...scaled,
  node('Add', ['x', input], 'shifted'),
  node('Sigmoid', ['shifted'], 'y'),
];
/** The truncation trick: the code times psi, so that 0 gives one picture. */
const truncated = (psi: string): Export => ({
  after: [value(psi, [1])],
  then: [
    node('Mul', ['code', psi], 'short'),
    node('Gemm', ['short', 'W', 'b'], 'again'),
    node('Sigmoid', ['again'], 'y'),
  ],
});

const cases: Record<string, Case> = {
  'a sigmoid': { file: { then: SIGMOID }, layout: { range: '0..1' } },
  'a tanh': {
    file: { then: [node('Tanh', ['x'], 'y')] },
    layout: { range: '-1..1' },
    shows: (x) => (Math.tanh(x) + 1) / 2,
  },
  'a ReLU before its tanh': {
    file: { then: [node('Relu', ['x'], 'r'), node('Tanh', ['r'], 'y')] },
    layout: { range: '0..1' },
    shows: (x) => Math.tanh(Math.max(0, x)),
  },
  logits: {
    file: { then: [node('Mul', ['x', 'ten'], 'y')], constants: [constant('ten', 10)] },
    layout: { range: 'logits' },
    shows: (x) => sigmoid(10 * x),
  },
  'logits of grey': {
    file: { channels: 1, then: [node('Mul', ['x', 'ten'], 'y')], constants: [constant('ten', 10)] },
    layout: { range: 'logits', channels: 1 },
    shows: (x) => sigmoid(10 * x),
  },
  'numbers 0..255': {
    file: {
      then: [...SIGMOID.map((n) => ({ ...n, outputs: ['u'] })), node('Mul', ['u', 'white'], 'y')],
      constants: [constant('white', 255)],
    },
    layout: { range: '0..255' },
  },
  'pictures as those of ImageNet are normalised': {
    file: {
      then: [
        node('Sigmoid', ['x'], 'u'),
        node('Reshape', ['u', 'planes'], 'p'),
        node('Sub', ['p', 'mean'], 'q'),
        node('Div', ['q', 'deviation'], 'y'),
      ],
      constants: [
        { name: 'planes', shape: [4], data: integers(-1, 3, S, S) },
        { name: 'mean', shape: [1, 3, 1, 1], data: Float32Array.of(0.485, 0.456, 0.406) },
        { name: 'deviation', shape: [1, 3, 1, 1], data: Float32Array.of(0.229, 0.224, 0.225) },
      ],
    },
    layout: { range: 'imagenet' },
  },
  'blue before red, said by hand': {
    file: { then: SIGMOID },
    corrected: { colours: 'BGR' },
    layout: { colours: 'BGR' },
    shows: (x) => sigmoid(x),
  },
  'logits, said by hand': { file: {}, corrected: { range: 'logits' }, layout: { range: 'logits' } },
};
for (const type of ['float16', 'float64', 'float32', 'bfloat16'] as const) {
  cases[`a code of ${type}`] = { file: { type, then: SIGMOID }, within: type === 'bfloat16' ? 2e-2 : 2e-3 };
  cases[`a picture of ${type}`] = {
    file: { output: type, then: SIGMOID },
    within: type === 'bfloat16' ? 5e-3 : 1e-3,
  };
}
cases['a code and a picture of bfloat16'] = {
  file: { type: 'bfloat16', output: 'bfloat16', then: SIGMOID },
  within: 2e-2,
};
for (const type of ['uint8', 'bool'] as const) {
  cases[`a picture of black and white alone, ${type}`] = {
    file: { output: type, then: [node('Greater', ['x', 'nothing'], 'y')], constants: [constant('nothing', 0)] },
    layout: { range: '0..1' },
    shows: (x) => Number(x > 0),
  };
}
for (const type of ['uint8', 'int32', 'int64', 'uint16', 'int16', 'uint32'] as const) {
  for (const order of ['NCHW', 'NHWC'] as const) {
    cases[`a picture of ${type}, ${order}`] = {
      file: {
        output: type,
        order,
        then: [node('Sigmoid', ['x'], 'u'), node('Mul', ['u', 'white'], 'y')],
        constants: [constant('white', 255)],
      },
      layout: { range: '0..255', order },
      within: 1 / 254,
    };
  }
}
for (const channels of [1, 2, 3, 4] as const) {
  for (const order of ['NCHW', 'NHWC'] as const) {
    const alpha = channels % 2 === 0;
    cases[`${channels} channels, ${order}`] = {
      file: { channels, order, then: SIGMOID },
      layout: { channels: channels < 3 ? 1 : 3, alpha, order },
    };
  }
}
for (const inside of [2, 8, 16, 100]) {
  cases[`a batch that is ${inside} inside`] = { file: { inside, then: SIGMOID } };
}
for (const [channels, ...open] of [
  [4, 'h', 'w'],
  [16, 'height', 'width'],
] as const) {
  const size = channels * 16 ** 2;
  cases[`a code of [N, ${channels}, ${open.join(', ')}]`] = {
    file: { code: [channels, ...open], codeName: 'latent_sample', open: size, then: SIGMOID },
    latentSize: size,
  };
}
for (const [name, rows] of [
  ['noise', 'N'],
  ['noise_3', 1],
] as const) {
  cases[`${name} for a layer, larger than the code`] = {
    file: {
      before: [value(name, [rows, 1, S, S])],
      then: [
        node('ReduceMax', [name], 'most', { keepdims: 0 }),
        node('Add', ['x', 'most'], 'rough'),
        node('Sigmoid', ['rough'], 'y'),
      ],
    },
    layout: { input: 'z', extraInputs: { [name]: 0 } },
  };
}
for (const code of [
  [D, 1, 1],
  [4, 2, 2],
  [4, 8, 8],
  [1, 3],
  [2, 3],
]) {
  cases[`a code of [N, ${code.join(', ')}]`] = {
    file: { code, then: SIGMOID },
    latentSize: numbersOf(code),
  };
}
cases['w+: a style of 512 numbers for each of 16 layers'] = {
  file: { code: [16, 512], codeName: 'w', then: SIGMOID },
  latentSize: 512,
};
cases['bytes of RGBA, NHWC'] = {
  file: {
    channels: 4,
    order: 'NHWC',
    output: 'uint8',
    then: [node('Sigmoid', ['x'], 'u'), node('Mul', ['u', 'white'], 'y')],
    constants: [constant('white', 255)],
  },
  layout: { channels: 3, alpha: true, order: 'NHWC', range: '0..255' },
  within: 2 / 254,
};
cases['w+: a style of 64 numbers for each of 6 layers'] = {
  file: { code: [6, 64], codeName: 'w', then: SIGMOID },
  latentSize: 64,
};
cases['a batch that is 1 inside'] = { file: { inside: 1, then: SIGMOID } };
for (const name of ['z', 'latent', 'latent_vector', 'input.1', 'noise', 'embedding']) {
  cases[`a code called ${name}`] = { file: { codeName: name, then: SIGMOID }, layout: { input: name } };
}
for (const psi of ['psi', 'truncation_psi', 'strength', 'alpha_in']) {
  cases[`a truncation called ${psi}`] = { file: truncated(psi), layout: { extraInputs: { [psi]: 1 } } };
}
cases['a truncation of 0.5, said by hand'] = {
  file: truncated('psi'),
  corrected: { extraInputs: { psi: 0.5 } },
  layout: { extraInputs: { psi: 0.5 } },
  shows: () => NaN,
};
for (const type of ['int64', 'int32', 'float32'] as const) {
  const file: Export = {
    after: [label(type)],
    then: plus('column', [node('Cast', ['label'], 'l', { to: 1 }), node('Reshape', ['l', 'one'], 'column')]),
    constants: [{ name: 'one', shape: [2], data: integers(-1, 1) }],
  };
  cases[`a label of ${type}`] = { file, layout: { extraInputs: { label: 0 } } };
  cases[`a label of ${type}, said by hand`] = {
    file,
    corrected: { extraInputs: { label: 2 } },
    shows: (x) => sigmoid(x + 2),
  };
}
const oneHot: Export = {
  before: [value('cond', ['N', 10])],
  codeName: 'input',
  then: plus('column', [node('MatMul', ['cond', 'steps'], 'column')]),
  constants: [{ name: 'steps', shape: [10, 1], data: Float32Array.from({ length: 10 }, (_, i) => i) }],
};
cases['a condition of ten numbers before the code'] = {
  file: oneHot,
  layout: { input: 'input', extraInputs: { cond: 0 } },
  found: { classes: { cond: 10 } },
};
cases['class 3 of a condition'] = {
  file: oneHot,
  corrected: { extraInputs: { cond: 3 } },
  shows: (x) => sigmoid(x + 3),
};
const mean = (
  name: string,
  shape: (number | string)[],
  side: number,
  channels = 1,
): ValueDef & { nodes: NodeDef[] } => ({
  ...value(name, shape),
  nodes: [node('Slice', ['picture', 'from', `to ${name}`, 'axes'], name)],
  ...{ side, channels },
});
const slices = (name: string, channels: number, side: number): InitializerDef[] => [
  { name: 'from', shape: [3], data: integers(0, 0, 0) },
  { name: 'axes', shape: [3], data: integers(1, 2, 3) },
  { name: `to ${name}`, shape: [3], data: integers(channels, side, side) },
];
for (const [name, channels, side, picture] of [
  ['mask', 1, S, 'image'],
  ['preview', 3, 4, 'image'],
  ['features', 3, S, 'image'],
  ['output', 3, 2, 'image'],
  ['output', 3, 4, 'output_1'],
  ['image', 3, 2, 'full'],
  ['sample', 1, S, 'out'],
  ['log_var', 3, S, 'mean'],
  ['scale', 3, S, 'loc'],
  ['out', 1, S, 'rgb'],
] as const) {
  cases[`${name} [${channels}, ${side}, ${side}] before the picture, ${picture}, among its outputs`] = {
    file: {
      then: SIGMOID,
      outputs: [mean(name, ['N', channels, side, side], side, channels)],
      constants: slices(name, channels, side),
      outputName: picture,
    },
    layout: { output: picture },
    found: { outputs: [name, picture] },
  };
}

describe.each(Object.entries(cases))(
  'a decoder with %s',
  (_, { file, layout = {}, shows = sigmoid, corrected, latentSize, within = 1e-4, found }) => {
    it('shows the right pictures', async () => {
      const place = path.join(await temporaryFolder(), 'decoder.onnx');
      await writeFile(place, exported(file));
      const model = await openModel(place, corrected);
      const { card } = model;
      expect(card.layout).toMatchObject(layout);
      if (found) expect(card.found).toMatchObject(found);
      expect(card.latentSize).toBe(latentSize ?? numbersOf(file.code ?? [D]));
      const codes = Float32Array.from({ length: 5 * card.latentSize }, (_, i) => 0.5 * Math.sin(i));
      const pictures = await model.decode(codes);
      const { channels, alpha, colours } = card.layout;
      expect(pictures).toHaveLength(5 * channels * S * S);
      let worst = 0;
      for (let i = 0; i < pictures.length; i++) {
        const [n, c, y, x] = [
          Math.floor(i / (channels * S * S)),
          Math.floor(i / (S * S)) % channels,
          Math.floor(i / S) % S,
          i % S,
        ];
        const code = codes.subarray(n * card.latentSize, n * card.latentSize + D);
        const of = (channel: number) => shows(logit(code, channel, y, x, S), channel);
        const from = colours === 'BGR' ? 2 - c : c;
        const expected = alpha ? 1 + (of(from) - 1) * of(channels) : of(from);
        if (!Number.isNaN(expected)) worst = Math.max(worst, Math.abs(pictures[i] - expected));
      }
      expect(worst).toBeLessThan(within);
      await model.release();
    });
  },
);

it('says that all codes give one picture', async () => {
  const place = path.join(await temporaryFolder(), 'decoder.onnx');
  await writeFile(
    place,
    exported({
      then: [node('Mul', ['x', 'nothing'], 'n'), node('Sigmoid', ['n'], 'y')],
      constants: [constant('nothing', 0)],
    }),
  );
  const model = await openModel(place);
  expect(model.card.found?.alike).toBe(true);
  await model.release();
});

/* What is no decoder */
const bytes = (text: string) => Buffer.from(text, 'latin1');
const refusals: Record<string, [file: () => Uint8Array, code: string, sentence: RegExp]> = {
  'an empty file': [() => bytes(''), 'not-onnx', /is empty\. Copy or download it again\.$/],
  text: [() => bytes('hello, this is no model'), 'not-onnx', /is not an ONNX model, or it is broken/],
  'a pointer of Git LFS': [
    () => bytes('version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 5\n'),
    'not-onnx',
    /Git LFS pointer.*git lfs pull/,
  ],
  'a web page': [() => bytes('\n<!DOCTYPE html><html><body>Not found'), 'not-onnx', /is a web page/],
  'a web page without a doctype': [() => bytes('<html lang="en">'), 'not-onnx', /is a web page/],
  'a pickle': [() => bytes('\x80\x02}q\x00.'), 'not-onnx', /PyTorch checkpoint.*torch\.onnx\.export/],
  'a newer pickle': [() => bytes('\x80\x04\x95\x0b.'), 'not-onnx', /PyTorch checkpoint/],
  'a PyTorch checkpoint': [
    () => zipSync({ 'archive/data.pkl': bytes('x'), 'archive/data/0': bytes('y') }),
    'not-onnx',
    /is a PyTorch checkpoint.*torch\.onnx\.export/,
  ],
  'a Keras archive': [
    () => zipSync({ 'config.json': bytes('{}'), 'model.weights.h5': bytes('y') }),
    'not-onnx',
    /Keras or TensorFlow/,
  ],
  'a zip with a decoder in it': [
    () => zipSync({ 'a/decoder.onnx': bytes('x') }),
    'bad-model',
    /Unpack it, and open decoder\.onnx/,
  ],
  'a zip of something else': [() => zipSync({ 'a.txt': bytes('x') }), 'bad-model', /holds no model/],
  'an HDF5 file': [() => bytes('\x89HDF\r\n\x1a\n....'), 'not-onnx', /Keras/],
  'a TensorFlow Lite model': [() => bytes('\x1c\0\0\0TFL3....'), 'not-onnx', /TensorFlow Lite/],
  'a NumPy array': [() => bytes('\x93NUMPY\x01\0'), 'not-onnx', /NumPy array/],
  'a gzip file': [() => bytes('\x1f\x8b\x08\0\0\0'), 'not-onnx', /gzip/],
  'a GGUF file': [() => bytes('GGUF\x03\0\0\0'), 'not-onnx', /GGUF/],
  'a safetensors file': [
    () => Buffer.concat([bytes('\x10\0\0\0\0\0\0\0'), bytes('{"a":{"dtype":""}}')]),
    'not-onnx',
    /safetensors.*without their network/,
  ],
  'codes of whole numbers': [
    () => exported({ type: 'int64', codeName: 'codes', code: [8, 8], then: SIGMOID }),
    'bad-model',
    /whole numbers as codes.*VQ-VAE.*after the codebook/,
  ],
  'an open size of its code': [
    () =>
      encodeModel({
        nodes: [node('Identity', ['z'], 'y')],
        inputs: [value('z', ['N', 'd'])],
        outputs: [value('y', ['N', 'd'])],
        initializers: [],
      }),
    'bad-model',
    /does not say how many numbers/,
  ],
  'an input of text': [
    () => exported({ code: [D], then: SIGMOID, before: [value('mask', ['N'], 'bool')], type: 'uint8' }),
    'bad-model',
    /whole numbers as codes/,
  ],
  'a picture in and ten numbers out': [
    () =>
      encodeModel({
        nodes: [node('Flatten', ['input'], 'f'), node('MatMul', ['f', 'W'], 'y')],
        inputs: [value('input', ['N', 3, 8, 8])],
        outputs: [value('y', ['N', 10])],
        initializers: [{ name: 'W', shape: [192, 10], data: new Float32Array(1920) }],
      }),
    'bad-model',
    /takes pictures .* an encoder, a classifier or the like/,
  ],
  'a picture and a time': [
    () =>
      encodeModel({
        nodes: [node('Mul', ['sample', 'timestep'], 'y')],
        inputs: [value('sample', ['N', 4, 8, 8]), value('timestep', [1])],
        outputs: [value('y', ['N', 4, 8, 8])],
        initializers: [],
      }),
    'bad-model',
    /denoiser of a diffusion model/,
  ],
  'a picture of open sizes, a time and a text': [
    () =>
      encodeModel({
        nodes: [node('Mul', ['sample', 'timestep'], 'y')],
        inputs: [
          value('sample', ['N', 4, 'height', 'width']),
          value('timestep', [1]),
          value('encoder_hidden_states', ['N', 'words', 768]),
        ],
        outputs: [value('y', ['N', 4, 'height', 'width'])],
        initializers: [],
      }),
    'bad-model',
    /denoiser of a diffusion model/,
  ],
  'a picture and its mask': [
    () =>
      encodeModel({
        nodes: [{ op: 'Slice', inputs: ['image', 'from', 'to', 'axis'], outputs: ['mask'] }],
        inputs: [value('image', ['N', 3, 64, 64])],
        outputs: [value('mask', ['N', 1, 64, 64])],
        initializers: ['from', 'to', 'axis'].map((name, i) => ({ name, shape: [1], data: integers([0, 1, 1][i]) })),
      }),
    'bad-model',
    /takes pictures .* an encoder, a classifier or the like/,
  ],
  'no input at all': [
    () =>
      encodeModel({
        nodes: [{ op: 'RandomNormal', inputs: [], outputs: ['y'], attributes: { shape: [1, 3, 8, 8] } }],
        inputs: [],
        outputs: [value('y', [1, 3, 8, 8])],
        initializers: [],
      }),
    'bad-model',
    /has no input of floats that could be a code \(it takes –\)/,
  ],
  'multiplications of bfloat16': [
    () =>
      encodeModel({
        nodes: [
          node('Cast', ['z'], 'b', { to: 16 }),
          node('MatMul', ['b', 'b'], 'c'),
          node('Cast', ['c'], 'y', { to: 1 }),
        ],
        inputs: [value('z', ['N', 8, 8])],
        outputs: [value('y', ['N', 8, 8])],
        initializers: [],
      }),
    'bad-model',
    /computes MatMul with numbers of a type .* such as bfloat16/,
  ],
  'a newer version of ONNX': [
    () => {
      const model = Model.decode(exported({ then: SIGMOID })) as unknown as Parts;
      return Model.encode({ ...model, irVersion: 99 }).finish();
    },
    'bad-model',
    /written in a newer version of ONNX \(99\) than can be read here \(\d+\)/,
  ],
  'half of a model': [
    () => exported({ then: SIGMOID }).subarray(0, 900),
    'not-onnx',
    /is not an ONNX model, or it is broken/,
  ],
  'a damaged model of onnxruntime': [
    () => bytes('\x1c\0\0\0ORTM'.padEnd(90, '\0')),
    'not-onnx',
    /is not an ONNX model/,
  ],
  'an old pickle': [() => bytes("(dp0\nS'weight'\n"), 'not-onnx', /is not an ONNX model, or it is broken/],
  'an error as XML': [() => bytes('<?xml version="1.0"?><Error/>'), 'not-onnx', /is a web page/],
  'an error as JSON': [() => bytes('{"error":"Not found"}'), 'not-onnx', /is not an ONNX model, or it is broken/],
  'a picture of 64 rows of one pixel': [
    () =>
      encodeModel({
        nodes: [node('MatMul', ['z', 'W'], 'a'), node('Reshape', ['a', 's'], 'y')],
        inputs: [value('z', ['N', 2])],
        outputs: [value('y', ['N', 64, 1])],
        initializers: [
          { name: 'W', shape: [2, 64], data: new Float32Array(128).fill(0.1) },
          { name: 's', shape: [3], data: integers(-1, 64, 1) },
        ],
      }),
    'bad-model',
    /no grey or RGB picture of a size that can be told/,
  ],
  'a row for every pixel': [
    () =>
      encodeModel({
        nodes: [node('MatMul', ['z', 'W'], 'a'), node('Reshape', ['a', 's'], 'y')],
        inputs: [value('z', ['N', 2])],
        outputs: [value('y', ['M', 1])],
        initializers: [
          { name: 'W', shape: [2, 784], data: new Float32Array(1568).fill(0.1) },
          { name: 's', shape: [2], data: integers(-1, 1) },
        ],
      }),
    'bad-model',
    /a row of numbers for every pixel/,
  ],
  'a hundred thousand rows': [
    () =>
      encodeModel({
        nodes: [node('MatMul', ['z', 'W'], 'y')],
        inputs: [value('z', [100_000, 2])],
        outputs: [value('y', [100_000, 64])],
        initializers: [{ name: 'W', shape: [2, 64], data: new Float32Array(128).fill(0.1) }],
      }),
    'bad-model',
    /only takes 100000 codes at a time/,
  ],
  'an operator of its own': [
    () =>
      encodeModel({
        nodes: [{ op: 'MyOp', inputs: ['z'], outputs: ['y'], domain: 'my.domain' }],
        inputs: [value('z', ['N', 2])],
        outputs: [value('y', ['N', 3, 8, 8])],
        initializers: [],
      }),
    'bad-model',
    /needs the operator my\.domain:MyOp/,
  ],
  'an operator that is not there': [
    () =>
      encodeModel({
        nodes: [node('Foo', ['z'], 'y')],
        inputs: [value('z', ['N', 2])],
        outputs: [value('y', ['N', 3, 8, 8])],
        initializers: [],
      }),
    'bad-model',
    /needs the operator Foo/,
  ],
  'numbers that are not finite': [() => exported({ then: [node('Log', ['x'], 'y')] }), 'bad-model', /not finite/],
  'nothing but five channels': [
    () =>
      encodeModel({
        nodes: [node('MatMul', ['z', 'W'], 'a'), node('Reshape', ['a', 's'], 'y')],
        inputs: [value('z', ['N', 2])],
        outputs: [value('y', ['N', 5, 8, 8])],
        initializers: [
          { name: 'W', shape: [2, 320], data: new Float32Array(640) },
          { name: 's', shape: [4], data: integers(-1, 5, 8, 8) },
        ],
      }),
    'bad-model',
    /no grey or RGB picture/,
  ],
};
it.each(Object.entries(refusals))('%s is refused in a sentence of its own', async (_, [file, code, sentence]) => {
  const place = path.join(await temporaryFolder(), 'decoder.onnx');
  await writeFile(place, file());
  const error: Error & { code?: string } = await openModel(place).then(
    () => expect.fail('opened'),
    (thrown: Error) => thrown,
  );
  expect(error.message).toMatch(sentence);
  expect(error.code).toBe(code);
  expect(error.message).not.toMatch(/onnxruntime::|\.cc:|\.h:\d|std::/);
});

it('a file over 2 GiB is refused before it is read', async () => {
  const place = path.join(await temporaryFolder(), 'large.onnx');
  await writeFile(place, exported({ then: SIGMOID }));
  await truncate(place, 2.5 * 2 ** 30);
  await expect(openModel(place)).rejects.toMatchObject({
    code: 'not-onnx',
    message: expect.stringMatching(/is 2\.5 GiB.*external data/),
  });
});

it.each([
  [{ output: 'y' }, /gives no "y"\. It gives "image"/],
  [{ input: 'y' }, /takes no code in "y"\. It takes "z"/],
  [{ width: 9, height: 8, channels: 3, order: 'NCHW' }, /does not fit 9×8 pixels with 3 channels/],
  [{ width: 4, height: 4 }, /does not fit 4×4 pixels with 3 channels/],
  [{ width: 0, height: 0 }, /does not fit 0×0 pixels with 3 channels/],
  [{ channels: 3, alpha: true }, /does not fit 8×8 pixels with 4 channels/],
  [{ channels: 1 }, /does not fit 8×8 pixels with 1 channel\./],
  [{ extraInputs: { psi: 1 } }, /has no input "psi" beside the code/],
] as const)('a correction that does not fit is refused: %j', async (corrected, sentence) => {
  const place = path.join(await temporaryFolder(), 'decoder.onnx');
  await writeFile(place, exported({ then: SIGMOID }));
  await expect(openModel(place, corrected)).rejects.toMatchObject({
    code: 'bad-settings',
    message: expect.stringMatching(sentence),
  });
});

it.each([10, -1, 2.5])('class %j of ten is refused, and so is half a label', async (wrong) => {
  const place = path.join(await temporaryFolder(), 'decoder.onnx');
  await writeFile(place, exported(oneHot));
  await expect(openModel(place, { extraInputs: { cond: wrong } })).rejects.toMatchObject({
    code: 'bad-settings',
    message: expect.stringMatching(/does not know the value .* of its input "cond"\. Choose another number/),
  });
});

const handed = path.resolve(import.meta.dirname, '../../../../shared/cases/inputs/onnx');
describe.skipIf(!existsSync(handed))('models that people had (../shared/cases/inputs)', () => {
  it('logits are shown through a sigmoid', async () => {
    const { card } = await openModel(path.join(handed, 'i_mnist_logits2.onnx'));
    expect(card.layout).toMatchObject({ range: 'logits', width: 28, channels: 1 });
  });
  it('codes of whole numbers, and missing weights, are named', async () => {
    await expect(openModel(path.join(handed, '66_vqvae_codes.onnx'))).rejects.toMatchObject({
      message: expect.stringMatching(/VQ-VAE/),
    });
    await expect(openModel(path.join(handed, 'c_external_missing.onnx'))).rejects.toMatchObject({
      message: expect.stringMatching(
        /^"c_missing.data" is missing: it holds the weights of ".*"\. Copy it into the same folder\.$/,
      ),
    });
    const moved = path.join(await temporaryFolder(), 'é #%.onnx');
    await copyFile(path.join(handed, 'i_mnist_logits2.onnx'), moved);
    expect((await openModel(moved)).card.name).toBe('é #%');
  });
});
