/**
 * What lives from step to step: weights and optimiser state. Each kind of step and device keeps it where it is read and
 * written without a copy; programs see it as arrays only when they ask.
 */
import * as ort from '../onnxruntime';
import { elements, type Parameter } from './graph';
import { encodeModel } from './onnx';
import {
  adamLoop,
  gradientName,
  inputName,
  type OptimiserConfig,
  outputName,
  type Placed,
  type StateKind,
  stateKinds,
} from './optimisers/optimiser';
import { createSession } from './runtime';

export interface State {
  /** Input names of all that is kept. */
  readonly names: readonly string[];
  /** What the next run reads, by input name. */
  feeds(): Record<string, ort.Tensor>;
  /** Where it writes, by output name; null where the runtime finds a place. */
  fetches(): Record<string, ort.Tensor | null>;
  /**
   * The results of a run become the state.
   * @param scalars `updateScalars` of the step
   * @returns ‖gradient‖₂ over all parameters, before clipping
   */
  advance(results: ort.InferenceSession.ReturnType, scalars: Readonly<Record<string, number>>): number;
  /** Values by input name. The arrays may be the run's own: use them before the next step. */
  read(names: readonly string[]): Promise<Map<string, Float32Array>>;
  /** @throws if `values` do not fit the network */
  write(values: Readonly<Record<string, Float32Array>>): void;
  release(): Promise<void>;
}

const BYTES_OF_FLOAT = 4;
/** Arrays begin at a multiple of as many values: a line of the cache. */
const ALIGNED = 16;
/** Bytes of a page of WebAssembly's memory. */
const PAGE = 65_536;

/** What is kept of a parameter. */
export type KindsOf = (parameter: Parameter) => readonly StateKind[];

interface Slot {
  input: string;
  output: string;
  shape: readonly number[];
}

const slotsOf = (parameters: readonly Parameter[], kindsOf: KindsOf): Slot[] =>
  parameters.flatMap((parameter) => {
    const { name, shape } = parameter;
    return kindsOf(parameter).map((kind) => ({ input: inputName(kind, name), output: outputName(kind, name), shape }));
  });

const zeros = ({ shape }: Slot) => new ort.Tensor('float32', new Float32Array(elements(shape)), [...shape]);
const dataOf = (tensor: ort.Tensor) => tensor.data as Float32Array;
const normIn = ({ gradientNorm }: ort.InferenceSession.ReturnType) => dataOf(gradientNorm)[0];

function fill(tensor: ort.Tensor, name: string, values: Float32Array | undefined): void {
  const data = dataOf(tensor);
  if (values?.length !== data.length) throw new Error(`The saved state does not fit this network: ${name}.`);
  data.set(values);
}

/** In main memory, renewed by the graph: two sets of arrays that exchange roles every step, so that it writes in place. */
export class HostState implements State {
  readonly names: readonly string[];
  readonly #slots: { input: string; output: string; now: ort.Tensor; next: ort.Tensor }[];

  constructor(parameters: readonly Parameter[], kindsOf: KindsOf) {
    this.#slots = slotsOf(parameters, kindsOf).map((slot) => ({ ...slot, now: zeros(slot), next: zeros(slot) }));
    this.names = this.#slots.map(({ input }) => input);
  }

  feeds() {
    return Object.fromEntries(this.#slots.map(({ input, now }) => [input, now]));
  }
  fetches() {
    return Object.fromEntries(this.#slots.map(({ output, next }) => [output, next]));
  }
  advance(results: ort.InferenceSession.ReturnType) {
    for (const slot of this.#slots) [slot.now, slot.next] = [slot.next, slot.now];
    return normIn(results);
  }
  async read(names: readonly string[]) {
    const now = new Map(this.#slots.map((slot) => [slot.input, slot.now]));
    return new Map(names.map((name) => [name, dataOf(now.get(name)!)]));
  }
  write(values: Readonly<Record<string, Float32Array>>) {
    for (const { input, now } of this.#slots) fill(now, input, values[input]);
  }
  async release() {}
}

/** In main memory, renewed by a loop over it that follows each run: the graph reads the weights and writes gradients. */
export class LoopState implements State {
  readonly names: readonly string[];
  readonly #update: ReturnType<typeof adamLoop>;
  readonly #kept: readonly (Placed & { parameter: Parameter })[];
  readonly #arrays = new Map<string, ort.Tensor>();
  readonly #feeds: Record<string, ort.Tensor>;
  readonly #fetches: Record<string, ort.Tensor>;

  constructor(parameters: readonly Parameter[], optimiser: OptimiserConfig) {
    let end = 0;
    const place = ({ shape }: Parameter) => {
      const start = end;
      end += BYTES_OF_FLOAT * ALIGNED * Math.ceil(elements(shape) / ALIGNED);
      return start;
    };
    const kinds = (parameter: Parameter) => [...stateKinds(optimiser, parameter), 'gradient' as const];
    this.#kept = parameters.map((parameter) => ({
      parameter,
      starts: Object.fromEntries(kinds(parameter).map((kind) => [kind, place(parameter)])) as Placed['starts'],
    }));
    // It never grows: that would move the arrays.
    const memory = new WebAssembly.Memory({ initial: Math.ceil(end / PAGE) });
    for (const { parameter, starts } of this.#kept) {
      for (const [kind, start] of Object.entries(starts)) {
        const values = new Float32Array(memory.buffer, start, elements(parameter.shape));
        const name = kind === 'gradient' ? gradientName(parameter.name) : inputName(kind as StateKind, parameter.name);
        this.#arrays.set(name, new ort.Tensor('float32', values, [...parameter.shape]));
      }
    }
    const tensors = (name: (parameter: string) => string) =>
      Object.fromEntries(parameters.map((p) => [name(p.name), this.#arrays.get(name(p.name))!]));
    this.#feeds = tensors((name) => inputName('weight', name));
    this.#fetches = tensors(gradientName);
    this.names = [...this.#arrays.keys()].filter((name) => !(name in this.#fetches));
    this.#update = adamLoop(memory, optimiser);
  }

  feeds() {
    return this.#feeds;
  }
  fetches() {
    return this.#fetches;
  }
  advance(_: ort.InferenceSession.ReturnType, scalars: Readonly<Record<string, number>>) {
    return this.#update(this.#kept, scalars);
  }
  async read(names: readonly string[]) {
    return new Map(names.map((name) => [name, dataOf(this.#arrays.get(name)!)]));
  }
  write(values: Readonly<Record<string, Float32Array>>) {
    for (const name of this.names) fill(this.#arrays.get(name)!, name, values[name]);
  }
  async release() {}
}

/**
 * On a graphics card: each run's results stay in its memory and are the next run's inputs. Reading copies them back
 * through a session that does nothing else (the runtime's own `getData` ends the process).
 */
export class DeviceState implements State {
  readonly #slots: { input: string; output: string; now: ort.Tensor }[];
  readonly #reader: ort.InferenceSession;
  readonly names: readonly string[];

  private constructor(slots: { input: string; output: string; now: ort.Tensor }[], reader: ort.InferenceSession) {
    this.#slots = slots;
    this.#reader = reader;
    this.names = slots.map(({ input }) => input);
  }

  static async create(parameters: readonly Parameter[], kindsOf: KindsOf): Promise<DeviceState> {
    const slots = slotsOf(parameters, kindsOf);
    const value = (name: string, shape: readonly number[]) => ({ name, type: 'float32' as const, shape });
    const reader = encodeModel({
      nodes: slots.map(({ input, output }) => ({ op: 'Identity', inputs: [input], outputs: [output] })),
      inputs: slots.map(({ input, shape }) => value(input, shape)),
      outputs: slots.map(({ output, shape }) => value(output, shape)),
      initializers: [],
    });
    return new DeviceState(
      slots.map((slot) => ({ ...slot, now: zeros(slot) })),
      await createSession(reader, 'gpu'),
    );
  }

  /** Output names of the step graph that must stay on the card. */
  static outputs(parameters: readonly Parameter[], kindsOf: KindsOf): string[] {
    return slotsOf(parameters, kindsOf).map(({ output }) => output);
  }

  feeds() {
    return Object.fromEntries(this.#slots.map(({ input, now }) => [input, now]));
  }
  fetches() {
    return Object.fromEntries(this.#slots.map(({ output }) => [output, null]));
  }
  advance(results: ort.InferenceSession.ReturnType) {
    for (const slot of this.#slots) {
      if (slot.now.location === 'gpu-buffer') slot.now.dispose();
      slot.now = results[slot.output];
    }
    return normIn(results);
  }
  async read(names: readonly string[]) {
    const wanted = this.#slots.filter(({ input }) => names.includes(input));
    const results = await this.#reader.run(
      this.feeds(),
      wanted.map(({ output }) => output),
    );
    return new Map(wanted.map(({ input, output }) => [input, dataOf(results[output])]));
  }
  /** Before the first run only, while the state is still in main memory. */
  write(values: Readonly<Record<string, Float32Array>>) {
    for (const { input, now } of this.#slots) fill(now, input, values[input]);
  }
  async release() {
    for (const { now } of this.#slots) if (now.location === 'gpu-buffer') now.dispose();
    await this.#reader.release();
  }
}
