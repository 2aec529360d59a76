/** What an ONNX file says about itself, beside its weights: those are skipped. */
import protobuf from 'protobufjs';

const repeated = (type: string, id: number) => ({ rule: 'repeated', type, id });
const Model = protobuf.Root.fromJSON({
  nested: {
    Entry: { fields: { key: { type: 'string', id: 1 }, value: { type: 'string', id: 2 } } },
    Node: {
      fields: {
        input: repeated('string', 1),
        output: repeated('string', 2),
        opType: { type: 'string', id: 4 },
        attribute: repeated('Attribute', 5),
        domain: { type: 'string', id: 7 },
      },
    },
    Attribute: { fields: { g: { type: 'Body', id: 6 }, graphs: repeated('Body', 11) } },
    Body: { fields: { node: repeated('Node', 1) } },
    Tensor: { fields: { name: { type: 'string', id: 8 }, externalData: repeated('Entry', 13) } },
    Graph: { fields: { node: repeated('Node', 1), initializer: repeated('Tensor', 5) } },
    Model: { fields: { irVersion: { type: 'int32', id: 1 }, graph: { type: 'Graph', id: 7 } } },
  },
}).lookupType('Model');

export interface GraphNode {
  input: string[];
  output: string[];
  opType: string;
  /** Graphs within the node: bodies of loops and branches. */
  attribute: { g: Body | null; graphs: Body[] }[];
  domain: string;
}

interface Body {
  node: GraphNode[];
}

export interface OnnxGraph {
  nodes: GraphNode[];
  /** Files beside the model in which weights lie, by the names that the model gives. */
  weightFiles: string[];
}

/** @throws Error when the bytes are not a protobuf */
export function readGraph(onnx: Uint8Array): OnnxGraph {
  const { graph } = Model.decode(onnx) as unknown as {
    graph: { node: GraphNode[]; initializer: { externalData: { key: string; value: string }[] }[] } | null;
  };
  const entries = graph?.initializer.flatMap(({ externalData }) => externalData) ?? [];
  const files = entries.filter(({ key }) => key === 'location').map(({ value }) => value);
  return { nodes: graph?.node ?? [], weightFiles: [...new Set(files)] };
}

/** Operators that move numbers without changing them. */
const MOVES = new Set(['Reshape', 'Transpose', 'Flatten', 'Squeeze', 'Unsqueeze', 'Identity', 'Cast', 'DepthToSpace']);

/** The operator that gave the numbers of `output` their values, e.g. `Sigmoid`; undefined when the output is an input. */
export function lastOperator({ nodes }: OnnxGraph, output: string): string | undefined {
  const producers = new Map(nodes.flatMap((node) => node.output.map((name) => [name, node] as const)));
  let node = producers.get(output);
  while (node && MOVES.has(node.opType)) node = producers.get(node.input[0]);
  return node?.opType;
}
