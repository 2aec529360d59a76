/** Linear regression with an L2 penalty: min Σ‖y − x·W − b‖² + λ‖W‖² (Hoerl & Kennard 1970). */
import { CholeskyDecomposition } from 'ml-matrix';
import { covarianceOf } from './covariance';
import { meanOf } from './mean';

export interface LinearMap {
  /** W, `[inputs, outputs]` */
  weights: Float32Array;
  /** b, `[outputs]` */
  bias: Float32Array;
}

/**
 * @param rows `[count, inputs + outputs]`: each x, and its y behind it
 * @param penalty λ as a share of the mean variance of the inputs, which makes the system positive definite; above 0
 */
export function ridgeRegression(rows: Float32Array, inputs: number, outputs: number, penalty: number): LinearMap {
  const mean = meanOf(rows, inputs + outputs);
  const covariance = covarianceOf(rows, mean);
  const system = covariance.subMatrix(0, inputs - 1, 0, inputs - 1);
  const ridge = (penalty * system.trace()) / inputs || 1; // where the inputs never change
  for (let i = 0; i < inputs; i++) system.set(i, i, system.get(i, i) + ridge);
  const solved = new CholeskyDecomposition(system).solve(
    covariance.subMatrix(0, inputs - 1, inputs, inputs + outputs - 1),
  );
  const weights = Float32Array.from(solved.to1DArray());
  const bias = Float32Array.from({ length: outputs }, (_, o) => {
    let sum = mean[inputs + o];
    for (let i = 0; i < inputs; i++) sum -= mean[i] * weights[i * outputs + o];
    return sum;
  });
  return { weights, bias };
}
