/**
 * Kernels of transposed convolutions that draw no grid.
 *
 * With kernel 4 and stride 2 a kernel may treat even and odd pixels differently: a checkerboard, which squared error
 * forgives and a discriminator uses (Odena et al. 2016). A kernel without the part that alternates (+ − + −) along rows or
 * columns is a doubling of each pixel followed by a convolution of kernel 3, which cannot.
 */
import type { Graph, Val } from '../graph';
import { fixedProduct, reshape } from './dense';

/** 4×4: what it leaves of a row is orthogonal to (1, −1, 1, −1) / 2. */
const smooth = (i: number, j: number): number => Number(i === j) - (-1) ** (i + j) / 4;

/** 16×16, symmetric: the projection of a kernel's rows and columns. */
const PROJECTION = Float32Array.from(
  { length: 256 },
  (_, at) => smooth(at >> 6, (at >> 2) & 3) * smooth((at >> 4) & 3, at & 3),
);

/** The nearest kernel that draws no grid; w `[in, out, 4, 4]`. */
export function withoutGrid(g: Graph, w: Val): Val {
  const [inputs, outputs] = w.shape;
  const rows = reshape(g, w, [inputs * outputs, 16]);
  return reshape(g, fixedProduct(g, rows, g.constant(PROJECTION, [16, 16])), w.shape);
}
