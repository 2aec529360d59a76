/**
 * Adam (Kingma & Ba 2015): each weight moves by the mean of its gradients over the root of the mean of their squares. The
 * moments are sums Σ βᵏ g, without the factors 1 − β of the paper: two operations on all weights fewer. `adamScalars`
 * makes up for it.
 */
import type { Arithmetic } from '../arithmetic/arithmetic';

/** β₁ and β₂: decay of the mean of the gradients and of their squares. */
export type Betas = readonly [number, number];

/**
 * `stepSize` and `epsilonHat` for update number t = 1, 2, …: learning rate and ε with the bias correction (end of the
 * paper's section 2) and with the factors that the moments lack.
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

/** What to subtract from a weight, and the next moments. */
export function adamStep<T>(
  a: Arithmetic<T>,
  gradient: T,
  { m, v }: { m: T; v: T },
  { stepSize, epsilonHat }: { stepSize: T; epsilonHat: T },
  [beta1, beta2]: Betas,
): { step: T; m: T; v: T } {
  const nextM = a.add(a.multiply(m, beta1), gradient);
  const nextV = a.add(a.multiply(v, beta2), a.multiply(gradient, gradient));
  const step = a.divide(a.multiply(nextM, stepSize), a.add(a.squareRoot(nextV), epsilonHat));
  return { step, m: nextM, v: nextV };
}
