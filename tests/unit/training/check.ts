/**
 * Checks one function: its forward against a reference in double precision, its gradient against central differences of
 * it; and that of an op against PyTorch besides.
 */
import { expect } from 'vitest';
import { elements, Graph, type Val } from '../../../main/engine/training/graph';
import { multiply, sum } from '../../../main/engine/training/ops/elementwise';
import { draw, dot, fixture, norm, relativeDistance, run, type Values } from './support';

export interface Tensor {
  shape: readonly number[];
  data: Float32Array;
}

/** Seeded normal numbers of a shape. */
export const tensor = (label: string, shape: readonly number[], deviation = 1, mean = 0): Tensor => ({
  shape,
  data: draw(label, shape, deviation, mean),
});

export interface Case<Name extends string = string> {
  /** That of an op names it in the fixture, too. */
  name: string;
  /** What the op is differentiated in. */
  inputs: Record<Name, Tensor>;
  /** Values of inputs of the graph that `op` declares itself. */
  fixed?: Values;
  op(g: Graph, inputs: Record<Name, Val>): Val;
  /** Where the values of `expected` lie in the op's result; the same order if absent. */
  offsets?: ArrayLike<number>;
  /** The same function in double precision. */
  expected(inputs: Record<Name, Float64Array>): ArrayLike<number>;
}

/** Relative errors of float32 sums over a few thousand products. */
const FORWARD_TOLERANCE = 2e-6;
/** In units of the tensor's length: float32 against double. */
const TORCH_TOLERANCE = 1e-5;
/** In units of a typical derivative along the direction, ‖gradient‖·‖direction‖/√n. */
const GRADIENT_TOLERANCE = 1e-4;
/** In double precision; small, so that hardly an activation crosses its kink on the way. */
const STEP = 1e-7;

/** Each element is a direction of its own up to this many; larger tensors get random directions. */
const MOST_ELEMENTS = 32;
const RANDOM_DIRECTIONS = 3;

/** A tensor as scripts/torch/fixtures.py tells it: its length and its projections on random directions. */
interface Summary {
  norm: number;
  projections: number[];
}
const torch = fixture<{ cases: Record<string, { result: Summary; gradients: Record<string, Summary> }> }>('ops').cases;

function expectSummary(values: ArrayLike<number>, expected: Summary, tolerance: number, what: string): void {
  expect(Math.abs(norm(values) - expected.norm), `${what}: norm in PyTorch`).toBeLessThan(tolerance * expected.norm);
  expected.projections.forEach((projection, p) => {
    const difference = dot(values, draw(`projection ${p}`, [values.length])) - projection;
    expect(Math.abs(difference), `${what}: projection ${p} in PyTorch`).toBeLessThan(tolerance * expected.norm);
  });
}

/** `check`, and against PyTorch. */
export async function checkOp<Name extends string>(c: Case<Name>): Promise<void> {
  const { forward, gradients } = await check(c);
  expectSummary(forward, torch[c.name].result, TORCH_TOLERANCE, 'forward');
  for (const name of Object.keys(c.inputs) as Name[]) {
    expectSummary(gradients[name], torch[c.name].gradients[name], TORCH_TOLERANCE, `gradient in ${name}`);
  }
}

export async function check<Name extends string>(
  c: Case<Name>,
): Promise<{ forward: Float64Array; gradients: Record<string, Float32Array> }> {
  const names = Object.keys(c.inputs) as Name[];
  const doubles = Object.fromEntries(names.map((n) => [n, Float64Array.from(c.inputs[n].data)])) as Record<
    Name,
    Float64Array
  >;
  const expected = c.expected(doubles);

  const graph = new Graph();
  const vals = Object.fromEntries(names.map((n) => [n, graph.parameter(n, c.inputs[n].shape, () => 0)]));
  const y = c.op(graph, vals as Record<Name, Val>);
  graph.output('y', graph.node('Identity', [y], y.shape));
  // Any scalar of the result would do; this one weighs each value differently.
  const weights = draw('weights', [expected.length]);
  const spread = new Float32Array(elements(y.shape));
  weights.forEach((weight, i) => (spread[c.offsets ? c.offsets[i] : i] = weight));
  graph
    .backward(sum(graph, multiply(graph, y, graph.constant(spread, y.shape))))
    .forEach((gradient, i) => graph.output(`gradient:${names[i]}`, graph.node('Identity', [gradient], gradient.shape)));
  const results = await run(graph, { ...c.fixed, ...inputValues(c.inputs) });

  const actual = Float64Array.from(expected, (_, i) => results.y[c.offsets ? c.offsets[i] : i]);
  expect(relativeDistance(actual, expected), 'forward').toBeLessThan(FORWARD_TOLERANCE);

  const gradients: Record<string, Float32Array> = {};
  for (const name of names) {
    const gradient = results[`gradient:${name}`];
    const point = doubles[name];
    expect(gradient.length, `gradient in ${name}`).toBe(point.length);
    gradients[name] = gradient;
    const along = (direction: Float64Array, step: number) => {
      const moved = point.map((value, i) => value + step * direction[i]);
      return dot(weights, c.expected({ ...doubles, [name]: moved }));
    };
    directions(point.length).forEach((direction, i) => {
      const difference = (along(direction, STEP) - along(direction, -STEP)) / (2 * STEP);
      const typical = (norm(gradient) * norm(direction)) / Math.sqrt(point.length);
      const error = Math.abs(difference - dot(gradient, direction));
      expect(error, `gradient in ${name}, direction ${i}`).toBeLessThan(GRADIENT_TOLERANCE * typical);
    });
  }
  return { forward: actual, gradients };
}

function inputValues(inputs: Record<string, Tensor>): Values {
  return Object.fromEntries(Object.entries(inputs).map(([name, { data }]) => [name, data]));
}

function directions(n: number): Float64Array[] {
  if (n <= MOST_ELEMENTS) return Array.from({ length: n }, (_, i) => new Float64Array(n).fill(1, i, i + 1));
  return Array.from({ length: RANDOM_DIRECTIONS }, (_, i) => Float64Array.from(draw(`direction ${i}`, [n])));
}
