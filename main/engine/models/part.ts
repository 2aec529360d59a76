/**
 * Parts of an ONNX network as networks of their own. Messages are taken apart only as far as it takes: nodes and weights
 * are copied as the bytes they are.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import protobuf from 'protobufjs';
import type { GraphNode, OnnxGraph } from './graph';

const bytes = (id: number) => ({ type: 'bytes', id });
const repeated = (type: string, id: number) => ({ rule: 'repeated', type, id });
const text = (id: number) => ({ type: 'string', id });
const number = (id: number) => ({ type: 'int32', id });

/** As `onnx.proto3` numbers them. */
const schema = protobuf.Root.fromJSON({
  nested: {
    Model: {
      fields: {
        irVersion: number(1),
        producerName: text(2),
        graph: { type: 'Graph', id: 7 },
        opsetImport: repeated('bytes', 8),
        functions: repeated('bytes', 25),
      },
    },
    Graph: {
      fields: {
        node: repeated('bytes', 1),
        name: text(2),
        initializer: repeated('bytes', 5),
        input: repeated('bytes', 11),
        output: repeated('bytes', 12),
        sparseInitializer: repeated('bytes', 15),
      },
    },
    Tensor: { fields: { name: text(8), externalData: repeated('Entry', 13) } },
    Entry: { fields: { key: text(1), value: text(2) } },
    ValueInfo: { fields: { name: text(1), type: { type: 'Type', id: 2 } } },
    Type: { fields: { tensorType: { type: 'TensorType', id: 1 } } },
    TensorType: { fields: { elemType: number(1), shape: { type: 'Shape', id: 2 } } },
    Shape: { fields: { dim: repeated('Dimension', 1) } },
    Dimension: {
      oneofs: { value: { oneof: ['dimValue', 'dimParam'] } },
      fields: { dimValue: number(1), dimParam: text(2) },
    },
    Raw: { fields: { rawData: bytes(9) } },
  },
});
const [Tensor, Raw] = ['Tensor', 'Raw'].map((name) => schema.lookupType(name));
export const [Model, ValueInfo] = ['Model', 'ValueInfo'].map((name) => schema.lookupType(name));

export interface Parts {
  irVersion: number;
  producerName: string;
  opsetImport: Uint8Array[];
  functions: Uint8Array[];
  graph: {
    node: Uint8Array[];
    name: string;
    initializer: Uint8Array[];
    input: Uint8Array[];
    output: Uint8Array[];
    sparseInitializer: Uint8Array[];
  };
}

export const nameOf = (value: Uint8Array): string => (ValueInfo.decode(value) as unknown as { name: string }).name;

/** The network, which also gives the tensors called `names`. */
export function givingAlso(onnx: Uint8Array, names: readonly string[]): Uint8Array {
  const model = Model.decode(onnx) as unknown as Parts;
  const there = new Set(model.graph.output.map(nameOf));
  model.graph.output.push(
    ...names.filter((name) => !there.has(name)).map((name) => ValueInfo.encode({ name }).finish()),
  );
  return Model.encode(model).finish();
}

/** A tensor that becomes an input: its dimensions without the batch. */
export interface Cut {
  name: string;
  dims: readonly number[];
}

/**
 * The part of a network that leads from some tensor to others.
 * @param from becomes the only input, float32; null keeps the network's own
 * @param to names of tensors, which become the outputs
 * @returns null where `to` needs more than `from`
 */
export function partOf(onnx: Uint8Array, graph: OnnxGraph, from: Cut | null, to: readonly string[]): Uint8Array | null {
  const model = Model.decode(onnx) as unknown as Parts;
  const needed = neededFor(graph, to, from?.name ?? null);
  const ownInputs = new Set(model.graph.input.map(nameOf));
  const tensorName = (value: Uint8Array) => (Tensor.decode(value) as unknown as { name: string }).name;
  const initializer = model.graph.initializer.filter((each) => needed.names.has(tensorName(each)));
  const weights = new Set(initializer.map(tensorName));
  if (from && [...needed.names].some((name) => name !== from.name && ownInputs.has(name) && !weights.has(name)))
    return null;
  const input = from
    ? [
        ValueInfo.encode({
          name: from.name,
          type: {
            tensorType: {
              elemType: 1,
              shape: { dim: [{ dimParam: 'N' }, ...from.dims.map((dimValue) => ({ dimValue }))] },
            },
          },
        }).finish(),
      ]
    : model.graph.input.filter((each) => needed.names.has(nameOf(each)));
  const own = new Map(model.graph.output.map((each) => [nameOf(each), each]));
  const output = to.map((name) => own.get(name) ?? ValueInfo.encode({ name }).finish());
  const node = model.graph.node.filter((_, i) => needed.nodes.has(i));
  return Model.encode({ ...model, graph: { ...model.graph, node, initializer, input, output } }).finish();
}

/** The network, which goes on with the nodes of another one and gives what that one gives. */
export function followedBy(onnx: Uint8Array, next: Uint8Array): Uint8Array {
  const model = Model.decode(onnx) as unknown as Parts;
  const { graph } = Model.decode(next) as unknown as Parts;
  const node = [...model.graph.node, ...graph.node];
  const initializer = [...model.graph.initializer, ...graph.initializer];
  return Model.encode({ ...model, graph: { ...model.graph, node, initializer, output: graph.output } }).finish();
}

/** What a node reads, its bodies (of `If`, `Loop` and `Scan`) included. */
export function readBy({ input, attribute }: GraphNode): string[] {
  const bodies = attribute.flatMap(({ g, graphs }) => [...(g ? [g] : []), ...graphs]);
  return [...input, ...bodies.flatMap(({ node }) => node.flatMap(readBy))].filter((name) => name !== '');
}

/** Nodes (by their place) and tensors that lead to `to`, none before `from`. */
function neededFor({ nodes }: OnnxGraph, to: readonly string[], from: string | null) {
  const producer = new Map(nodes.flatMap((node, i) => node.output.map((name) => [name, i] as const)));
  const names = new Set<string>();
  const needed = new Set<number>();
  const open = [...to];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (names.has(name)) continue;
    names.add(name);
    const at = name === from ? undefined : producer.get(name);
    if (at === undefined || needed.has(at)) continue;
    needed.add(at);
    open.push(...readBy(nodes[at]));
  }
  return { nodes: needed, names };
}

/** Operators whose result depends on the shape of what they read, not on its numbers. */
const SHAPES = new Set(['Shape', 'Size', 'RandomNormalLike', 'RandomUniformLike']);
const RANDOM = /^Random|^Bernoulli$/;

/**
 * Tensors through which everything goes that leads from `input` to `output`, in their order.
 */
export function bottlenecks({ nodes }: OnnxGraph, input: string, output: string): string[] {
  const passes = nodes
    .filter(({ opType }) => !SHAPES.has(opType))
    .map((node) => ({ from: readBy(node), to: node.output }));
  const reached = new Set([input]);
  for (const { from, to } of passes)
    if (from.some((name) => reached.has(name))) to.forEach((name) => reached.add(name));
  const leading = new Set([output]);
  const path: { from: string[]; to: string[] }[] = [];
  for (const { from, to } of passes.toReversed()) {
    if (!to.some((name) => leading.has(name))) continue;
    const read = from.filter((name) => reached.has(name));
    if (read.length === 0) continue;
    read.forEach((name) => leading.add(name));
    path.push({ from: read, to: to.filter((name) => leading.has(name)) });
  }
  path.reverse();
  const cutsWithout = (name: string): boolean => {
    const open = new Set([input]);
    for (const { from, to } of path) {
      if (!from.some((read) => read !== name && open.has(read))) continue;
      for (const made of to) if (made !== name) open.add(made);
    }
    return !open.has(output);
  };
  const between = path.flatMap(({ to }) => to).filter((name) => name !== output);
  return between.filter(cutsWithout);
}

/** Whether what leads from the tensor `from` to `to` draws random numbers. */
export const drawsNoise = (graph: OnnxGraph, from: string, to: string): boolean =>
  [...neededFor(graph, [to], from).nodes].some((i) => RANDOM.test(graph.nodes[i].opType));

/** The tensor that `name` is without the noise added to it: the mean of what is drawn. */
export function withoutNoise({ nodes }: OnnxGraph, name: string): string {
  const producer = new Map(nodes.flatMap((node) => node.output.map((made) => [made, node] as const)));
  const known = new Map<string, boolean>();
  const isRandom = (tensor: string): boolean => {
    const before = known.get(tensor);
    if (before !== undefined) return before;
    known.set(tensor, false);
    const node = producer.get(tensor);
    const random = node !== undefined && (RANDOM.test(node.opType) || readBy(node).some(isRandom));
    known.set(tensor, random);
    return random;
  };
  const node = producer.get(name);
  if (!node || !isRandom(name)) return name;
  if (node.opType !== 'Add')
    return node.input.length === 1 ? withoutNoise({ nodes, weightFiles: [] }, node.input[0]) : name;
  const still = node.input.filter((input) => !isRandom(input));
  return still.length === 1 ? still[0] : name;
}

/** The network with the weights inside that lie in files beside it. */
export async function withWeightsInside(onnx: Uint8Array, folder: string): Promise<Uint8Array> {
  const model = Model.decode(onnx) as unknown as Parts;
  const files = new Map<string, Promise<Buffer>>();
  const inside = async (tensor: Uint8Array): Promise<Uint8Array> => {
    const { externalData } = Tensor.decode(tensor) as unknown as { externalData: { key: string; value: string }[] };
    if (externalData.length === 0) return tensor;
    const { location, offset = '0', length } = Object.fromEntries(externalData.map(({ key, value }) => [key, value]));
    if (!files.has(location)) files.set(location, readFile(path.join(folder, location)));
    const all = await files.get(location)!;
    const rawData = all.subarray(Number(offset), length === undefined ? undefined : Number(offset) + Number(length));
    return Buffer.concat([withoutFields(tensor, EXTERNAL), Raw.encode({ rawData }).finish()]);
  };
  model.graph.initializer = await Promise.all(model.graph.initializer.map(inside));
  return Model.encode(model).finish();
}

/** Fields of a tensor that say that its numbers lie elsewhere: `external_data` and `data_location`. */
const EXTERNAL = [13, 14];

/** A message without some of its fields. */
function withoutFields(encoded: Uint8Array, ids: readonly number[]): Uint8Array {
  const reader = protobuf.Reader.create(encoded);
  const kept: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    reader.skipType(tag & 7);
    if (!ids.includes(tag >>> 3)) kept.push(encoded.subarray(start, reader.pos));
  }
  return Buffer.concat(kept);
}
