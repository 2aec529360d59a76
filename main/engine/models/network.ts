/** ONNX networks on onnxruntime, run in batches. */
import { UserError } from '../../contract';
import type { Tensor } from '../onnxruntime';
import { type Fed, type Fetched, messageOf, plain, type Session } from './session';

/**
 * Rows a run: `run()` blocks the process, and a camera's next decode waits behind it. Larger batches are no faster on a
 * CPU (a decoder for 64×64 RGB: 0.6 ms a face alone, 0.54 ms in sixteens, 0.6 ms in sixty-fours).
 */
const ROWS_PER_RUN = 16;
/** Numbers that a run may give: pictures of 1024 pixels a side are decoded a few at a time, for the memory between. */
const NUMBERS_PER_RUN = ROWS_PER_RUN * 3 * 512 ** 2;

/** A constant input beside the rows, e.g. a class label. */
export interface ExtraInput {
  name: string;
  type: Tensor.Type;
  dims(rows: number): number[];
  value: number;
  /** `value` is the number of a class, fed as a row of 0 with a 1 in that place. */
  oneHot: boolean;
}

/** How rows of numbers become the inputs of a network. */
export interface Feeding {
  input: string;
  type: Tensor.Type;
  /** The input's shape for so many rows. */
  dims(rows: number): number[];
  /** Times that each row is fed, one after the other: a style for every layer (`w+`). */
  repeat: number;
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
  /** Whether the first dimension of what the network gave was the number of rows. */
  batched: boolean;
}

/** Runs the session on some rows at a time. A network of fixed batch is filled up with copies of the last row. */
export class Network {
  readonly #session: Session;
  readonly #where: string;
  #released = false;
  /** Numbers that one row gave, 0 before any. */
  #rowNumbers = 0;

  constructor(
    session: Session,
    readonly feeding: Feeding,
    where: string,
  ) {
    this.#session = session;
    this.#where = where;
  }

  /**
   * @param values `[count, …]`, at least one row
   * @param outputs names
   * @throws UserError `bad-model` when the network cannot compute its own inputs
   */
  async run(values: Float32Array, count: number, outputs: readonly string[]): Promise<Output[]> {
    const width = values.length / count;
    const fitting = Math.max(1, Math.floor(NUMBERS_PER_RUN / this.#rowNumbers));
    const size = this.feeding.fixedRows ?? Math.min(ROWS_PER_RUN, fitting, count);
    const results: Output[] = [];
    for (let start = 0; start < count; start += size) {
      const used = Math.min(size, count - start);
      const rows = this.feeding.fixedRows ?? used;
      const chunk = new Float32Array(rows * width);
      chunk.set(values.subarray(start * width, (start + used) * width));
      for (let row = used; row < rows; row++) chunk.copyWithin(row * width, (used - 1) * width, used * width);

      const produced = await this.#runOnce(chunk, rows, outputs);
      this.#rowNumbers = Math.max(...produced.map(({ data }) => data.length / rows));
      produced.forEach(({ data, dims }, k) => {
        const rowSize = data.length / rows;
        if (!Number.isInteger(rowSize)) {
          throw new UserError('bad-model.output-size', {
            where: this.#where,
            numbers: data.length,
            output: outputs[k],
            rows,
          });
        }
        const batched = dims[0] === rows;
        // A network without a batch dimension gives one row as it is.
        results[k] ??= { data: new Float32Array(count * rowSize), dims: batched ? dims.slice(1) : dims, batched };
        results[k].data.set(data.subarray(0, used * rowSize), start * rowSize);
      });
    }
    return results;
  }

  async #runOnce(chunk: Float32Array, rows: number, outputs: readonly string[]): Promise<Fetched[]> {
    const { input, type, dims, repeat, extras } = this.feeding;
    const fed: Record<string, Fed> = { [input]: { type, values: repeated(chunk, rows, repeat), dims: dims(rows) } };
    for (const extra of extras) fed[extra.name] = constant(extra, rows);
    try {
      return await this.#session.run(fed, outputs);
    } catch (error) {
      if (this.#released) throw new UserError('cancelled.model-in-use', { where: this.#where });
      if (error instanceof UserError) throw error;
      const reason = messageOf(error);
      const label = extras.find(({ type, value }) => value !== 0 && !type.startsWith('float'));
      if (label && /out of (data )?bounds|out of range/i.test(reason)) {
        throw new UserError('bad-settings.decoder-class', { where: this.#where, value: label.value, name: label.name });
      }
      throw new UserError('bad-model.run-failed', { where: this.#where, detail: plain(reason) });
    }
  }

  release(): Promise<void> {
    this.#released = true;
    return this.#session.release();
  }
}

/** Each of the rows so many times. */
function repeated(chunk: Float32Array, rows: number, times: number): Float32Array {
  if (times === 1) return chunk;
  const width = chunk.length / rows;
  const all = new Float32Array(chunk.length * times);
  for (let row = 0; row < rows; row++) {
    const one = chunk.subarray(row * width, (row + 1) * width);
    for (let i = 0; i < times; i++) all.set(one, (row * times + i) * width);
  }
  return all;
}

function constant({ type, dims, value, oneHot }: ExtraInput, rows: number): Fed {
  const shape = dims(rows);
  const values = new Float32Array(shape.reduce((product, dim) => product * dim, 1));
  if (!oneHot) values.fill(value);
  else for (let i = Math.round(value); i < values.length; i += shape.at(-1)!) values[i] = 1;
  return { type, values, dims: shape };
}
