/** Linear regression with an L1 penalty: min ½n ‖y − X·w‖² + α‖w‖₁ (Tibshirani 1996), by coordinate descent. */

/** Columns of mean 0 and variance 1. */
export interface Standardised {
  columns: Float64Array[];
  /** Other rows, moved and scaled as these were. */
  like(others: Float64Array[]): Float64Array[];
}

/** A column that is the same everywhere becomes zero. */
export function standardised(columns: Float64Array[]): Standardised {
  const moments = columns.map((values) => {
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    return { mean, scale: variance > 0 ? 1 / Math.sqrt(variance) : 0 };
  });
  const like = (others: Float64Array[]) =>
    others.map((values, i) => values.map((value) => (value - moments[i].mean) * moments[i].scale));
  return { columns: like(columns), like };
}

const TOLERANCE = 1e-6;
const MOST_SWEEPS = 1000;

/** What a fit needs of its columns: found once, it serves all targets (covariance updates, Friedman et al. 2010, section 2.2). */
export interface Gram {
  /** The rows picked of each column. */
  picked: Float64Array[];
  /** Mean products of the columns, `[size, size]`. */
  products: Float64Array;
  rows: Uint32Array;
}

/** @param x standardised columns @param rows which rows to fit to, some perhaps more than once */
export function gram(x: Float64Array[], rows: Uint32Array): Gram {
  const size = x.length;
  const picked = x.map((column) => Float64Array.from(rows, (n) => column[n]));
  const products = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) products[i * size + j] = products[j * size + i] = meanProduct(picked[i], picked[j]);
  }
  return { picked, products, rows };
}

/**
 * @param y standardised target
 * @returns one weight a column
 */
export function lasso({ picked, products, rows }: Gram, y: Float64Array, alpha: number): Float64Array {
  const size = picked.length;
  const target = Float64Array.from(rows, (n) => y[n]);
  // mean products of the columns with what is left of the target
  const left = Float64Array.from(picked, (column) => meanProduct(column, target));
  const weights = new Float64Array(size);
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let largest = 0;
    for (let i = 0; i < size; i++) {
      const square = products[i * size + i];
      if (square === 0) continue;
      const wanted = left[i] + square * weights[i];
      const next = (Math.sign(wanted) * Math.max(0, Math.abs(wanted) - alpha)) / square;
      const change = next - weights[i];
      if (change === 0) continue;
      for (let j = 0; j < size; j++) left[j] -= change * products[i * size + j];
      weights[i] = next;
      largest = Math.max(largest, Math.abs(change));
    }
    if (largest < TOLERANCE) break;
  }
  return weights;
}

function meanProduct(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let n = 0; n < a.length; n++) sum += a[n] * b[n];
  return sum / a.length;
}

const ALPHAS = [0.3, 0.1, 0.03, 0.01, 0.003, 0.001];
const HELD_OUT = 5;

/** For each target, the penalty that predicts every fifth row best when fitted to the others. */
export function chooseAlphas(x: Float64Array[], targets: Float64Array[]): number[] {
  const rows = Uint32Array.from(targets[0], (_, n) => n);
  const others = rows.filter((n) => n % HELD_OUT === 0);
  const at = (column: Float64Array) => Float64Array.from(others, (n) => column[n]);
  const fitted = gram(
    x,
    rows.filter((n) => n % HELD_OUT !== 0),
  );
  const columns = x.map(at);
  return targets.map((y) => {
    const errors = ALPHAS.map((alpha) => predictionError(lasso(fitted, y, alpha), columns, at(y)));
    return ALPHAS[errors.indexOf(Math.min(...errors))];
  });
}

/** Root mean squared error of x·w for y. */
export function predictionError(weights: Float64Array, x: Float64Array[], y: Float64Array): number {
  let squares = 0;
  for (let n = 0; n < y.length; n++) {
    let prediction = 0;
    for (let i = 0; i < weights.length; i++) prediction += weights[i] * x[i][n];
    squares += (y[n] - prediction) ** 2;
  }
  return Math.sqrt(squares / y.length);
}
