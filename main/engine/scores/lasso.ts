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

/**
 * @param x standardised columns @param y standardised target
 * @param rows which rows to fit to, some perhaps more than once
 * @returns one weight a column
 */
export function lasso(x: Float64Array[], y: Float64Array, alpha: number, rows: Uint32Array): Float64Array {
  const size = x.length;
  const count = rows.length;
  const picked = x.map((column) => Float64Array.from(rows, (n) => column[n]));
  const residual = Float64Array.from(rows, (n) => y[n]);
  const squares = picked.map((column) => column.reduce((sum, value) => sum + value * value, 0) / count);
  const weights = new Float64Array(size);
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let largest = 0;
    for (let i = 0; i < size; i++) {
      if (squares[i] === 0) continue;
      const column = picked[i];
      let along = 0;
      for (let n = 0; n < count; n++) along += column[n] * residual[n];
      const wanted = along / count + squares[i] * weights[i];
      const next = (Math.sign(wanted) * Math.max(0, Math.abs(wanted) - alpha)) / squares[i];
      const change = next - weights[i];
      if (change === 0) continue;
      for (let n = 0; n < count; n++) residual[n] -= change * column[n];
      weights[i] = next;
      largest = Math.max(largest, Math.abs(change));
    }
    if (largest < TOLERANCE) break;
  }
  return weights;
}

const ALPHAS = [0.3, 0.1, 0.03, 0.01, 0.003, 0.001];
const HELD_OUT = 5;

/** The penalty that predicts every fifth row best when fitted to the others. */
export function chooseAlpha(x: Float64Array[], y: Float64Array): number {
  const rows = Uint32Array.from({ length: y.length }, (_, n) => n);
  const [fitted, others] = [rows.filter((n) => n % HELD_OUT !== 0), rows.filter((n) => n % HELD_OUT === 0)];
  const at = (column: Float64Array) => Float64Array.from(others, (n) => column[n]);
  const errors = ALPHAS.map((alpha) => predictionError(lasso(x, y, alpha, fitted), x.map(at), at(y)));
  return ALPHAS[errors.indexOf(Math.min(...errors))];
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
