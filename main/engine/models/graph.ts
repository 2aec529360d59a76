/** What an ONNX file says about how its output is computed. Reads the few fields it needs; weights are skipped. */
import protobuf from 'protobufjs';

const Model = protobuf.Root.fromJSON({
  nested: {
    Node: {
      fields: {
        input: { rule: 'repeated', type: 'string', id: 1 },
        output: { rule: 'repeated', type: 'string', id: 2 },
        opType: { type: 'string', id: 4 },
      },
    },
    Graph: { fields: { node: { rule: 'repeated', type: 'Node', id: 1 } } },
    Model: { fields: { graph: { type: 'Graph', id: 7 } } },
  },
}).lookupType('Model');

interface Node {
  input: string[];
  output: string[];
  opType: string;
}

/** Operators that move numbers without changing them. */
const MOVES = new Set(['Reshape', 'Transpose', 'Flatten', 'Squeeze', 'Unsqueeze', 'Identity', 'Cast']);

/**
 * The operator that gave the numbers of `output` their values, e.g. `Sigmoid`; undefined when the output is an input.
 * @throws Error when the bytes are no protobuf
 */
export function lastOperator(onnx: Uint8Array, output: string): string | undefined {
  const { graph } = Model.decode(onnx) as unknown as { graph: { node: Node[] } | null };
  const producers = new Map(graph?.node.flatMap((node) => node.output.map((name) => [name, node] as const)));
  let node = producers.get(output);
  while (node && MOVES.has(node.opType)) node = producers.get(node.input[0]);
  return node?.opType;
}
