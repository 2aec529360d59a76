/**
 * Muon (Jordan et al. 2024): a matrix moves by its momentum with all singular values made about 1, so that directions in
 * which gradients are small are learned as fast as the others. A filter `[o, i, k, k]` counts as the matrix
 * `[o, i·k·k]`. Momentum is a sum Σ μᵏ g: its scale does not matter, for it is divided out.
 *
 * The length of a step is √max(rows, columns), by which every entry of any matrix moves about as far (Liu et al. 2025,
 * section 2.2). They take 0.2 of the learning rate of Adam for that in long runs; in short ones 0.8 was better on
 * portraits, and 1.6 no better. One learning rate then serves both optimisers.
 */
import { elements, type Graph, type Val } from '../graph';

const MOMENTUM = 0.95;
const ENTRY = 0.8;

/** Newton–Schulz steps, and the polynomial a·σ + b·σ³ + c·σ⁵ that each applies to the singular values. */
const STEPS = 5;
const [A, B, C] = [3.4445, -4.775, 2.0315];

/**
 * U·Vᵀ of a matrix x = U·Σ·Vᵀ, about: singular values come out between 0.7 and 1.2, those under a thousandth of ‖x‖ lower.
 *
 * With S = x·xᵀ (or xᵀ·x, whichever is smaller) a step multiplies x by P = a·I + b·S + c·S² and so S by P². The steps are
 * therefore taken on small square matrices alone, and x is multiplied once, by the product of all P.
 */
export function orthogonalise(g: Graph, x: Val): Val {
  const [rows, columns] = x.shape;
  const wide = rows <= columns;
  const side = Math.min(rows, columns);
  const square = (a: Val, b: Val, c: Val, alpha: number, beta: number): Val =>
    g.node('Gemm', [a, b, c], [side, side], { alpha: { float: alpha }, beta: { float: beta } });

  const length = g.unary('Sqrt', g.node('ReduceSumSquare', [x, [0, 1]], [], { keepdims: 0 }));
  const unit = g.node('Div', [x, g.binary('Add', length, 1e-7)], x.shape);
  let s = g.matmul(unit, unit, wide ? { transB: true } : { transA: true });
  let product: Val | null = null;
  for (let step = 1; step <= STEPS; step++) {
    const p = square(s, s, s, C, B); // P without a·I, which is added where P is multiplied
    const times = (y: Val) => square(p, y, y, 1, A);
    if (step < STEPS) s = times(times(s));
    product = product ? times(product) : g.binary('Add', p, identity(g, side, A));
  }
  return wide ? g.matmul(product!, unit) : g.matmul(unit, product!);
}

function identity(g: Graph, side: number, scale: number): Val {
  const values = new Float32Array(side * side);
  for (let i = 0; i < side; i++) values[i * (side + 1)] = scale;
  return g.constant(values, [side, side]);
}

/** What to subtract from a weight of two axes or more, and the next momentum. `rate` is the learning rate, `[1]`. */
export function muonStep(g: Graph, gradient: Val, momentum: Val, rate: Val): { step: Val; momentum: Val } {
  const next = g.binary('Add', g.binary('Mul', momentum, MOMENTUM), gradient);
  const ahead = g.binary('Add', g.binary('Mul', next, MOMENTUM), gradient); // Nesterov
  const [rows, ...rest] = gradient.shape;
  const matrix = g.reshape(ahead, [rows, elements(rest)]);
  const length = ENTRY * Math.sqrt(Math.max(...matrix.shape));
  const step = g.binary('Mul', orthogonalise(g, matrix), g.binary('Mul', rate, length));
  return { step: g.reshape(step, gradient.shape), momentum: next };
}
