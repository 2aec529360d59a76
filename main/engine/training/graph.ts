/**
 * A static ONNX graph with a tape. Every op appends ONNX nodes; a differentiable op also records how its
 * output's gradient becomes its inputs' gradients, and `backward` replays the tape in reverse, appending
 * the gradient nodes to the same graph. Nothing is computed here: onnxruntime runs the result.
 */
import { encodeModel, type AttributeValue, type InitializerDef, type NodeDef, type ValueDef } from './onnx';

/** A tensor in the graph: a name and a shape, no numbers. All tensors that ops see are float32. */
export interface Val {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A trainable tensor. `initial` fills one element; called in order, so it may draw from a random stream. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initial: () => number;
  /** The weights that read or draw the image; an optimiser may treat them apart. */
  readonly outer: boolean;
}

/** From the gradient of an op's output, those of its inputs (null where there is none or none is needed). */
export type Gradient = (dy: Val, needed: boolean[]) => (Val | null)[];

export const elements = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export class Graph {
  readonly #options: { dynamicBatch?: boolean };
  readonly parameters: Parameter[] = [];
  readonly #nodes: NodeDef[] = [];
  readonly #inputs: ValueDef[] = [];
  readonly #outputs: ValueDef[] = [];
  readonly #constants = new Map<string, InitializerDef>();
  readonly #tape: { output: Val; inputs: Val[]; gradient: Gradient }[] = [];
  /** Names of values that depend on a parameter: only these get gradients. */
  readonly #tracked = new Set<string>();
  /** Op results that leave the graph, by the name they leave under. (An Identity node would copy them.) */
  readonly #outputNames = new Map<string, string>();
  #counter = 0;

  /**
   * `dynamicBatch`: the first dimension of inputs, outputs and reshapes is left open (`'N'`), so that the
   * exported file decodes any number of codes; shapes here then describe one image.
   */
  constructor(options: { dynamicBatch?: boolean } = {}) {
    this.#options = options;
  }

  // ------------------------------------------------------------ values

  input(name: string, shape: readonly number[]): Val {
    this.#inputs.push({ name, type: 'float32', shape: this.#openBatch(shape) });
    return { name, shape };
  }

  parameter(name: string, shape: readonly number[], initial: () => number, outer = false): Val {
    const parameter = { name, shape, initial, outer };
    this.parameters.push(parameter);
    this.#tracked.add(name);
    return parameter;
  }

  /** Makes `value`, the result of an op, available under `name` when the graph runs. */
  output(name: string, value: Val): void {
    this.#outputNames.set(value.name, name);
    this.#outputs.push({ name, type: 'float32', shape: this.#openBatch(value.shape) });
  }

  constant(data: readonly number[] | Float32Array, shape: readonly number[] = [data.length]): Val {
    const name = `c${this.#constants.size}_${shape.join('x')}`;
    const small = data.length <= 16 ? `${shape.join('x')}:${[...data].join()}` : name;
    const known = this.#constants.get(small);
    if (known) return { name: known.name, shape };
    this.#constants.set(small, { name, shape, data: Float32Array.from(data) });
    return { name, shape };
  }

  scalar(value: number): Val {
    return this.constant([value], []);
  }

  #integers(values: readonly number[]): string {
    const name = `i_${values.join('_')}`;
    this.#constants.set(name, { name, shape: [values.length], data: BigInt64Array.from(values.map(BigInt)) });
    return name;
  }

  #openBatch(shape: readonly number[]): (number | string)[] {
    return this.#options.dynamicBatch ? ['N', ...shape.slice(1)] : [...shape];
  }

  /** Shape of a declared input, e.g. to allocate what is fed to it. */
  shapeOfInput(name: string): readonly number[] {
    return this.#inputs.find((i) => i.name === name)!.shape as number[];
  }

  /** Shape of a declared output. */
  shapeOfOutput(name: string): readonly number[] {
    return this.#outputs.find((o) => o.name === name)!.shape as number[];
  }

  // ------------------------------------------------------------ nodes (no gradient of their own)

  /** Appends one node. An array of integers among the inputs becomes an int64 constant, '' an absent input. */
  node(
    op: string,
    inputs: (Val | readonly number[] | '')[],
    shape: readonly number[],
    attributes?: Record<string, AttributeValue>,
    domain?: string,
  ): Val {
    const name = `t${this.#counter++}`;
    const names = inputs.map((i) => (i === '' ? '' : 'name' in i ? i.name : this.#integers(i)));
    this.#nodes.push({ op, inputs: names, outputs: [name], attributes, domain });
    return { name, shape };
  }

  /** Elementwise with broadcasting; the result has the shape of the larger operand. */
  binary(op: 'Add' | 'Sub' | 'Mul' | 'Div' | 'Min' | 'Max', a: Val, b: Val | number): Val {
    const other = typeof b === 'number' ? this.scalar(b) : b;
    return this.node(op, [a, other], elements(a.shape) >= elements(other.shape) ? a.shape : other.shape);
  }

  unary(op: 'Abs' | 'Exp' | 'Log' | 'Sqrt' | 'Sigmoid' | 'Neg' | 'Relu' | 'Tanh', x: Val): Val {
    return this.node(op, [x], x.shape);
  }

  reshape(x: Val, shape: readonly number[]): Val {
    return this.node('Reshape', [x, this.#options.dynamicBatch ? [-1, ...shape.slice(1)] : shape], shape);
  }

  transpose(x: Val, order: readonly number[]): Val {
    const attributes = { perm: [...order] };
    return this.node(
      'Transpose',
      [x],
      order.map((axis) => x.shape[axis]),
      attributes,
    );
  }

  /** reshape to `view`, transpose, reshape to `shape`: the workhorse of every change of layout. */
  relayout(x: Val, view: readonly number[], order: readonly number[], shape: readonly number[]): Val {
    return this.reshape(this.transpose(this.reshape(x, view), order), shape);
  }

  /** Sum over `axes`, which disappear from the shape. */
  sum(x: Val, axes: readonly number[]): Val {
    const shape = x.shape.filter((_, axis) => !axes.includes(axis));
    return this.node('ReduceSum', [x, axes], shape, { keepdims: 0 });
  }

  /** Sum over everything, a scalar. */
  sumAll(x: Val): Val {
    return this.sum(
      x,
      x.shape.map((_, axis) => axis),
    );
  }

  /** Zeros before and after, per axis. */
  pad(x: Val, before: readonly number[], after: readonly number[]): Val {
    const shape = x.shape.map((d, i) => d + before[i] + after[i]);
    return this.node('Pad', [x, [...before, ...after]], shape);
  }

  /** Matrix product of `a` and `b`, either transposed, plus a row `bias`. */
  matmul(a: Val, b: Val, o: { bias?: Val; transA?: boolean; transB?: boolean } = {}): Val {
    const shape = [a.shape[o.transA ? 1 : 0], b.shape[o.transB ? 0 : 1]];
    const attributes = { transA: Number(!!o.transA), transB: Number(!!o.transB) };
    return this.node('Gemm', o.bias ? [a, b, o.bias] : [a, b], shape, attributes);
  }

  // ------------------------------------------------------------ differentiation

  /** Declares `output` differentiable in `inputs`. Ops that touch no parameter leave no trace. */
  differentiable(output: Val, inputs: Val[], gradient: Gradient): Val {
    if (inputs.some((i) => this.#tracked.has(i.name))) {
      this.#tracked.add(output.name);
      this.#tape.push({ output, inputs, gradient });
    }
    return output;
  }

  /**
   * Appends the gradients of a scalar `loss` (reverse-mode differentiation) in some parameters, in their order; the
   * others are constants to it.
   * @throws if a parameter does not influence the loss.
   */
  backward(loss: Val, parameters: readonly Parameter[] = this.parameters): Val[] {
    const varies = new Set(parameters.map(({ name }) => name));
    for (const { output, inputs } of this.#tape) if (inputs.some((i) => varies.has(i.name))) varies.add(output.name);
    const gradients = new Map<string, Val>([[loss.name, this.scalar(1)]]);
    for (const { output, inputs, gradient } of [...this.#tape].reverse()) {
      const dy = gradients.get(output.name);
      if (!dy) continue;
      const needed = inputs.map((i) => varies.has(i.name));
      if (!needed.includes(true)) continue;
      gradient(dy, needed).forEach((g, i) => {
        if (!g || !needed[i]) return;
        const before = gradients.get(inputs[i].name);
        gradients.set(inputs[i].name, before ? this.binary('Add', before, g) : g);
      });
    }
    return parameters.map((p) => {
      const gradient = gradients.get(p.name);
      if (!gradient) throw new Error(`Parameter ${p.name} does not influence the loss.`);
      return gradient;
    });
  }

  // ------------------------------------------------------------ the file

  /** An ONNX file whose parameters are inputs, so that they can change from run to run. */
  encode(): Uint8Array {
    const inputs = this.parameters.map((p): ValueDef => ({ name: p.name, type: 'float32', shape: p.shape }));
    return this.#file([...this.#inputs, ...inputs], []);
  }

  /** An ONNX file whose parameters are constants. */
  freeze(values: ReadonlyMap<string, Float32Array>): Uint8Array {
    const weights = this.parameters.map(({ name, shape }): InitializerDef => ({
      name,
      shape,
      data: values.get(name)!,
    }));
    return this.#file(this.#inputs, weights);
  }

  #file(inputs: ValueDef[], weights: InitializerDef[]): Uint8Array {
    const renamed = (name: string) => this.#outputNames.get(name) ?? name;
    return encodeModel({
      nodes: this.#nodes.map((n) => ({ ...n, inputs: n.inputs.map(renamed), outputs: n.outputs.map(renamed) })),
      inputs,
      outputs: this.#outputs,
      initializers: [...weights, ...this.#constants.values()],
    });
  }
}
