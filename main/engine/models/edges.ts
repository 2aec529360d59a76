/** Networks that take or give bfloat16, which JavaScript's side of the runtime cannot hold: float32 at their edges. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import protobuf from 'protobufjs';
import { Model, nameOf, type Parts, ValueInfo, withWeightsInside } from './part';

const FLOAT = 1;
const BFLOAT16 = 16;

const text = (id: number) => ({ type: 'string', id });
const schema = protobuf.Root.fromJSON({
  nested: {
    Node: {
      fields: {
        input: { rule: 'repeated', ...text(1) },
        output: { rule: 'repeated', ...text(2) },
        name: text(3),
        opType: text(4),
        attribute: { rule: 'repeated', type: 'bytes', id: 5 },
        domain: text(7),
        overload: text(8),
      },
    },
    Attribute: { fields: { name: text(1), i: { type: 'int32', id: 3 }, type: { type: 'int32', id: 20 } } },
  },
});
const [Node, Attribute] = ['Node', 'Attribute'].map((name) => schema.lookupType(name));
/** `AttributeProto.AttributeType.INT` */
const INT = 2;

interface Value {
  name: string;
  type: { tensorType: { elemType: number } | null } | null;
}

/** @param source its bytes, or the path where weights may lie in files beside it */
export async function withFloatEdges(source: Uint8Array | string): Promise<Uint8Array> {
  const onnx =
    typeof source === 'string' ? await withWeightsInside(await readFile(source), path.dirname(source)) : source;
  const model = Model.decode(onnx) as unknown as Parts;
  const { graph } = model;
  const taken = graph.input.filter(isBfloat16).map(nameOf);
  const given = graph.output.filter(isBfloat16).map(nameOf);
  const edges = new Set([...taken, ...given]);
  const inside = (name: string) => `${name} as bfloat16`;
  const renamed = (names: string[]) => names.map((name) => (edges.has(name) ? inside(name) : name));
  const node = graph.node.map((encoded) => {
    const { input, output, ...rest } = Node.decode(encoded) as unknown as { input: string[]; output: string[] };
    if (![...input, ...output].some((name) => edges.has(name))) return encoded;
    return Node.encode({ ...rest, input: renamed(input), output: renamed(output) }).finish();
  });
  return Model.encode({
    ...model,
    graph: {
      ...graph,
      node: [
        ...taken.map((name) => cast(name, inside(name), BFLOAT16)),
        ...node,
        ...given.map((name) => cast(inside(name), name, FLOAT)),
      ],
      input: graph.input.map(asFloat),
      output: graph.output.map(asFloat),
    },
  }).finish();
}

const typed = (encoded: Uint8Array): Value => ValueInfo.decode(encoded) as unknown as Value;
const isBfloat16 = (encoded: Uint8Array): boolean => typed(encoded).type?.tensorType?.elemType === BFLOAT16;

function asFloat(encoded: Uint8Array): Uint8Array {
  if (!isBfloat16(encoded)) return encoded;
  const value = typed(encoded);
  value.type!.tensorType!.elemType = FLOAT;
  return ValueInfo.encode(value).finish();
}

const cast = (from: string, to: string, type: number): Uint8Array =>
  Node.encode({
    opType: 'Cast',
    input: [from],
    output: [to],
    attribute: [Attribute.encode({ name: 'to', i: type, type: INT }).finish()],
  }).finish();
