/** Kernels of transposed convolutions that draw no grid. */
import { expect, it } from 'vitest';
import { Graph } from '../../../main/engine/training/graph';
import { plain } from '../../../main/engine/training/ops/plain';
import { withoutGrid } from '../../../main/engine/training/ops/upsampling-kernel';
import { draw, run } from './support';

const kernel = draw('kernel', [2, 3, 4, 4], 1);

/** What a transposed convolution with this kernel makes of an even surface, and the kernel. */
async function drawn(projected: boolean) {
  const g = new Graph();
  const w = g.input('w', [2, 3, 4, 4]);
  const used = projected ? withoutGrid(g, w) : w;
  const x = g.input('x', [1, 2, 6, 6]);
  g.output('y', plain.convolveTransposed(g, x, used, g.input('b', [3]), 'none'));
  g.output('kernel', projected ? withoutGrid(g, used) : g.binary('Mul', w, 1));
  g.output('once', g.binary('Mul', used, 1));
  const values = await run(g, { w: kernel, x: new Float32Array(72).fill(1), b: new Float32Array(3) });
  return { y: values.y, once: values.once, twice: values.kernel };
}

/** Largest difference between neighbours inside of a 12×12 surface of three channels. */
function grid(y: ArrayLike<number>): number {
  let most = 0;
  for (let c = 0; c < 3; c++)
    for (let row = 2; row < 9; row++)
      for (let column = 2; column < 9; column++) {
        const at = (c * 12 + row) * 12 + column;
        most = Math.max(most, Math.abs(y[at] - y[at + 1]), Math.abs(y[at] - y[at + 12]));
      }
  return most;
}

it('keep an even surface even', async () => {
  expect(grid((await drawn(false)).y)).toBeGreaterThan(0.1);
  expect(grid((await drawn(true)).y)).toBeLessThan(1e-5);
});

it('are left as they are when they draw none', async () => {
  const { once, twice } = await drawn(true);
  expect(Array.from(twice).every((value, i) => Math.abs(value - once[i]) < 1e-6)).toBe(true);
  expect(Array.from(once).some((value, i) => Math.abs(value - kernel[i]) > 0.1)).toBe(true);
});
