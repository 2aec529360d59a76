import { describe, it } from 'vitest';
import { activate } from '../../../main/engine/training/ops/activation';
import * as dense from '../../../main/engine/training/ops/dense';
import * as elementwise from '../../../main/engine/training/ops/elementwise';
import { checkOp, tensor, type Case } from './check';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const total = (values: Float64Array) => [values.reduce((a, b) => a + b, 0)];

const matrix = tensor('matrix', [4, 6]);
const row = tensor('row', [6]);
const scalar = tensor('scalar', [1]);

const cases: Case[] = [
  {
    name: 'add',
    inputs: { a: matrix, b: tensor('b', [4, 6]) },
    op: (g, { a, b }) => elementwise.add(g, a, b),
    expected: ({ a, b }) => a.map((x, i) => x + b[i]),
  },
  {
    name: 'add a row',
    inputs: { a: matrix, b: row },
    op: (g, { a, b }) => elementwise.add(g, a, b),
    expected: ({ a, b }) => a.map((x, i) => x + b[i % 6]),
  },
  {
    name: 'add to a scalar',
    inputs: { a: scalar, b: matrix },
    op: (g, { a, b }) => elementwise.add(g, a, b),
    expected: ({ a, b }) => b.map((x) => a[0] + x),
  },
  {
    name: 'subtract',
    inputs: { a: matrix, b: tensor('b', [4, 6]) },
    op: (g, { a, b }) => elementwise.subtract(g, a, b),
    expected: ({ a, b }) => a.map((x, i) => x - b[i]),
  },
  {
    name: 'subtract a row',
    inputs: { a: matrix, b: row },
    op: (g, { a, b }) => elementwise.subtract(g, a, b),
    expected: ({ a, b }) => a.map((x, i) => x - b[i % 6]),
  },
  {
    name: 'multiply',
    inputs: { a: matrix, b: tensor('b', [4, 6]) },
    op: (g, { a, b }) => elementwise.multiply(g, a, b),
    expected: ({ a, b }) => a.map((x, i) => x * b[i]),
  },
  {
    name: 'multiply by a row',
    inputs: { a: matrix, b: row },
    op: (g, { a, b }) => elementwise.multiply(g, a, b),
    expected: ({ a, b }) => a.map((x, i) => x * b[i % 6]),
  },
  {
    name: 'multiply by a scalar',
    inputs: { a: matrix, b: scalar },
    op: (g, { a, b }) => elementwise.multiply(g, a, b),
    expected: ({ a, b }) => a.map((x) => x * b[0]),
  },
  {
    name: 'multiply by itself',
    inputs: { a: matrix },
    op: (g, { a }) => elementwise.multiply(g, a, a),
    expected: ({ a }) => a.map((x) => x * x),
  },
  {
    name: 'scale',
    inputs: { a: matrix },
    op: (g, { a }) => elementwise.scale(g, a, -2.5),
    expected: ({ a }) => a.map((x) => -2.5 * x),
  },
  {
    name: 'exp',
    inputs: { a: matrix },
    op: (g, { a }) => elementwise.exp(g, a),
    expected: ({ a }) => a.map(Math.exp),
  },
  {
    name: 'sigmoid',
    inputs: { a: tensor('wide', [4, 6], 3) },
    op: (g, { a }) => elementwise.sigmoid(g, a),
    expected: ({ a }) => a.map(sigmoid),
  },
  {
    name: 'tanh',
    inputs: { a: tensor('wide', [4, 6], 3) },
    op: (g, { a }) => elementwise.tanh(g, a),
    expected: ({ a }) => a.map(Math.tanh),
  },
  {
    name: 'sum of rows',
    inputs: { a: tensor('cube', [2, 3, 4]) },
    op: (g, { a }) => elementwise.sumRows(g, a),
    expected: ({ a }) => Float64Array.from([0, 12], (start) => total(a.slice(start, start + 12))[0]),
  },
  {
    name: 'sum of squares of rows',
    inputs: { a: tensor('cube', [2, 3, 4]) },
    op: (g, { a }) => elementwise.sumSquaresRows(g, a),
    expected: ({ a }) => Float64Array.from([0, 12], (start) => total(a.slice(start, start + 12).map((x) => x * x))[0]),
  },
  {
    name: 'repeat rows',
    inputs: { a: matrix },
    op: (g, { a }) => elementwise.repeatRows(g, a, 3),
    expected: ({ a }) => Float64Array.from({ length: 72 }, (_, i) => a[i % 24]),
  },
  {
    name: 'log-sum-exp of columns',
    inputs: { a: tensor('wide', [4, 6], 3) },
    op: (g, { a }) => elementwise.logSumExpColumns(g, a),
    expected: ({ a }) =>
      Float64Array.from({ length: 6 }, (_, j) => Math.log(total(a.filter((_, i) => i % 6 === j).map(Math.exp))[0])),
  },
  {
    name: 'sum',
    inputs: { a: matrix },
    op: (g, { a }) => elementwise.sum(g, a),
    expected: ({ a }) => total(a),
  },
  {
    name: 'sum of squares',
    inputs: { a: matrix },
    op: (g, { a }) => elementwise.sumSquares(g, a),
    expected: ({ a }) => total(a.map((x) => x * x)),
  },
  {
    name: 'mean over rows',
    inputs: { a: matrix },
    op: (g, { a }) => elementwise.meanRows(g, a),
    expected: ({ a }) => Float64Array.from({ length: 6 }, (_, j) => total(a.filter((_, i) => i % 6 === j))[0] / 4),
  },
  {
    name: 'at least',
    inputs: { a: matrix },
    op: (g, { a }) => elementwise.atLeast(g, a, 0.3),
    expected: ({ a }) => a.map((x) => Math.max(x, 0.3)),
  },
  {
    name: 'linear',
    inputs: { x: matrix, w: tensor('w', [6, 5]), b: tensor('b', [5]) },
    op: (g, { x, w, b }) => dense.linear(g, x, w, b),
    expected({ x, w, b }) {
      const y = new Float64Array(4 * 5);
      for (let n = 0; n < 4; n++) {
        for (let o = 0; o < 5; o++) {
          y[n * 5 + o] = b[o];
          for (let i = 0; i < 6; i++) y[n * 5 + o] += x[n * 6 + i] * w[i * 5 + o];
        }
      }
      return y;
    },
  },
  {
    name: 'reshape',
    inputs: { a: matrix },
    op: (g, { a }) => dense.reshape(g, a, [2, 3, 4]),
    expected: ({ a }) => a,
  },
  {
    name: 'transpose',
    inputs: { a: tensor('cube', [2, 3, 4]) },
    op: (g, { a }) => dense.transpose(g, a, [2, 0, 1]),
    expected: ({ a }) => a.map((_, i) => a[(Math.floor(i / 3) % 2) * 12 + (i % 3) * 4 + Math.floor(i / 6)]),
  },
  {
    name: 'permute columns',
    inputs: { a: matrix },
    op: (g, { a }) => dense.permuteColumns(g, a, [3, 0, 5, 1, 2, 4]),
    expected: ({ a }) => a.map((_, i) => a[i - (i % 6) + [3, 0, 5, 1, 2, 4][i % 6]]),
  },
  {
    name: 'pad rows',
    inputs: { a: matrix },
    op: (g, { a }) => dense.padRows(g, a, 5),
    expected: ({ a }) => Float64Array.from({ length: 30 }, (_, i) => a[i] ?? 0),
  },
  {
    name: 'relu',
    inputs: { a: matrix },
    op: (g, { a }) => activate(g, a, 'relu'),
    expected: ({ a }) => a.map((x) => Math.max(x, 0)),
  },
];

describe('ops', () => it.each(cases)('$name', (c) => checkOp(c)));
