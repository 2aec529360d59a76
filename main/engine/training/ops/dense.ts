/** Matrix product and changes of shape. */
import type { Graph, Val } from '../graph';

/** y = x·w + b with x `[n, i]`, w `[i, o]`, b `[o]`. */
export function linear(g: Graph, x: Val, w: Val, b: Val): Val {
  return g.differentiable(g.matmul(x, w, { bias: b }), [x, w, b], (dy, [needX, needW]) => [
    needX ? g.matmul(dy, w, { transB: true }) : null,
    needW ? g.matmul(x, dy, { transA: true }) : null,
    needW ? g.sum(dy, [0]) : null,
  ]);
}

/** x·c with a constant c. */
export function fixedProduct(g: Graph, x: Val, c: Val): Val {
  return g.differentiable(g.matmul(x, c), [x], (dy) => [g.matmul(dy, c, { transB: true })]);
}

export function reshape(g: Graph, x: Val, shape: readonly number[]): Val {
  return g.differentiable(g.reshape(x, shape), [x], (dy) => [g.reshape(dy, x.shape)]);
}

export function transpose(g: Graph, x: Val, order: readonly number[]): Val {
  const inverse = order.map((_, axis) => order.indexOf(axis));
  return g.differentiable(g.transpose(x, order), [x], (dy) => [g.transpose(dy, inverse)]);
}

/** Columns of a matrix in another order: `y[:, j] = x[:, order[j]]`; `order` is a permutation. */
export function permuteColumns(g: Graph, x: Val, order: readonly number[]): Val {
  const inverse = order.map((_, j) => order.indexOf(j));
  return g.differentiable(g.node('Gather', [x, order], x.shape, { axis: 1 }), [x], (dy) => [
    g.node('Gather', [dy, inverse], x.shape, { axis: 1 }),
  ]);
}

/** Zeros appended to the first axis until it has `length` rows. */
export function padRows(g: Graph, x: Val, length: number): Val {
  const zeros = x.shape.map(() => 0);
  const after = [length - x.shape[0], ...zeros.slice(1)];
  return g.differentiable(g.pad(x, zeros, after), [x], (dy) => [
    g.node('Slice', [dy, [0], [x.shape[0]], [0]], x.shape),
  ]);
}
