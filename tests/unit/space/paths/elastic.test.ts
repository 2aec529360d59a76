import { Matrix, solve } from 'ml-matrix';
import { expect, it } from 'vitest';
import { settle } from '../../../../main/engine/space/paths/elastic';

it('shares a pull on the middle of three points out evenly', () => {
  const springs = [1, 2, 3].map(() => Float64Array.of(2));
  const forces = [0, 4, 0].map((force) => Float64Array.of(force));
  // two springs of 4 pull back on each side: 4 = 2·(2/2 + 2/2)
  expect(settle(springs, forces, 0).map(([move]) => Number(move.toFixed(9)))).toEqual([1, 2, 1]);
});

it('solves the block-tridiagonal system as a dense solver does', () => {
  const value = (i: number) => Math.sin(12.9898 * i) * 2;
  const root = (n: number) =>
    Matrix.from1DArray(
      3,
      3,
      Array.from({ length: 9 }, (_, k) => value(9 * n + k)),
    );
  const stiffness = [0, 1, 2].map((n) => root(n).mmul(root(n).transpose()));
  const forces = [0, 1, 2].map((n) => Float64Array.from({ length: 3 }, (_, k) => value(40 + 3 * n + k)));
  const [a, b, c] = stiffness;
  const mean = (one: Matrix, other: Matrix) => Matrix.add(one, other).mul(0.5);
  const [ab, bc] = [mean(a, b), mean(b, c)];
  const dense = Matrix.eye(9, 9, 0.1);
  const put = (row: number, column: number, block: Matrix) => {
    for (let i = 0; i < 3; i++)
      for (let k = 0; k < 3; k++)
        dense.set(3 * row + i, 3 * column + k, dense.get(3 * row + i, 3 * column + k) + block.get(i, k));
  };
  put(0, 0, Matrix.add(a, ab));
  put(1, 1, Matrix.add(ab, bc));
  put(2, 2, Matrix.add(bc, c));
  for (const [row, column, block] of [
    [0, 1, ab],
    [1, 2, bc],
  ] as const) {
    put(row, column, Matrix.mul(block, -1));
    put(column, row, Matrix.mul(block, -1));
  }
  const expected = solve(dense, Matrix.columnVector(forces.flatMap((force) => [...force]))).to1DArray();
  const moves = settle(
    stiffness.map((matrix) => Float64Array.from(matrix.to1DArray())),
    forces,
    0.1,
  );
  moves.forEach((move, n) => move.forEach((x, k) => expect(x).toBeCloseTo(expected[3 * n + k], 2)));
});
