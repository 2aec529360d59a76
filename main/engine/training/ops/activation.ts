/** The nonlinearities of the networks, written so that the gradient needs only the output. */
import type { Graph, Val } from '../graph';
import { positiveMask } from './elementwise';

/** `leaky`: slope 0.1 below zero. */
export type Activation = 'relu' | 'leaky' | 'none';

export const LEAKY_SLOPE = 0.1;

/** dy · act′(x), expressed through y = act(x). */
export function activationGradient(g: Graph, activation: Activation, y: Val, dy: Val): Val {
  if (activation === 'none') return dy;
  return g.binary('Mul', dy, positiveMask(g, y, activation === 'leaky' ? LEAKY_SLOPE : 0));
}

export function activate(g: Graph, x: Val, activation: Activation): Val {
  if (activation === 'none') return x;
  const y =
    activation === 'relu' ? g.unary('Relu', x) : g.node('LeakyRelu', [x], x.shape, { alpha: { float: LEAKY_SLOPE } });
  return g.differentiable(y, [x], (dy) => [activationGradient(g, activation, y, dy)]);
}
