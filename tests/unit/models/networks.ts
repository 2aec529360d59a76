/** Small networks whose outputs can be worked out by hand, as people export them. */
import { encodeModel, type NodeDef, type ValueDef } from '../../../main/engine/training/onnx';

export interface DecoderShape {
  latentSize: number;
  channels: 1 | 3;
  size: number;
  /** What the code's shape looks like after the batch. */
  code?: (d: number) => number[];
  batch?: number | 'N' | 'none';
  order?: 'NCHW' | 'NHWC' | 'planar' | 'interleaved';
  activation?: 'Sigmoid' | 'Tanh' | 'none' | 'bytes';
  codeName?: string;
  /** An int64 input whose value is added to the logits. */
  label?: boolean;
  /** A second output, before the image. */
  extraOutput?: boolean;
}

/** Logits of pixel (c, y, x): smooth over the image, so that neighbours are alike as in pictures. */
export function logit(z: ArrayLike<number>, c: number, y: number, x: number, size: number): number {
  let sum = Math.sin((3 * y) / size) + 0.7 * c - 0.5;
  for (let i = 0; i < z.length; i++) sum += z[i] * weight(i, c, y, x, size);
  return sum;
}
const weight = (i: number, c: number, y: number, x: number, size: number) =>
  Math.cos((i + 1) * ((2 * y + x) / size) + c);

const places = (channels: number, size: number, interleaved: boolean) => {
  const planar = Array.from({ length: channels * size * size }, (_, k) => {
    const [c, y, x] = [Math.floor(k / (size * size)), Math.floor(k / size) % size, k % size];
    return [c, y, x] as const;
  });
  if (!interleaved) return planar;
  return planar.map(
    (_, k) => [k % channels, Math.floor(k / channels / size), Math.floor(k / channels) % size] as const,
  );
};

/** Bytes of an ONNX decoder: `activation(z·W + b)` in the order asked for. */
export function decoder(shape: DecoderShape): Uint8Array<ArrayBufferLike> {
  const { latentSize: d, channels, size, batch = 'N', order = 'NCHW', activation = 'Sigmoid', codeName = 'z' } = shape;
  const at = places(channels, size, order === 'NHWC' || order === 'interleaved');
  const rows = batch === 'none' ? [] : [batch];
  const dims = {
    NCHW: [channels, size, size],
    NHWC: [size, size, channels],
    planar: [at.length],
    interleaved: [at.length],
  }[order];
  const nodes: NodeDef[] = [
    { op: 'Reshape', inputs: [codeName, 'code shape'], outputs: ['code'] },
    { op: 'Gemm', inputs: ['code', 'W', 'b'], outputs: ['gemm'] },
  ];
  let last = 'gemm';
  const then = (op: string, inputs: string[], output: string) => {
    nodes.push({ op, inputs, outputs: [output] });
    last = output;
  };
  if (shape.label) {
    nodes.push({ op: 'Cast', inputs: ['label'], outputs: ['label as number'], attributes: { to: 1 } });
    nodes.push({ op: 'Reshape', inputs: ['label as number', 'column'], outputs: ['label column'] });
    then('Add', [last, 'label column'], 'labelled');
  }
  if (activation === 'bytes') {
    then('Sigmoid', [last], 'unit');
    then('Mul', [last, 'white'], 'active');
  } else if (activation !== 'none') {
    then(activation, [last], 'active');
  }
  nodes.push({ op: 'Reshape', inputs: [last, 'image shape'], outputs: ['image'] });
  if (shape.extraOutput) nodes.push({ op: 'Identity', inputs: ['code'], outputs: ['features'] });

  const integers = (...values: number[]) => BigInt64Array.from(values, BigInt);
  const value = (name: string, rest: (number | string)[]): ValueDef => ({ name, type: 'float32', shape: rest });
  const label: ValueDef = { name: 'label', type: 'int64', shape: rows };
  return encodeModel({
    nodes,
    inputs: [value(codeName, [...rows, ...(shape.code ?? ((n) => [n]))(d)]), ...(shape.label ? [label] : [])],
    outputs: [...(shape.extraOutput ? [value('features', [...rows, d])] : []), value('image', [...rows, ...dims])],
    initializers: [
      { name: 'code shape', shape: [2], data: integers(-1, d) },
      {
        name: 'W',
        shape: [d, at.length],
        data: Float32Array.from({ length: d * at.length }, (_, k) => {
          const [c, y, x] = at[k % at.length];
          return weight(Math.floor(k / at.length), c, y, x, size);
        }),
      },
      { name: 'b', shape: [at.length], data: Float32Array.from(at, ([c, y, x]) => logit([], c, y, x, size)) },
      {
        name: 'image shape',
        shape: [(batch === 'none' ? 0 : 1) + dims.length],
        data: integers(...(batch === 'none' ? [] : [-1]), ...dims),
      },
      { name: 'column', shape: [2], data: integers(-1, 1) },
      { name: 'white', shape: [1], data: Float32Array.of(255) },
    ],
  });
}

/** What the decoder gives for one code as planes of 0..1, computed here. */
export function decoded(shape: DecoderShape, z: ArrayLike<number>, label = 0): number[] {
  return places(shape.channels, shape.size, false).map(([c, y, x]) => {
    const value = logit(z, c, y, x, shape.size) + label;
    switch (shape.activation) {
      case 'none':
        return value;
      case 'Tanh':
        return (Math.tanh(value) + 1) / 2;
      default:
        return 1 / (1 + Math.exp(-value));
    }
  });
}

/** Bytes of an encoder: `mu` are the first pixels of the image, `log_var` their negatives. */
export function encoder(
  latentSize: number,
  channels: 1 | 3,
  size: number,
  withLogVar = true,
  height = size,
): Uint8Array<ArrayBufferLike> {
  const pixels = channels * size * height;
  const pick = Float32Array.from({ length: pixels * latentSize }, (_, k) =>
    Math.floor(k / latentSize) === k % latentSize ? 1 : 0,
  );
  const image: ValueDef = { name: 'image', type: 'float32', shape: ['N', channels, height, size] };
  const code = (name: string): ValueDef => ({ name, type: 'float32', shape: ['N', latentSize] });
  return encodeModel({
    nodes: [
      { op: 'Flatten', inputs: ['image'], outputs: ['flat'] },
      { op: 'MatMul', inputs: ['flat', 'pick'], outputs: ['mu'] },
      ...(withLogVar ? [{ op: 'Neg', inputs: ['mu'], outputs: ['log_var'] }] : []),
    ],
    inputs: [image],
    outputs: [code('mu'), ...(withLogVar ? [code('log_var')] : [])],
    initializers: [{ name: 'pick', shape: [pixels, latentSize], data: pick }],
  });
}

/** A decoder of four numbers and ten classes, 16×16 and grey. */
export function foreignDecoder(): Uint8Array<ArrayBufferLike> {
  const [d, size, classes] = [4, 16, 10];
  const area = size * size;
  const each = (rows: number, value: (row: number, y: number, x: number) => number) =>
    Float32Array.from({ length: rows * area }, (_, i) =>
      value(Math.floor(i / area), Math.floor((i % area) / size), i % size),
    );
  return encodeModel({
    nodes: [
      { op: 'MatMul', inputs: ['z', 'W'], outputs: ['drawn'] },
      { op: 'MatMul', inputs: ['class', 'C'], outputs: ['shifted'] },
      { op: 'Add', inputs: ['drawn', 'shifted'], outputs: ['sum'] },
      { op: 'Sigmoid', inputs: ['sum'], outputs: ['unit'] },
      { op: 'Reshape', inputs: ['unit', 'image shape'], outputs: ['image'] },
    ],
    inputs: [
      { name: 'z', type: 'float32', shape: ['N', d] },
      { name: 'class', type: 'float32', shape: ['N', classes] },
    ],
    outputs: [{ name: 'image', type: 'float32', shape: ['N', 1, size, size] }],
    initializers: [
      { name: 'W', shape: [d, area], data: each(d, (k, y, x) => Math.cos(((k + 1) * (y + 2 * x)) / size)) },
      { name: 'C', shape: [classes, area], data: each(classes, (k, y) => (k * (y - size / 2)) / size) },
      { name: 'image shape', shape: [4], data: BigInt64Array.of(-1n, 1n, 16n, 16n) },
    ],
  });
}

/**
 * A decoder that takes long: it draws from features of an eighth of the side (`tanh(z·W)`, enlarged), and convolves
 * what it has drawn, for nothing. `[N, 4] → [N, 3, height, width]`
 */
export function slowDecoder(width: number, height: number, convolutions = 3): Uint8Array<ArrayBufferLike> {
  const [d, features, busy] = [4, 8, 32];
  const [w, h] = [width / 8, height / 8];
  const area = w * h;
  const wave = (length: number, size: number) =>
    Float32Array.from({ length }, (_, i) => size * Math.sin(i * i * 0.37 + i));
  const layers = Array.from({ length: convolutions }, (_, i) => [i ? busy : 3, i < convolutions - 1 ? busy : 3]);
  return encodeModel({
    nodes: [
      { op: 'MatMul', inputs: ['z', 'W'], outputs: ['flat'] },
      { op: 'Reshape', inputs: ['flat', 'feature shape'], outputs: ['planes'] },
      { op: 'Tanh', inputs: ['planes'], outputs: ['features'] },
      { op: 'ConvTranspose', inputs: ['features', 'K'], outputs: ['busy 0'], attributes: { strides: [8, 8] } },
      ...layers.map((_, i): NodeDef => {
        const inputs = [`busy ${i}`, `kernel ${i}`];
        return { op: 'Conv', inputs, outputs: [`busy ${i + 1}`], attributes: { pads: [1, 1, 1, 1] } };
      }),
      { op: 'Add', inputs: ['busy 0', `busy ${convolutions}`], outputs: ['logits'] },
      { op: 'Sigmoid', inputs: ['logits'], outputs: ['image'] },
    ],
    inputs: [{ name: 'z', type: 'float32', shape: ['N', d] }],
    outputs: [{ name: 'image', type: 'float32', shape: ['N', 3, height, width] }],
    initializers: [
      {
        name: 'W',
        shape: [d, features * area],
        data: Float32Array.from({ length: d * features * area }, (_, i) => {
          const [k, c, y, x] = [
            Math.floor(i / features / area),
            Math.floor(i / area) % features,
            Math.floor((i % area) / w),
            i % w,
          ];
          return Math.cos(((k + 1) * (y + 2 * x)) / h + c);
        }),
      },
      { name: 'feature shape', shape: [4], data: BigInt64Array.from([-1, features, h, w].map(BigInt)) },
      { name: 'K', shape: [features, 3, 8, 8], data: wave(features * 192, 0.5) },
      ...layers.map(([from, to], i) => ({
        name: `kernel ${i}`,
        shape: [to, from, 3, 3],
        data: wave(to * from * 9, 1e-3),
      })),
    ],
  });
}
