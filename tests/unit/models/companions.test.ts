/** Networks that belong together: encoders beside decoders, mapping before synthesis, whole autoencoders. */
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { openModel } from '../../../main/engine/models';
import { encodeModel, type InitializerDef, type NodeDef, type ValueDef } from '../../../main/engine/training/onnx';
import { normals, random } from '../../../main/engine/maths/random';
import { temporaryFolder } from '../temporary';

/** Pixels a side, and numbers of a code. */
const S = 8;
const D = 6;
const PIXELS = S * S;
/** Keeps the pictures within 0..1. */
const CONTRAST = 0.5;

const value = (name: string, shape: (number | string)[]): ValueDef => ({ name, type: 'float32', shape });
const node = (op: string, inputs: string[], output: string): NodeDef => ({ op, inputs, outputs: [output] });
const integers = (...values: number[]) => BigInt64Array.from(values, BigInt);

/** Orthonormal rows: what the decoder draws of a code, the encoder finds again with the same numbers. */
const rows = (() => {
  const basis: Float32Array[] = [];
  for (let k = 0; k < D; k++) {
    const row = normals(PIXELS, random(k, 'rows'));
    for (const other of basis) {
      const along = row.reduce((sum, x, i) => sum + x * other[i], 0);
      for (let i = 0; i < PIXELS; i++) row[i] -= along * other[i];
    }
    const length = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
    basis.push(row.map((x) => x / length));
  }
  return basis;
})();
const W = Float32Array.from({ length: D * PIXELS }, (_, i) => CONTRAST * rows[Math.floor(i / PIXELS)][i % PIXELS]);
const transposed = Float32Array.from({ length: D * PIXELS }, (_, i) => rows[i % D][Math.floor(i / D)] / CONTRAST);
const weights: Record<string, InitializerDef> = {
  W: { name: 'W', shape: [D, PIXELS], data: W },
  Wt: { name: 'Wt', shape: [PIXELS, D], data: transposed },
  half: { name: 'half', shape: [1], data: Float32Array.of(0.5) },
  flat: { name: 'flat', shape: [2], data: integers(-1, PIXELS) },
  image: { name: 'image shape', shape: [4], data: integers(-1, 1, S, S) },
};

/** picture = ½ + z·W */
const decoding = (code: string, output: string): NodeDef[] => [
  node('MatMul', [code, 'W'], 'drawn'),
  node('Add', ['drawn', 'half'], 'lifted'),
  node('Reshape', ['lifted', 'image shape'], output),
];
/** z = (picture − ½)·Wᵀ */
const encoding = (input: string, output: string): NodeDef[] => [
  node('Reshape', [input, 'flat'], 'numbers'),
  node('Sub', ['numbers', 'half'], 'lowered'),
  node('MatMul', ['lowered', 'Wt'], output),
];
const { W: draw, Wt: find, half, flat, image } = weights;
const decoderFile = () =>
  encodeModel({
    nodes: decoding('z', 'out'),
    inputs: [value('z', ['N', D])],
    outputs: [value('out', ['N', 1, S, S])],
    initializers: [draw, half, image],
  });

const codes = normals(5 * D, random(1, 'codes'));
async function roundTrip(file: string) {
  const model = await openModel(file);
  const { mu, logVar } = await model.encode(await model.decode(codes));
  await model.release();
  return { card: model.card, mu, logVar };
}
const close = (found: Float32Array, wanted: Float32Array, within = 1e-4) => {
  expect(found).toHaveLength(wanted.length);
  found.forEach((x, i) => expect(Math.abs(x - wanted[i])).toBeLessThan(within));
};

describe('an encoder beside its decoder', () => {
  const plain = () =>
    encodeModel({
      nodes: encoding('x', 'mu'),
      inputs: [value('x', ['N', 1, S, S])],
      outputs: [value('mu', ['N', D])],
      initializers: [find, half, flat],
    });
  const wide = () =>
    encodeModel({
      nodes: [
        ...encoding('x', 'm'),
        node('Neg', ['m'], 'v'),
        { op: 'Concat', inputs: ['m', 'v'], outputs: ['both'], attributes: { axis: 1 } },
      ],
      inputs: [value('x', ['N', 1, S, S])],
      outputs: [value('both', ['N', 2 * D])],
      initializers: [find, half, flat],
    });
  /** Takes −1..1, rows of numbers, log-variances first. */
  const signed = () =>
    encodeModel({
      nodes: [
        node('Mul', ['x', 'half'], 'halved'),
        node('MatMul', ['halved', 'Wt'], 'mean'),
        node('Neg', ['mean'], 'log_var'),
      ],
      inputs: [value('x', ['N', PIXELS])],
      outputs: [value('log_var', ['N', D]), value('mean', ['N', D])],
      initializers: [find, half],
    });
  /** Takes bytes, 0..255. */
  const bytes = () =>
    encodeModel({
      nodes: [
        { op: 'Cast', inputs: ['x'], outputs: ['floats'], attributes: { to: 1 } },
        node('Div', ['floats', 'white'], 'unit'),
        ...encoding('unit', 'mu'),
      ],
      inputs: [{ ...value('x', ['N', 1, S, S]), type: 'uint8' }],
      outputs: [value('mu', ['N', D])],
      initializers: [find, half, flat, { name: 'white', shape: [1], data: Float32Array.of(255) }],
    });
  it('that takes bytes finds the codes to within their steps', async () => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, 'decoder.onnx'), decoderFile());
    await writeFile(path.join(folder, 'encoder.onnx'), bytes());
    const model = await openModel(path.join(folder, 'decoder.onnx'));
    const small = codes.map((value) => value / 4); // whose pictures keep to 0..1
    close((await model.encode(await model.decode(small))).mu, small, 0.05);
    await model.release();
  });
  it.each([
    ['decoder.onnx', 'encoder.onnx', plain, false],
    ['decode.onnx', 'encode.onnx', plain, false],
    ['decoder/decoder.onnx', 'encoder/encoder.onnx', plain, false],
    ['Face_Decoder_v2.onnx', 'face_encoder_v2.onnx', plain, false],
    ['vae_decoder/model.onnx', 'vae_encoder/model.onnx', plain, false],
    ['dec.onnx', 'enc.onnx', wide, true],
    ['generator.onnx', 'my_encoder.onnx', signed, true],
  ] as const)('%s finds %s', async (decoder, encoder, bytes, spread) => {
    const folder = await temporaryFolder();
    for (const [name, content] of [
      [decoder, decoderFile()],
      [encoder, bytes()],
    ] as const) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), content);
    }
    const { card, mu, logVar } = await roundTrip(path.join(folder, decoder));
    expect(card).toMatchObject({ kind: 'decoder', canEncode: true, latentSize: D });
    close(mu, codes);
    if (spread)
      close(
        logVar!,
        mu.map((x) => -x),
      );
    else expect(logVar).toBeNull();
  });

  it.each([
    [
      'another size of code',
      () =>
        encodeModel({
          nodes: [node('Flatten', ['x'], 'mu')],
          inputs: [value('x', ['N', 1, S, S])],
          outputs: [value('mu', ['N', PIXELS])],
          initializers: [],
        }),
    ],
    [
      'codes that have nothing to do with it',
      () =>
        encodeModel({
          nodes: [...encoding('x', 'm'), node('Mul', ['m', 'zero'], 'mu')],
          inputs: [value('x', ['N', 1, S, S])],
          outputs: [value('mu', ['N', D])],
          initializers: [find, half, flat, { name: 'zero', shape: [1], data: Float32Array.of(0) }],
        }),
    ],
    ['no ONNX', () => Buffer.from('hello')],
  ])('one with %s is left alone', async (_, bytes) => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, 'decoder.onnx'), decoderFile());
    await writeFile(path.join(folder, 'encoder.onnx'), bytes());
    const model = await openModel(path.join(folder, 'decoder.onnx'));
    expect(model.card.canEncode).toBe(false);
    await model.release();
  });

  it('is not guessed among several decoders', async () => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, 'a_decoder.onnx'), decoderFile());
    await writeFile(path.join(folder, 'b_decoder.onnx'), decoderFile());
    await writeFile(path.join(folder, 'some_encoder.onnx'), plain());
    const model = await openModel(path.join(folder, 'a_decoder.onnx'));
    expect(model.card.canEncode).toBe(false);
    await model.release();
  });
});

describe('a mapping network beside its synthesis', () => {
  const Z = 4;
  const mixing = {
    name: 'M',
    shape: [Z, D],
    data: Float32Array.from({ length: Z * D }, (_, i) => 3 * Math.cos(i * i)),
  };
  const mapping = (layers: number) =>
    encodeModel({
      nodes: [
        node('MatMul', ['z', 'M'], 'w'),
        ...(layers
          ? [node('Unsqueeze', ['w', 'one'], 'one style'), node('Expand', ['one style', 'layers'], 'ws')]
          : []),
      ],
      inputs: [value('z', ['N', Z])],
      outputs: [value(layers ? 'ws' : 'w', layers ? ['N', layers, D] : ['N', D])],
      initializers: [
        mixing,
        { name: 'one', shape: [1], data: integers(1) },
        { name: 'layers', shape: [3], data: integers(1, layers || 1, 1) },
      ],
    });
  it.each([
    ['w', 0],
    ['w+', 5],
  ] as const)('gives the codes of %s that are flown through', async (_, layers) => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, 'synthesis.onnx'), decoderFile());
    await writeFile(path.join(folder, 'mapping.onnx'), mapping(layers));
    const model = await openModel(path.join(folder, 'synthesis.onnx'));
    expect(model.standIns).toHaveLength(512 * D);
    // Of four numbers each, whatever there are of them: a fifth direction does not occur.
    const w = await model.draw(8, 1);
    expect(w).toHaveLength(8 * D);
    const z = normals(8 * Z, random(1, 'sample'));
    const wanted = Float32Array.from(w, (_, i) => {
      const [row, d] = [Math.floor(i / D), i % D];
      return [...z.subarray(row * Z, row * Z + Z)].reduce((sum, x, k) => sum + x * mixing.data[k * D + d], 0);
    });
    close(w, wanted, 1e-3);
    await model.release();
  });
});

/** Appended to a model, a weight whose numbers lie in another file: protobuf's messages merge. */
function weightsBeside(name: string, dims: number[], location: string, offset: number): Uint8Array {
  const field = (type: string, id: number, rule?: 'repeated') => ({ type, id, ...(rule && { rule }) });
  const Model = protobuf.Root.fromJSON({
    nested: {
      Entry: { fields: { key: field('string', 1), value: field('string', 2) } },
      Tensor: {
        fields: {
          dims: field('int64', 1, 'repeated'),
          dataType: field('int32', 2),
          name: field('string', 8),
          externalData: field('Entry', 13, 'repeated'),
          dataLocation: field('int32', 14),
        },
      },
      Graph: { fields: { initializer: field('Tensor', 5, 'repeated') } },
      Model: { fields: { graph: field('Graph', 7) } },
    },
  }).lookupType('Model');
  const externalData = Object.entries({ location, offset: String(offset) }).map(([key, value]) => ({ key, value }));
  const initializer = [{ name, dims, dataType: 1, dataLocation: 1, externalData }];
  return Model.encode({ graph: { initializer } }).finish();
}

/** Waves over a list of numbers, one a row. */
const sheet = (i: number, width: number) => Math.cos(((Math.floor(i / width) + 1) * (i % width)) / 40);

describe('a whole autoencoder', () => {
  const file = async (nodes: NodeDef[], initializers: InitializerDef[], input = value('x', ['N', 1, S, S])) => {
    const place = path.join(await temporaryFolder(), 'autoencoder.onnx');
    await writeFile(
      place,
      encodeModel({ nodes, inputs: [input], outputs: [value('out', ['N', 1, S, S])], initializers }),
    );
    return place;
  };
  const all = Object.values(weights);

  it('is split at its narrowest tensor', async () => {
    const { card, mu } = await roundTrip(await file([...encoding('x', 'code'), ...decoding('code', 'out')], all));
    expect(card).toMatchObject({
      latentSize: D,
      canEncode: true,
      layout: { input: 'code' },
      found: { inputs: ['code', 'x'] },
    });
    close(mu, codes);
  });

  it('of lists of numbers is split too', async () => {
    const place = path.join(await temporaryFolder(), 'autoencoder.onnx');
    await writeFile(
      place,
      encodeModel({
        nodes: [...encoding('x', 'code'), ...decoding('code', 'planes'), node('Reshape', ['planes', 'flat'], 'out')],
        inputs: [value('x', ['N', 784])],
        outputs: [value('out', ['N', 784])],
        initializers: [
          half,
          { name: 'W', shape: [D, 784], data: Float32Array.from({ length: D * 784 }, (_, i) => sheet(i, 784) / 30) },
          {
            name: 'Wt',
            shape: [784, D],
            data: Float32Array.from({ length: D * 784 }, (_, i) => sheet((i % D) * 784 + Math.floor(i / D), 784) / 30),
          },
          { name: 'flat', shape: [2], data: integers(-1, 784) },
          { name: 'image shape', shape: [4], data: integers(-1, 1, 28, 28) },
        ],
      }),
    );
    const model = await openModel(place);
    expect(model.card).toMatchObject({
      latentSize: D,
      canEncode: true,
      layout: { width: 28, height: 28, channels: 1 },
    });
    const pictures = await model.decode(codes);
    pictures.forEach((value, i) => {
      const [row, k] = [Math.floor(i / 784), i % 784];
      let expected = 0.5;
      for (let d = 0; d < D; d++) expected += (codes[row * D + d] * sheet(d * 784 + k, 784)) / 30;
      expect(value).toBeCloseTo(expected, 4);
    });
    await model.release();
  });

  it('that gives its code as well is split there', async () => {
    const place = path.join(await temporaryFolder(), 'autoencoder.onnx');
    await writeFile(
      place,
      encodeModel({
        nodes: [...encoding('x', 'latent'), ...decoding('latent', 'out')],
        inputs: [value('x', ['N', 1, S, S])],
        outputs: [value('latent', ['N', D]), value('out', ['N', 1, S, S])],
        initializers: all,
      }),
    );
    const { card, mu } = await roundTrip(place);
    expect(card).toMatchObject({ latentSize: D, canEncode: true, layout: { input: 'latent', output: 'out' } });
    close(mu, codes);
  });

  it('that draws its codes is split behind the noise, and encodes to their mean', async () => {
    const noisy = [
      ...encoding('x', 'mean'),
      { op: 'RandomNormalLike', inputs: ['mean'], outputs: ['noise'] },
      node('Add', ['mean', 'noise'], 'code'),
      ...decoding('code', 'out'),
    ];
    const { card, mu } = await roundTrip(await file(noisy, all));
    expect(card).toMatchObject({ latentSize: D, layout: { input: 'code' } });
    close(mu, codes);
  });

  it('that asks for the number of its pictures is split all the same', async () => {
    const nodes = [
      ...encoding('x', 'code'),
      { op: 'Shape', inputs: ['code'], outputs: ['size'], attributes: { end: 1 } },
      { op: 'Concat', inputs: ['size', 'rest'], outputs: ['as image'], attributes: { axis: 0 } },
      ...decoding('code', 'out').map((each) => ({
        ...each,
        inputs: each.inputs.map((name) => (name === 'image shape' ? 'as image' : name)),
      })),
    ];
    const { mu } = await roundTrip(await file(nodes, [...all, { name: 'rest', shape: [3], data: integers(1, S, S) }]));
    close(mu, codes);
  });

  it('with its weights in a file beside it is split too', async () => {
    const inside = Object.values(weights).filter(({ name }) => name !== 'W');
    const place = await file([...encoding('x', 'code'), ...decoding('code', 'out')], inside);
    const data = Buffer.concat([Buffer.alloc(16), Buffer.from(W.buffer)]);
    await writeFile(path.join(path.dirname(place), 'weights.data'), data);
    await appendFile(place, weightsBeside('W', [D, PIXELS], 'weights.data', 16));
    const { card, mu } = await roundTrip(place);
    expect(card).toMatchObject({ latentSize: D, canEncode: true });
    close(mu, codes);
  });

  it.each<[string, location: string, content: () => Buffer | null, RegExp]>([
    [
      'cut short',
      'weights.data',
      () => Buffer.from(W.buffer).subarray(0, 100),
      /weights in a file beside it, which is cut short/,
    ],
    ['empty', 'weights.data', () => Buffer.alloc(0), /weights in a file beside it, which is cut short/],
    [
      'a pointer',
      'weights.data',
      () => Buffer.from('version https://git-lfs.github.com/spec/v1\n'),
      /"weights.data" is a Git LFS pointer, not the weights of ".*".*git lfs pull/,
    ],
    [
      'outside of its folder',
      '../weights.data',
      () => Buffer.from(W.buffer),
      /has its weights outside of its own folder/,
    ],
    ['anywhere', '/etc/weights.data', () => null, /has its weights outside of its own folder/],
    ['not there', 'weights.data', () => null, /"weights.data" is missing/],
  ])('whose weights are %s is refused in a sentence', async (_, location, content, sentence) => {
    const place = await file(
      decoding('x', 'out'),
      [draw, half, image].filter(({ name }) => name !== 'W'),
      value('x', ['N', D]),
    );
    const data = content();
    if (data) await writeFile(path.join(path.dirname(place), location), data);
    await appendFile(place, weightsBeside('W', [D, PIXELS], location, 0));
    await expect(openModel(place)).rejects.toMatchObject({
      code: 'bad-model',
      message: expect.stringMatching(sentence) as string,
    });
  });

  it('without a narrow tensor is a map of pictures', async () => {
    const place = await file([node('Sigmoid', ['x'], 'out')], []);
    const model = await openModel(place);
    expect(model.card).toMatchObject({ latentSize: PIXELS, canEncode: true, layout: { input: 'x' } });
    const picture = Float32Array.from({ length: PIXELS }, (_, i) => i / PIXELS);
    const { mu } = await model.encode(picture);
    close(mu, picture);
    await model.release();
  });

  it('is one where its picture is chosen as the code', async () => {
    const place = await file([...encoding('x', 'code'), ...decoding('code', 'out')], all);
    const model = await openModel(place, { input: 'x' });
    expect(model.card).toMatchObject({ latentSize: PIXELS, canEncode: true });
    await model.release();
    await expect(openModel(place, { input: 'nowhere' })).rejects.toMatchObject({ code: 'bad-settings' });
  });
});
