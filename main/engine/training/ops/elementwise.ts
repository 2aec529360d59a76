/** Elementwise ops and sums. Each keeps its forward and its gradient together. */
import type { Graph, Val } from '../graph';
import { elements } from '../graph';

/** Gradients of broadcast operands are summed back to the operand's own shape. */
function unbroadcast(g: Graph, gradient: Val, shape: readonly number[]): Val {
  if (elements(gradient.shape) === elements(shape)) return gradient;
  if (elements(shape) === 1) return g.reshape(g.sumAll(gradient), shape);
  const lead = gradient.shape.length - shape.length;
  const axes = gradient.shape
    .map((_, axis) => axis)
    .filter((axis) => axis < lead || shape[axis - lead] !== gradient.shape[axis]);
  return g.reshape(g.sum(gradient, axes), shape);
}

export function add(g: Graph, a: Val, b: Val): Val {
  return g.differentiable(g.binary('Add', a, b), [a, b], (dy) => [
    unbroadcast(g, dy, a.shape),
    unbroadcast(g, dy, b.shape),
  ]);
}

export function subtract(g: Graph, a: Val, b: Val): Val {
  return g.differentiable(g.binary('Sub', a, b), [a, b], (dy, [, needB]) => [
    unbroadcast(g, dy, a.shape),
    needB ? unbroadcast(g, g.unary('Neg', dy), b.shape) : null,
  ]);
}

export function multiply(g: Graph, a: Val, b: Val): Val {
  return g.differentiable(g.binary('Mul', a, b), [a, b], (dy, [needA, needB]) => [
    needA ? unbroadcast(g, g.binary('Mul', dy, b), a.shape) : null,
    needB ? unbroadcast(g, g.binary('Mul', dy, a), b.shape) : null,
  ]);
}

export function scale(g: Graph, x: Val, factor: number): Val {
  return g.differentiable(g.binary('Mul', x, factor), [x], (dy) => [g.binary('Mul', dy, factor)]);
}

export function exp(g: Graph, x: Val): Val {
  const y = g.unary('Exp', x);
  return g.differentiable(y, [x], (dy) => [g.binary('Mul', dy, y)]);
}

export function sigmoid(g: Graph, x: Val): Val {
  const y = g.unary('Sigmoid', x);
  return g.differentiable(y, [x], (dy) => [
    g.binary('Mul', dy, g.binary('Mul', y, g.binary('Sub', g.constant([1]), y))),
  ]);
}

export function tanh(g: Graph, x: Val): Val {
  const y = g.unary('Tanh', x);
  return g.differentiable(y, [x], (dy) => [
    g.binary('Mul', dy, g.binary('Sub', g.constant([1]), g.binary('Mul', y, y))),
  ]);
}

/** Σ over everything, a scalar. */
export function sum(g: Graph, x: Val): Val {
  return g.differentiable(g.sumAll(x), [x], (dy) => [
    g.binary('Add', g.constant(new Float32Array(elements(x.shape)), x.shape), dy),
  ]);
}

/** Σ x² over everything, a scalar. */
export function sumSquares(g: Graph, x: Val): Val {
  const axes = x.shape.map((_, axis) => axis);
  const y = g.node('ReduceSumSquare', [x, axes], [], { keepdims: 0 });
  return g.differentiable(y, [x], (dy) => [g.binary('Mul', x, g.binary('Mul', dy, 2))]);
}

/** A column `[n]` of gradients, ready to be broadcast against the rows of a tensor with `axes` axes. */
const perRow = (g: Graph, dy: Val, axes: number): Val =>
  g.reshape(
    dy,
    Array.from({ length: axes }, (_, axis) => (axis ? 1 : dy.shape[0])),
  );

/** Σ over every axis but the first: `[n, …] → [n]`. */
export function sumRows(g: Graph, x: Val): Val {
  const axes = x.shape.map((_, axis) => axis).slice(1);
  return g.differentiable(g.sum(x, axes), [x], (dy) => [
    g.node('Expand', [perRow(g, dy, x.shape.length), x.shape], x.shape),
  ]);
}

/** Σ x² over every axis but the first: `[n, …] → [n]`. */
export function sumSquaresRows(g: Graph, x: Val): Val {
  const axes = x.shape.map((_, axis) => axis).slice(1);
  const y = g.node('ReduceSumSquare', [x, axes], [x.shape[0]], { keepdims: 0 });
  return g.differentiable(y, [x], (dy) => [g.binary('Mul', x, perRow(g, g.binary('Mul', dy, 2), x.shape.length))]);
}

/** All rows `copies` times, one block of them after the other: `[n, …] → [copies·n, …]`. */
export function repeatRows(g: Graph, x: Val, copies: number): Val {
  if (copies === 1) return x;
  const [n, ...rest] = x.shape;
  const y = g.node('Tile', [x, [copies, ...rest.map(() => 1)]], [copies * n, ...rest]);
  return g.differentiable(y, [x], (dy) => [g.sum(g.reshape(dy, [copies, n, ...rest]), [0])]);
}

/** log Σ exp over the first axis: `[k, n] → [n]`; its gradient is the softmax over that axis. */
export function logSumExpColumns(g: Graph, x: Val): Val {
  const y = g.node('ReduceLogSumExp', [x, [0]], x.shape.slice(1), { keepdims: 0 });
  return g.differentiable(y, [x], (dy) => [g.binary('Mul', g.unary('Exp', g.binary('Sub', x, y)), dy)]);
}

/** Mean over the first axis: `[n, d] → [d]`. */
export function meanRows(g: Graph, x: Val): Val {
  const n = x.shape[0];
  const y = g.binary('Mul', g.sum(x, [0]), 1 / n);
  return g.differentiable(y, [x], (dy) => [
    g.binary('Add', g.constant(new Float32Array(elements(x.shape)), x.shape), g.binary('Mul', dy, 1 / n)),
  ]);
}

/** 1 where y > 0 and 0 elsewhere, in one pass: clip(10³⁰·y, 0, 1). (`Sign` and `Where` are slower.) */
export function positiveMask(g: Graph, y: Val): Val {
  return g.node('HardSigmoid', [y], y.shape, { alpha: { float: 1e30 }, beta: { float: 0 } });
}

/** x where it is positive and x/5 elsewhere, in whichever layout. */
export function leakyRelu(g: Graph, x: Val): Val {
  const slope = 0.2;
  const y = g.node('LeakyRelu', [x], x.shape, { alpha: { float: slope } });
  return g.differentiable(y, [x], (dy) => [
    g.binary('Mul', dy, g.binary('Add', g.binary('Mul', positiveMask(g, y), 1 - slope), slope)),
  ]);
}

/** log(1 + exp(x)) */
export function softplus(g: Graph, x: Val): Val {
  const y = g.node('Softplus', [x], x.shape);
  return g.differentiable(y, [x], (dy) => [g.binary('Mul', dy, g.unary('Sigmoid', x))]);
}

/** Mean over everything, a scalar. */
export const meanAll = (g: Graph, x: Val): Val => scale(g, sum(g, x), 1 / elements(x.shape));

/** Mean over the last axis: `[n, c, m] → [n, c]`. */
export function meanLast(g: Graph, x: Val): Val {
  const [n, c, m] = x.shape;
  const y = g.binary('Mul', g.sum(x, [2]), 1 / m);
  return g.differentiable(y, [x], (dy) => [
    g.node('Expand', [g.reshape(g.binary('Mul', dy, 1 / m), [n, c, 1]), x.shape], x.shape),
  ]);
}

/** max(x, floor), with gradient 1 above the floor and 0 below it. */
export function atLeast(g: Graph, x: Val, floor: number): Val {
  const y = g.binary('Max', x, floor);
  return g.differentiable(y, [x], (dy) => [g.binary('Mul', dy, positiveMask(g, g.binary('Sub', x, floor)))]);
}
