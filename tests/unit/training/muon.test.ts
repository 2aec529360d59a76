/** Muon against its definition in double precision, and against PyTorch's own (scripts/torch/fixtures.py). */
import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { Graph } from '../../../main/engine/training/graph';
import { muonStep, orthogonalise } from '../../../main/engine/training/optimisers/muon';
import { dot, draw, fixture, norm, relativeDistance, run } from './support';

const { cases } = fixture<{
  cases: Record<
    string,
    {
      shape: [number, number];
      rate: number;
      steps: number;
      weight: number[];
      orthogonal: { norm: number; projections: number[] };
      'singular values': number[];
    }
  >;
}>('muon');

async function orthogonal(x: Float32Array, shape: readonly number[]): Promise<Float32Array> {
  const g = new Graph();
  g.output('y', orthogonalise(g, g.input('x', shape)));
  return (await run(g, { x })).y;
}

/** The same polynomial applied to each singular value: what the small square matrices amount to. */
function bySingularValues(x: Float32Array, [rows, columns]: readonly [number, number]): Float64Array {
  const {
    leftSingularVectors: u,
    rightSingularVectors: v,
    diagonal,
  } = new SingularValueDecomposition(Matrix.from1DArray(rows, columns, x), { autoTranspose: true });
  const length = norm(diagonal) + 1e-7;
  const values = diagonal.map((sigma) => {
    let s = sigma / length;
    for (let step = 0; step < 5; step++) s = 3.4445 * s - 4.775 * s ** 3 + 2.0315 * s ** 5;
    return s;
  });
  return Float64Array.from(u.mmul(Matrix.diag(values)).mmul(v.transpose()).to1DArray());
}

/** A matrix whose singular values span four orders of magnitude, as gradients' do. */
function skewed([rows, columns]: readonly [number, number]): Float32Array {
  const x = draw('skewed', [rows, columns]);
  return x.map((value, i) => value * 10 ** ((-4 * (i % columns)) / columns));
}

describe.each(Object.entries(cases))('Muon, %s', (_, { shape, rate, steps, weight, ...expected }) => {
  it('makes singular values about 1 and keeps the singular vectors', async () => {
    const y = await orthogonal(draw('gradient 0', shape), shape);
    expect(Math.abs(norm(y) / expected.orthogonal.norm - 1)).toBeLessThan(1e-5);
    expected.orthogonal.projections.forEach((projection, p) => {
      const difference = dot(y, draw(`projection ${p}`, [y.length])) - projection;
      expect(Math.abs(difference), `projection ${p}`).toBeLessThan(1e-5 * norm(y));
    });
    for (const sigma of expected['singular values']) expect(Math.abs(sigma - 0.95)).toBeLessThan(0.3);
  });

  it('is the polynomial of the singular values, wide and narrow ones', async () => {
    const x = skewed(shape);
    expect(relativeDistance(await orthogonal(x, shape), bySingularValues(x, shape))).toBeLessThan(1e-3);
  });

  it("steps as PyTorch's own does, whose numbers have eight bits", async () => {
    const g = new Graph();
    const update = muonStep(g, g.input('gradient', shape), g.input('momentum', shape), g.input('rate', [1]));
    g.output('step', update.step);
    g.output('next', update.momentum);
    let momentum = new Float32Array(weight.length);
    const mine = draw('weight', shape);
    const start = mine.slice();
    for (let step = 0; step < steps; step++) {
      const gradient = draw(`gradient ${step}`, shape);
      const result = await run(g, { gradient, momentum, rate: Float32Array.of(rate) });
      momentum = result.next as typeof momentum;
      result.step.forEach((value, i) => (mine[i] -= value));
    }
    const moved = (to: ArrayLike<number>) => start.map((from, i) => to[i] - from);
    expect(relativeDistance(moved(mine), moved(weight))).toBeLessThan(0.02);
  });

  it('leaves a gradient of zeros alone', async () => {
    expect([...(await orthogonal(new Float32Array(weight.length), shape))].every((value) => value === 0)).toBe(true);
  });
});
