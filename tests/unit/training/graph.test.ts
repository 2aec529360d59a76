import { describe, expect, it } from 'vitest';
import { Graph } from '../../../main/engine/training/graph';
import { add, multiply, scale, sum } from '../../../main/engine/training/ops/elementwise';
import { run } from './support';

describe('graph', () => {
  it('adds the gradients of every use of a value', async () => {
    const g = new Graph();
    const x = g.parameter('x', [2], () => 0);
    const twice = add(g, x, x);
    const loss = sum(g, add(g, multiply(g, twice, x), scale(g, twice, 5))); // 2x² + 10x
    const [gradient] = g.backward(loss);
    g.output('gradient', gradient);
    expect([...(await run(g, { x: Float32Array.of(3, -1) })).gradient]).toEqual([22, 6]);
  });

  it('asks for no gradient of what depends on no parameter', () => {
    const g = new Graph();
    const x = g.parameter('x', [2], () => 0);
    const fixed = scale(g, g.input('fixed', [2]), 3);
    const asked: boolean[][] = [];
    const y = g.differentiable(g.binary('Mul', x, fixed), [x, fixed], (dy, needed) => {
      asked.push(needed);
      return [g.binary('Mul', dy, fixed), null];
    });
    g.backward(sum(g, y));
    expect(asked).toEqual([[true, false]]);
  });

  it('refuses a parameter that the loss does not depend on', () => {
    const g = new Graph();
    const x = g.parameter('used', [1], () => 0);
    g.parameter('unused', [1], () => 0);
    expect(() => g.backward(sum(g, x))).toThrow('Parameter unused does not influence the loss.');
  });

  it('keeps equal constants once, and different ones apart', async () => {
    const g = new Graph();
    const x = g.input('x', [2]);
    expect(g.constant([1, 2]).name).toBe(g.constant([1, 2]).name);
    expect(g.constant([1, 2]).name).not.toBe(g.constant([1, 2], [2, 1]).name);
    const large = (value: number) => g.constant(new Float32Array(100).fill(value));
    const y = g.binary('Add', g.sumAll(g.binary('Mul', large(1), large(2))), x);
    g.output('y', y);
    expect([...(await run(g, { x: Float32Array.of(0, 1) })).y]).toEqual([200, 201]);
  });

  it('sums and pads over the axes given', async () => {
    const g = new Graph();
    const x = g.input('x', [2, 3]);
    g.output('rows', g.sum(x, [0]));
    g.output('columns', g.sum(x, [1]));
    g.output('padded', g.pad(x, [1, 0], [0, 1]));
    const { rows, columns, padded } = await run(g, { x: Float32Array.of(1, 2, 3, 4, 5, 6) });
    expect([...rows]).toEqual([5, 7, 9]);
    expect([...columns]).toEqual([6, 15]);
    expect([...padded]).toEqual([0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6, 0]);
  });
});
