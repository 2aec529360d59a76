/**
 * A formula as one loop over arrays in memory, four values at a time: a WebAssembly module of a single function. The
 * runtime takes a pass over the arrays for each operation; the loop takes one for all of them, and can add something up
 * on its way.
 */
import type { Arithmetic } from './arithmetic';

/** Values that the loop takes at once: arrays begin at a multiple of as many, and are padded to one. */
export const LANES = 4;
const BYTES = 4 * LANES;

// The binary format (WebAssembly Core Specification 2.0, section 5), as far as a module of one function needs it.
const TYPE = { f32: 0x7d, i32: 0x7f, v128: 0x7b, none: 0x40, function: 0x60 };
const SECTION = { types: 1, imports: 2, functions: 3, exports: 7, code: 10 };
const KIND = { function: 0, memory: 2 };
const OP = { block: 0x02, loop: 0x03, end: 0x0b, break: 0x0c, breakIf: 0x0d, get: 0x20, set: 0x21, constant: 0x41 };
const I32 = { isZero: 0x45, add: 0x6a };
const F32 = { constant: 0x43, add: 0x92 };
const VECTOR = {
  ...{ load: 0, store: 11, splat: 19, lane: 31 },
  ...{ squareRoot: 227, add: 228, subtract: 229, multiply: 230, divide: 231 },
};
/** Beside them in an instruction: alignment, as a power of 2, and offset. */
const AT_16_BYTES = [4, 0];

function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [0x80 | (value & 0x7f), ...unsigned(value >>> 7)];
}
const sized = (bytes: number[]) => [...unsigned(bytes.length), ...bytes];
const list = (items: number[][]) => [...unsigned(items.length), ...items.flat()];
const name = (text: string) => sized([...new TextEncoder().encode(text)]);
const section = (id: number, items: number[][]) => [id, ...sized(list(items))];
const vector = (op: number) => [0xfd, ...unsigned(op)];
/** Of numbers below 64, which a signed LEB128 writes as they are. */
const integer = (value: number) => [OP.constant, value];

/** A variable of the function. */
interface Variable {
  readonly index: number;
}
const get = ({ index }: Variable) => [OP.get, ...unsigned(index)];
const set = ({ index }: Variable) => [OP.set, ...unsigned(index)];

/** The operations of a formula as instructions; each result has a variable of its own. */
class Instructions implements Arithmetic<Variable> {
  /** What is computed once, before the loop. */
  readonly before: number[] = [];
  /** What is computed for each vector of values. */
  readonly body: number[] = [];
  readonly #constants = new Map<number, Variable>();
  readonly #first: number;
  count = 0;

  /** @param first index of the first variable for a vector */
  constructor(first: number) {
    this.#first = first;
  }

  /** A new variable, 0 at first. */
  variable(): Variable {
    return { index: this.#first + this.count++ };
  }

  /** What `code` leaves on the stack, in a new variable. */
  keep(where: number[], code: number[]): Variable {
    const variable = this.variable();
    where.push(...code, ...set(variable));
    return variable;
  }

  #constant(value: number): Variable {
    const known = this.#constants.get(value);
    if (known) return known;
    const bytes = new Uint8Array(Float32Array.of(value).buffer);
    const made = this.keep(this.before, [F32.constant, ...bytes, ...vector(VECTOR.splat)]);
    this.#constants.set(value, made);
    return made;
  }

  #binary(op: number, x: Variable, y: Variable | number): Variable {
    const other = typeof y === 'number' ? this.#constant(y) : y;
    return this.keep(this.body, [...get(x), ...get(other), ...vector(op)]);
  }

  add = (x: Variable, y: Variable | number) => this.#binary(VECTOR.add, x, y);
  subtract = (x: Variable, y: Variable | number) => this.#binary(VECTOR.subtract, x, y);
  multiply = (x: Variable, y: Variable | number) => this.#binary(VECTOR.multiply, x, y);
  divide = (x: Variable, y: Variable | number) => this.#binary(VECTOR.divide, x, y);
  squareRoot = (x: Variable) => this.keep(this.body, [...get(x), ...vector(VECTOR.squareRoot)]);
}

/** The values of arrays and scalars by name, as variables; what `replaced` are the arrays of those names, and what to add up. */
export type Formula<A extends string, S extends string> = <T>(
  a: Arithmetic<T>,
  arrays: Record<A, T>,
  scalars: Record<S, T>,
) => { replaced?: Partial<Record<A, T>>; sum?: T };

/**
 * @param memory in which the arrays lie
 * @returns replaces `length` values (rounded up to a multiple of `LANES`) of the arrays that begin at the given bytes, and
 *   returns the formula's sum over them, 0 where it has none
 */
export function compileLoop<A extends string, S extends string>(
  memory: WebAssembly.Memory,
  arrays: readonly A[],
  scalars: readonly S[],
  formula: Formula<A, S>,
): (starts: Readonly<Record<A, number>>, length: number, values: Readonly<Record<S, number>>) => number {
  const parameters = [...arrays.map(() => TYPE.i32), TYPE.i32, ...scalars.map(() => TYPE.f32)];
  const pointers = arrays.map((_, i): Variable => ({ index: i }));
  const remaining: Variable = { index: arrays.length };
  const into = new Instructions(parameters.length);
  const named = <K extends string>(keys: readonly K[], make: (i: number) => Variable) =>
    Object.fromEntries(keys.map((key, i) => [key, make(i)])) as Record<K, Variable>;

  const given = named(scalars, (i) =>
    into.keep(into.before, [...get({ index: arrays.length + 1 + i }), ...vector(VECTOR.splat)]),
  );
  const loaded = named(arrays, (i) =>
    into.keep(into.body, [...get(pointers[i]), ...vector(VECTOR.load), ...AT_16_BYTES]),
  );
  const { replaced, sum } = formula(into, loaded, given);
  const total = into.variable();
  const { body, before, count } = into;
  if (sum) body.push(...get(total), ...get(sum), ...vector(VECTOR.add), ...set(total));
  arrays.forEach((array, i) => {
    const value = replaced?.[array];
    if (value) body.push(...get(pointers[i]), ...get(value), ...vector(VECTOR.store), ...AT_16_BYTES);
  });
  const forward = (pointer: Variable) => [...get(pointer), ...integer(BYTES), I32.add, ...set(pointer)];
  const lanes = Array.from({ length: LANES }, (_, lane) => [...get(total), ...vector(VECTOR.lane), lane]);
  const code = [
    ...[...before, OP.block, TYPE.none, OP.loop, TYPE.none],
    ...[...get(remaining), I32.isZero, OP.breakIf, 1],
    ...[...body, ...pointers.flatMap(forward)],
    ...[...get(remaining), ...integer(0x7f /* −1 */), I32.add, ...set(remaining)],
    ...[OP.break, 0, OP.end, OP.end],
    ...lanes.flatMap((lane, i) => (i ? [...lane, F32.add] : lane)),
    OP.end,
  ];
  const module = Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // '\0asm', version 1
    ...section(SECTION.types, [[TYPE.function, ...list(parameters.map((type) => [type])), ...list([[TYPE.f32]])]]),
    ...section(SECTION.imports, [[...name('main'), ...name('memory'), KIND.memory, 0, 0]]), // of any size
    ...section(SECTION.functions, [[0]]),
    ...section(SECTION.exports, [[...name('run'), KIND.function, 0]]),
    ...section(SECTION.code, [sized([...list([[...unsigned(count), TYPE.v128]]), ...code])]),
  ]);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module), { main: { memory } });
  const run = instance.exports.run as (...parameters: number[]) => number;
  return (starts, length, values) =>
    run(...arrays.map((array) => starts[array]), Math.ceil(length / LANES), ...scalars.map((scalar) => values[scalar]));
}
