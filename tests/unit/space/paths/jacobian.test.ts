import { expect, it } from 'vitest';
import { Jacobian } from '../../../../main/engine/space/paths/jacobian';

/** Images of three values, from codes of two. */
const images =
  (draw: (x: number, y: number) => number[]) =>
  async (codes: Float32Array): Promise<Float32Array> =>
    Float32Array.from(Array.from({ length: codes.length / 2 }, (_, n) => draw(codes[2 * n], codes[2 * n + 1])).flat());
const axes = [Float32Array.of(1, 0), Float32Array.of(0, 1)];

it('is the slope of a linear decoder, and its curvature JᵀJ', async () => {
  const linear = images((x, y) => [x + 2 * y, 3 * x, -y]);
  const code = Float32Array.of(1, 1);
  const jacobian = await Jacobian.measure(linear, code, await linear(code), axes, 0.5);
  expect([...jacobian.along(Float32Array.of(1, 10, 100))]).toEqual([31, -98]);
  expect([...jacobian.curvature]).toEqual([10, 2, 2, 5]);
});

it('learns from a move what it had not foreseen, and keeps what the move says nothing about', async () => {
  const flat = images(() => [0, 0, 0]);
  const code = Float32Array.of(0, 0);
  const jacobian = await Jacobian.measure(flat, code, await flat(code), axes, 1);
  jacobian.learn(Float64Array.of(2, 0), Float32Array.of(4, 0, 6));
  expect([...jacobian.along(Float32Array.of(1, 1, 1))]).toEqual([5, 0]);
  jacobian.learn(Float64Array.of(1, 1), Float32Array.of(2, 1, 4));
  // of what was new, [0 1 1], each direction takes its half
  expect([...jacobian.along(Float32Array.of(1, 10, 100))]).toEqual([357, 55]);
  // JᵀJ of the rows [2 ½ 3½] and [0 ½ ½]
  expect([...jacobian.curvature]).toEqual([16.5, 2, 2, 0.5]);
});

it('lies between two others', async () => {
  const [one, two] = [images((x) => [x, 0, 0]), images((x) => [3 * x, 0, 0])];
  const code = Float32Array.of(0, 0);
  const measured = await Promise.all(
    [one, two].map(async (draw) => Jacobian.measure(draw, code, await draw(code), axes, 1)),
  );
  expect([...Jacobian.between(measured[0], measured[1]).along(Float32Array.of(1, 0, 0))]).toEqual([2, 0]);
});
