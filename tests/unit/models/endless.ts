/** A decoder whose network has a loop without an end. */

type Part = Buffer;
const varint = (n: bigint): Part => {
  const bytes: number[] = [];
  for (let left = BigInt.asUintN(64, n); ; left >>= 7n) {
    if (left < 128n) return Buffer.from([...bytes, Number(left)]);
    bytes.push(Number(left & 127n) | 128);
  }
};
const int = (field: number, n: number | bigint) => Buffer.concat([varint(BigInt(field << 3)), varint(BigInt(n))]);
const bytes = (field: number, content: string | Part) => {
  const data = Buffer.from(content as Part);
  return Buffer.concat([varint(BigInt((field << 3) | 2)), varint(BigInt(data.length)), data]);
};
const message = (field: number, ...parts: Part[]) => bytes(field, Buffer.concat(parts));

const [FLOAT, INT64, BOOL] = [1, 7, 9];
const node = (op: string, inputs: string[], output: string, ...attributes: Part[]) =>
  message(
    1,
    ...inputs.map((name) => bytes(1, name)),
    bytes(2, output),
    bytes(3, op + output),
    bytes(4, op),
    ...attributes,
  );
const value = (field: number, name: string, type: number, dims: (number | string)[]) => {
  const shape = dims.map((dim) => message(1, typeof dim === 'number' ? int(1, dim) : bytes(2, dim)));
  return message(field, bytes(1, name), message(2, message(1, int(1, type), message(2, ...shape))));
};
const tensor = (name: string, type: number, dims: number[], ...data: Part[]) =>
  message(5, ...dims.map((dim) => int(1, dim)), int(2, type), ...data, bytes(8, name));
const floats = (...values: number[]) => bytes(9, Buffer.from(Float32Array.from(values).buffer));

/**
 * Bytes of an ONNX decoder of 192 numbers into 3×8×8, which adds one to a number for ever.
 * @param above only for codes that have a number larger than this one
 */
export function endlessDecoder({ above }: { above?: number } = {}): Uint8Array {
  const body = Buffer.concat([
    bytes(2, 'body'),
    node('Identity', ['go'], 'go on'),
    node('Add', ['sum', 'one'], 'more'),
    tensor('one', FLOAT, [1], floats(1)),
    value(11, 'round', INT64, []),
    value(11, 'go', BOOL, []),
    value(11, 'sum', FLOAT, ['n']),
    value(12, 'go on', BOOL, []),
    value(12, 'more', FLOAT, ['n']),
  ]);
  const asks =
    above === undefined
      ? [tensor('wanted', BOOL, [], int(5, 1))]
      : [
          node('ReduceMax', ['z'], 'largest', message(5, bytes(1, 'keepdims'), int(3, 0), int(20, 2))),
          node('Greater', ['largest', 'above'], 'wanted'),
          tensor('above', FLOAT, [], floats(above)),
        ];
  const graph = Buffer.concat([
    ...asks,
    node('Loop', ['rounds', 'wanted', 'nothing'], 'end', message(5, bytes(1, 'body'), bytes(6, body), int(20, 5))),
    node('Add', ['z', 'end'], 'flat'),
    node('Reshape', ['flat', 'shape'], 'image'),
    tensor('rounds', INT64, [], int(7, 2n ** 62n)),
    tensor('nothing', FLOAT, [1], floats(0)),
    tensor('shape', INT64, [4], ...[-1, 3, 8, 8].map((dim) => int(7, dim))),
    value(11, 'z', FLOAT, ['N', 192]),
    value(12, 'image', FLOAT, ['N', 3, 8, 8]),
  ]);
  return Buffer.concat([int(1, 8), bytes(2, 'test'), bytes(7, graph), message(8, bytes(1, ''), int(2, 17))]);
}
