/** A loaded ONNX network, wherever it runs. */
import os from 'node:os';
import { UserError } from '../../contract';
import { InferenceSession, type Tensor } from '../onnxruntime';
import { withFloatEdges } from './edges';
import { tensorOf, toFloats } from './numbers';

/** What is put into one input: numbers, which are stored there as `type`. */
export interface Fed {
  type: Tensor.Type;
  values: Float32Array;
  dims: readonly number[];
}

/** What one output has given. */
export interface Fetched {
  data: Float32Array;
  dims: readonly number[];
}

export interface Session {
  readonly inputMetadata: readonly InferenceSession.ValueMetadata[];
  readonly outputMetadata: readonly InferenceSession.ValueMetadata[];
  /**
   * @param fed by the inputs' names
   * @param outputs names
   * @throws Error with what onnxruntime says, or UserError where the network runs apart and had to be ended
   */
  run(fed: Readonly<Record<string, Fed>>, outputs: readonly string[]): Promise<Fetched[]>;
  release(): Promise<void>;
}

/**
 * Loads a network.
 * @param source the bytes, or the path where weights may lie in files beside the model
 * @param where what the person opened, for the sentences
 * @throws UserError `not-onnx`, or `bad-model` for ONNX that cannot be run here
 */
export type LoadSession = (source: Uint8Array | string, where: string) => Promise<Session>;

/** Loads it into this process, which runs it: nothing else runs here meanwhile. */
export const loadHere: LoadSession = async (source, where) => {
  const session = await load(source).catch((error) => {
    throw refused(messageOf(error), where);
  });
  return {
    inputMetadata: session.inputMetadata,
    outputMetadata: session.outputMetadata,
    run: (fed, outputs) => run(session, fed, outputs),
    release: () => session.release(),
  };
};

const options = (): InferenceSession.SessionOptions => ({
  intraOpNumThreads: Number(process.env.LATENTSCAPE_THREADS) || os.availableParallelism(),
  logSeverityLevel: 4, // errors are thrown; onnxruntime need not print them as well
  // Threads that spin while they wait would take the cores from a training run beside us.
  extra: { session: { intra_op: { allow_spinning: '0' } } },
});

/** @throws Error with what onnxruntime says */
export async function load(source: Uint8Array | string): Promise<InferenceSession> {
  try {
    // The overloads for bytes and for a path are separate.
    return await (typeof source === 'string'
      ? InferenceSession.create(source, options())
      : InferenceSession.create(source, options()));
  } catch (error) {
    if (!/Unsupported data type: 16\b/.test(messageOf(error))) throw error;
    return InferenceSession.create(await withFloatEdges(source), options());
  }
}

/** As `Session.run`. */
export async function run(
  session: InferenceSession,
  fed: Readonly<Record<string, Fed>>,
  outputs: readonly string[],
): Promise<Fetched[]> {
  const feeds = Object.entries(fed).map(([name, { type, values, dims }]) => [name, tensorOf(type, values, dims)]);
  const fetched = await session.run(Object.fromEntries(feeds) as InferenceSession.FeedsType, [...outputs]);
  return outputs.map((name) => ({ data: toFloats(fetched[name]), dims: fetched[name].dims }));
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What onnxruntime says when it does not load a file, in a sentence with what to do. */
export function refused(said: string, where: string): UserError {
  if (/protobuf parsing failed|data pointer is null|does not have a graph|invalid ORT format/i.test(said)) {
    return new UserError('not-onnx.file', { where });
  }
  if (/External data path/i.test(said)) return new UserError('bad-model.weights-outside', { where });
  if (/External initializer|external data/i.test(said)) return new UserError('bad-model.weights-cut', { where });
  const format =
    /IR version: (\d+), max supported IR version: (\d+)/.exec(said) ??
    /Opset (\d+) is under development.* till opset (\d+)/.exec(said);
  if (format) return new UserError('bad-model.onnx-newer', { where, version: format[1], readable: format[2] });
  const operator = /No Op registered for (\S+)/.exec(said) ?? /(\S+)\(-?\d+\) is not a registered function/.exec(said);
  if (operator) return new UserError('bad-model.operator', { where, name: operator[1] });
  const kernel = /Could not find an implementation for (\w+)\(/.exec(said);
  if (kernel) return new UserError('bad-model.operator-type', { where, name: kernel[1] });
  if (/out of memory|bad_alloc|failed to allocate/i.test(said)) return new UserError('bad-model.memory', { where });
  return new UserError('bad-model.cannot-run', { where, detail: plain(said) });
}

/** onnxruntime's reason in one line, without the places and names in its source code. */
export function plain(said: string): string {
  const text = said
    .replace(/\s+/g, ' ')
    .replace(/^Load model from .* failed: ?/, '')
    .replace(/^Non-zero status code returned while running (\w+) node\. Name:'.*?' Status Message: /, '$1: ')
    .replace(/\S+ (?:[=!<>]=|[<>]) \S+ was false\. ?/g, '')
    .replace(/\S*\.(?:cc|h|hpp|cpp):\d+ (?:.*?\) )?/g, '')
    .replace(/(?:\w+ )?(?:std|onnxruntime|onnx)::[\w:<>]+(?:\([^)]*\))?(?: const)? ?/g, '')
    .trim();
  return text.length > 300 ? `${text.slice(0, 300)}…` : text || 'it gives no reason';
}
