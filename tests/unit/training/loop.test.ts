/** Formulas as a loop over memory, against the same in double precision and against the graph's own nodes. */
import { describe, expect, it } from 'vitest';
import { compileLoop, LANES } from '../../../main/engine/training/arithmetic/loop';
import { elements, Graph, type Parameter } from '../../../main/engine/training/graph';
import {
  adamLoop,
  appendUpdate,
  inputName,
  type OptimiserConfig,
  outputName,
  type Placed,
  stateKinds,
  updateScalars,
} from '../../../main/engine/training/optimisers/optimiser';
import { draw, run } from './support';

const PAGE = 65_536;
const memoryOf = (bytes: number) => new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });

describe('a loop', () => {
  it('applies every operation to each value, with scalars and constants', () => {
    const memory = memoryOf(PAGE);
    const [x, y] = [new Float32Array(memory.buffer, 0, 10), new Float32Array(memory.buffer, 64, 10)];
    x.set(draw('x', [10]).map(Math.abs));
    y.set(draw('y', [10]));
    const [xs, ys] = [Float64Array.from(x), Float64Array.from(y)];
    const loop = compileLoop(memory, ['x', 'y'], ['s'], (a, { x, y }, { s }) => ({
      replaced: { y: a.divide(a.subtract(a.multiply(a.add(a.squareRoot(x), 3), s), y), 0.7) },
    }));
    loop({ x: 0, y: 64 }, 10, { s: -1.3 });
    expect([...x]).toEqual([...xs]); // what the formula does not return stays
    y.forEach((value, i) => expect(value).toBeCloseTo(((Math.sqrt(xs[i]) + 3) * -1.3 - ys[i]) / 0.7, 4));
  });

  it.each([1, LANES, LANES + 1, 3 * LANES])('of %i values goes no further than their vectors', (length) => {
    const memory = memoryOf(PAGE);
    const all = new Float32Array(memory.buffer, 0, 32);
    const loop = compileLoop(memory, ['x'], [], (a, { x }) => ({ replaced: { x: a.add(x, 1) } }));
    loop({ x: 0 }, length, {});
    const last = LANES * Math.ceil(length / LANES);
    expect([...all]).toEqual([...Array(32)].map((_, i) => (i < last ? 1 : 0)));
  });

  it('adds up as it goes', () => {
    const memory = memoryOf(PAGE);
    const x = new Float32Array(memory.buffer, 0, 11);
    x.set(draw('x', [11]));
    const loop = compileLoop(memory, ['x'], ['s'], (a, { x }, { s }) => ({ sum: a.multiply(x, s) }));
    expect(loop({ x: 0 }, 11, { s: 3 })).toBeCloseTo(
      x.reduce((total, value) => total + 3 * value, 0),
      5,
    );
    expect(loop({ x: 0 }, 0, { s: 3 })).toBe(0);
  });

  it('has more variables than one byte counts', () => {
    const memory = memoryOf(PAGE);
    const loop = compileLoop(memory, ['x'], [], (a, { x }) => {
      let sum = x;
      for (let i = 1; i <= 200; i++) sum = a.add(sum, i);
      return { replaced: { x: sum } };
    });
    loop({ x: 0 }, 1, {});
    expect(new Float32Array(memory.buffer)[0]).toBe((200 * 201) / 2);
  });
});

const plainly: OptimiserConfig = { kind: 'adam', clipNorm: 0, weightDecay: 0, averageDecay: 0, epsilon: 1e-8 };
const CONFIGS: Record<string, OptimiserConfig> = {
  alone: plainly,
  'with decay of matrices': { ...plainly, weightDecay: 0.1 },
  'with clipped gradients': { ...plainly, clipNorm: 0.5 },
  'with averaged weights': { ...plainly, averageDecay: 0.9 },
  'with all of them': {
    kind: 'adam',
    clipNorm: 0.5,
    weightDecay: 0.1,
    averageDecay: 0.9,
    epsilon: 1e-4,
    betas: [0.5, 0.99],
  },
};

describe.each(Object.entries(CONFIGS))('Adam as a loop, %s', (_, config) => {
  it.each([[[7, 5]], [[3]]])('does to %j what the graph does', async (shape) => {
    const parameter: Parameter = { name: 'w', shape, initial: () => 0, outer: false };
    const kinds = stateKinds(config, parameter);
    const count = elements(shape);
    const values = new Map([...kinds, 'gradient' as const].map((kind) => [kind, draw(kind, shape).map(Math.abs)]));
    const scalars = updateScalars(config, 0.01, 3);

    const g = new Graph();
    const weight = g.parameter('w', shape, () => 0);
    appendUpdate(g, [parameter], [g.input('gradient', shape)], config);
    expect(weight.name).toBe('w');
    const fed = Object.entries(scalars).map(([name, value]) => [name, Float32Array.of(value)]);
    const state = [...values].map(([kind, v]) => [kind === 'gradient' ? kind : inputName(kind, 'w'), v]);
    const expected = await run(g, Object.fromEntries([...fed, ...state]));

    const bytes = 4 * LANES * Math.ceil(count / LANES);
    const memory = memoryOf(bytes * values.size);
    const starts = Object.fromEntries([...values.keys()].map((kind, i) => [kind, i * bytes]));
    const at = (kind: string) => new Float32Array(memory.buffer, starts[kind], count);
    for (const [kind, v] of values) at(kind).set(v);
    const update = adamLoop(memory, config);
    const norm = update([{ parameter, starts: starts as Placed['starts'] }], scalars);
    expect(norm).toBeCloseTo(expected.gradientNorm[0], 5);
    for (const kind of kinds) {
      at(kind).forEach((value, i) => expect(value).toBeCloseTo(expected[outputName(kind, 'w')][i], 6));
    }
    expect(at('weight')).not.toEqual(values.get('weight'));
  });
});
