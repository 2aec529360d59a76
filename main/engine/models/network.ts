/** ONNX networks on onnxruntime, run in batches. */
import os from 'node:os';
import { InferenceSession, Tensor } from '../onnxruntime';
import { UserError } from '../../contract';

/**
 * Rows a run: `run()` blocks the process, and a camera's next decode waits behind it. Larger batches are no faster on a
 * CPU (a decoder for 64×64 RGB: 0.6 ms a face alone, 0.54 ms in sixteens, 0.6 ms in sixty-fours).
 */
const ROWS_PER_RUN = 16;

/**
 * @param source the bytes, or the path where weights may lie in files beside the model
 * @param where what the person opened, for the sentences
 * @throws UserError `not-onnx`, or `bad-model` for ONNX that cannot be run here
 */
export async function createSession(source: Uint8Array | string, where: string): Promise<InferenceSession> {
  try {
    // The overloads for bytes and for a path are separate.
    return typeof source === 'string'
      ? await InferenceSession.create(source, OPTIONS)
      : await InferenceSession.create(source, OPTIONS);
  } catch (error) {
    const reason = reasonOf(error);
    if (/protobuf parsing failed|data pointer is null|does not have a graph/i.test(reason)) {
      throw new UserError(
        'not-onnx',
        `"${where}" is not an ONNX model, or it is broken. Choose a .onnx file, as PyTorch, Keras and JAX export them.`,
      );
    }
    throw new UserError('bad-model', `"${where}" cannot be run by onnxruntime: ${reason}`);
  }
}

const OPTIONS: InferenceSession.SessionOptions = {
  intraOpNumThreads: os.availableParallelism(),
  logSeverityLevel: 4, // errors are thrown; onnxruntime need not print them as well
  // Threads that spin while they wait would take the cores from a training run beside us.
  extra: { session: { intra_op: { allow_spinning: '0' } } },
};

/** onnxruntime's reason in one line, without the places in its source code. */
function reasonOf(error: unknown): string {
  const [line] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replace(/^Load model from .* failed: ?/, '').replace(/\S+\.(?:cc|h):\d+ .*\) /, '');
}

/** A constant input beside the rows, e.g. a class label. */
export interface ExtraInput {
  name: string;
  type: Tensor.Type;
  dims(rows: number): number[];
  value: number;
}

/** How rows of numbers become the inputs of a network. */
export interface Feeding {
  input: string;
  /** The input's shape for so many rows. */
  dims(rows: number): number[];
  /** The only number of rows that the network takes, or null where it takes any. */
  fixedRows: number | null;
  extras: ExtraInput[];
}

/** One output for all rows. */
export interface Output {
  /** `[count, …dims]` */
  data: Float32Array;
  /** The shape of one row's part. */
  dims: readonly number[];
}

/** Runs the session on some rows at a time. A network of fixed batch is filled up with copies of the last row. */
export class Network {
  private released = false;

  constructor(
    private readonly session: InferenceSession,
    private readonly feeding: Feeding,
    private readonly where: string,
  ) {}

  /**
   * @param values `[count, …]`, at least one row
   * @param outputs names
   * @throws UserError `bad-model` when the network cannot compute its own inputs
   */
  async run(values: Float32Array, count: number, outputs: readonly string[]): Promise<Output[]> {
    const width = values.length / count;
    const size = this.feeding.fixedRows ?? Math.min(ROWS_PER_RUN, count);
    const results: Output[] = [];
    for (let start = 0; start < count; start += size) {
      const used = Math.min(size, count - start);
      const rows = this.feeding.fixedRows ?? used;
      const chunk = new Float32Array(rows * width);
      chunk.set(values.subarray(start * width, (start + used) * width));
      for (let row = used; row < rows; row++) chunk.copyWithin(row * width, (used - 1) * width, used * width);

      const produced = await this.runOnce(chunk, rows, outputs);
      produced.forEach(({ data, dims }, k) => {
        const rowSize = data.length / rows;
        if (!Number.isInteger(rowSize)) {
          throw new UserError(
            'bad-model',
            `"${this.where}" gives ${data.length} numbers in "${outputs[k]}" for ${rows} codes, which is no whole number each.`,
          );
        }
        // A network without a batch dimension gives one row as it is.
        results[k] ??= { data: new Float32Array(count * rowSize), dims: dims[0] === rows ? dims.slice(1) : dims };
        results[k].data.set(data.subarray(0, used * rowSize), start * rowSize);
      });
    }
    return results;
  }

  private async runOnce(chunk: Float32Array, rows: number, outputs: readonly string[]): Promise<Output[]> {
    const { input, dims, extras } = this.feeding;
    const feeds: Record<string, Tensor> = { [input]: new Tensor('float32', chunk, dims(rows)) };
    for (const extra of extras) feeds[extra.name] = constantTensor(extra, rows);
    let fetched: InferenceSession.OnnxValueMapType;
    try {
      fetched = await this.session.run(feeds, [...outputs]);
    } catch (error) {
      throw this.released
        ? new UserError('cancelled', `"${this.where}" was closed while it was still in use.`)
        : new UserError('bad-model', `"${this.where}" could not be run: ${reasonOf(error)}`);
    }
    return outputs.map((name) => {
      const { data, dims } = fetched[name];
      return { data: data instanceof Float32Array ? data : Float32Array.from(data as Uint8Array), dims };
    });
  }

  release(): Promise<void> {
    this.released = true;
    return this.session.release();
  }
}

function constantTensor({ type, dims, value }: ExtraInput, rows: number): Tensor {
  const shape = dims(rows);
  const length = shape.reduce((product, dim) => product * dim, 1);
  switch (type) {
    case 'int64':
      return new Tensor('int64', new BigInt64Array(length).fill(BigInt(Math.round(value))), shape);
    case 'int32':
      return new Tensor('int32', new Int32Array(length).fill(value), shape);
    case 'bool':
      return new Tensor('bool', new Uint8Array(length).fill(value ? 1 : 0), shape);
    default:
      return new Tensor('float32', new Float32Array(length).fill(value), shape);
  }
}

/** Types of extra inputs that can be fed. */
export const FEEDABLE: readonly string[] = ['float32', 'int64', 'int32', 'bool'];
