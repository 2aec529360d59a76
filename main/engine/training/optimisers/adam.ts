/**
 * Adam (Kingma & Ba 2015): each weight moves by the mean of its gradients over the root of the mean of their squares. The
 * moments are sums Σ βᵏ g, without the factors 1 − β of the paper: two passes over all weights fewer. `adamScalars` makes
 * up for it.
 */
import type { Graph, Val } from '../graph';

/** β₁ and β₂: decay of the mean of the gradients and of their squares. */
export type Betas = readonly [number, number];

/**
 * The inputs `stepSize` and `epsilonHat` for update number t = 1, 2, …: learning rate and ε with the bias correction (end
 * of the paper's section 2) and with the factors that the moments lack.
 */
export function adamScalars(
  learningRate: number,
  epsilon: number,
  t: number,
  [beta1, beta2]: Betas,
): { stepSize: number; epsilonHat: number } {
  const [first, second] = [(1 - beta1) / (1 - beta1 ** t), (1 - beta2) / (1 - beta2 ** t)];
  return { stepSize: (learningRate * first) / Math.sqrt(second), epsilonHat: epsilon / Math.sqrt(second) };
}

/** What to subtract from a weight, and the next moments. All have the weight's shape but the two scalars `[1]`. */
export function adamStep(
  g: Graph,
  gradient: Val,
  { m, v }: { m: Val; v: Val },
  { stepSize, epsilonHat }: { stepSize: Val; epsilonHat: Val },
  [beta1, beta2]: Betas,
): { step: Val; m: Val; v: Val } {
  const nextM = g.binary('Add', g.binary('Mul', m, beta1), gradient);
  const nextV = g.binary('Add', g.binary('Mul', v, beta2), g.binary('Mul', gradient, gradient));
  const step = g.binary('Div', g.binary('Mul', nextM, stepSize), g.binary('Add', g.unary('Sqrt', nextV), epsilonHat));
  return { step, m: nextM, v: nextV };
}
