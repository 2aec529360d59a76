/**
 * Writes ONNX files, and reads those it wrote. The schema below is the part of onnx.proto3 (ONNX IR version 9) that an
 * inference graph needs; protobufjs does the encoding.
 */
import protobuf from 'protobufjs';
import { fromHalf, toHalf } from '../maths/half-precision';
import { OPSET } from './opset';

const string = (id: number) => ({ type: 'string', id });
const int = (id: number, type = 'int32') => ({ type, id });
const message = (type: string, id: number) => ({ type, id });
const repeated = (type: string, id: number) => ({ rule: 'repeated', type, id });

const schema = protobuf.Root.fromJSON({
  nested: {
    Attribute: {
      fields: {
        name: string(1),
        f: { type: 'float', id: 2 },
        i: int(3, 'int64'),
        s: { type: 'bytes', id: 4 },
        ints: repeated('int64', 8),
        type: int(20),
      },
    },
    Node: {
      fields: {
        input: repeated('string', 1),
        output: repeated('string', 2),
        name: string(3),
        opType: string(4),
        attribute: repeated('Attribute', 5),
        domain: string(7),
      },
    },
    Tensor: {
      fields: {
        dims: repeated('int64', 1),
        dataType: int(2),
        name: string(8),
        rawData: { type: 'bytes', id: 9 },
      },
    },
    Dimension: {
      oneofs: { value: { oneof: ['dimValue', 'dimParam'] } },
      fields: { dimValue: int(1, 'int64'), dimParam: string(2) },
    },
    Shape: { fields: { dim: repeated('Dimension', 1) } },
    TensorType: { fields: { elemType: int(1), shape: message('Shape', 2) } },
    Type: { fields: { tensorType: message('TensorType', 1) } },
    ValueInfo: { fields: { name: string(1), type: message('Type', 2) } },
    Graph: {
      fields: {
        node: repeated('Node', 1),
        name: string(2),
        initializer: repeated('Tensor', 5),
        input: repeated('ValueInfo', 11),
        output: repeated('ValueInfo', 12),
      },
    },
    OperatorSet: { fields: { domain: string(1), version: int(2, 'int64') } },
    Model: {
      fields: {
        irVersion: int(1, 'int64'),
        producerName: string(2),
        graph: message('Graph', 7),
        opsetImport: repeated('OperatorSet', 8),
      },
    },
  },
});
const Model = schema.lookupType('Model');

const ELEMENT_TYPE = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10, float64: 11 } as const;
export type ElementType = keyof typeof ELEMENT_TYPE;

interface StoredTensor {
  dims: unknown[];
  dataType: number;
  name: string;
  rawData: Uint8Array;
}
interface StoredGraph {
  node: { input: string[]; output: string[]; opType: string; attribute: object[] }[];
  initializer: StoredTensor[];
}

/** The constants of a file by name, which in ours are the weights by parameter: those in float32, and those in half precision. */
export function readWeights(file: Uint8Array): Map<string, Float32Array> {
  const { graph } = Model.decode(file) as unknown as { graph: StoredGraph };
  const weights = new Map<string, Float32Array>();
  for (const { name, dataType, rawData } of graph.initializer) {
    // copied, for a view must begin at a multiple of its numbers' size
    const { buffer } = Uint8Array.from(rawData);
    if (dataType === ELEMENT_TYPE.float32) weights.set(name, new Float32Array(buffer));
    if (dataType === ELEMENT_TYPE.float16) weights.set(name, fromHalf(new Uint16Array(buffer)));
  }
  return weights;
}

/**
 * One of our networks with its filters and matrices in half precision. They keep their names, and each goes through a cast,
 * which the runtime computes when it opens the file: it reckons in float32 as before. Vectors (biases) take little room and
 * stay as they are, and so does a tensor with numbers beyond half precision.
 */
export function halveWeights(file: Uint8Array): Uint8Array {
  const model = Model.decode(file) as unknown as { graph: StoredGraph };
  const { node, initializer } = model.graph;
  const cast = new Map<string, string>();
  for (const tensor of initializer) {
    if (tensor.dataType !== ELEMENT_TYPE.float32 || tensor.dims.length < 2) continue;
    const halves = toHalf(new Float32Array(Uint8Array.from(tensor.rawData).buffer));
    if (!fromHalf(halves).every(Number.isFinite)) continue;
    Object.assign(tensor, { dataType: ELEMENT_TYPE.float16, rawData: new Uint8Array(halves.buffer) });
    cast.set(tensor.name, `${tensor.name}:float32`);
  }
  for (const each of node) each.input = each.input.map((name) => cast.get(name) ?? name);
  const casts = Array.from(cast, ([half, single]) => ({
    ...{ input: [half], output: [single], name: `Cast_${single}`, opType: 'Cast' },
    attribute: [attribute('to', ELEMENT_TYPE.float32)],
  }));
  node.unshift(...casts);
  return Model.encode(model).finish();
}

/** A JavaScript number is an int attribute; write `{ float: 1 }` where the operator wants a float. */
export type AttributeValue = number | number[] | string | { float: number };

export interface NodeDef {
  op: string;
  inputs: string[];
  outputs: string[];
  attributes?: Record<string, AttributeValue>;
  domain?: string;
}
/** A string dimension is symbolic, e.g. the batch `'N'`. */
export interface ValueDef {
  name: string;
  type: ElementType;
  shape: readonly (number | string)[];
}
export interface InitializerDef {
  name: string;
  shape: readonly number[];
  data: Float32Array | BigInt64Array;
}
export interface ModelDef {
  nodes: NodeDef[];
  inputs: ValueDef[];
  outputs: ValueDef[];
  initializers: InitializerDef[];
}

function attribute(name: string, value: AttributeValue): object {
  if (typeof value === 'number') return { name, i: value, type: 2 };
  if (typeof value === 'string') return { name, s: new TextEncoder().encode(value), type: 3 };
  if (Array.isArray(value)) return { name, ints: value, type: 7 };
  return { name, f: value.float, type: 1 };
}

function valueInfo({ name, type, shape }: ValueDef): object {
  const dim = shape.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d }));
  return { name, type: { tensorType: { elemType: ELEMENT_TYPE[type], shape: { dim } } } };
}

/** The bytes of a complete ONNX file for the given graph. */
export function encodeModel(model: ModelDef): Uint8Array {
  const domains = new Set(model.nodes.map((n) => n.domain ?? '').filter(Boolean));
  return Model.encode({
    irVersion: 9,
    producerName: 'latentscape',
    opsetImport: [{ domain: '', version: OPSET }, ...[...domains].map((domain) => ({ domain, version: 1 }))],
    graph: {
      name: 'latentscape',
      node: model.nodes.map((n) => ({
        input: n.inputs,
        output: n.outputs,
        name: `${n.op}_${n.outputs[0]}`,
        opType: n.op,
        attribute: Object.entries(n.attributes ?? {}).map(([k, v]) => attribute(k, v)),
        domain: n.domain ?? '',
      })),
      initializer: model.initializers.map((t) => ({
        dims: t.shape,
        dataType: t.data instanceof Float32Array ? ELEMENT_TYPE.float32 : ELEMENT_TYPE.int64,
        name: t.name,
        rawData: new Uint8Array(t.data.buffer, t.data.byteOffset, t.data.byteLength),
      })),
      input: model.inputs.map(valueInfo),
      output: model.outputs.map(valueInfo),
    },
  }).finish();
}
