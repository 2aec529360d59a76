/** The nonlinearity of the networks, written so that the gradient needs only the output. */
import type { Graph, Val } from '../graph';
import { positiveMask } from './elementwise';

export type Activation = 'relu' | 'none';

/** dy · act′(x), expressed through y = act(x). */
export function activationGradient(g: Graph, activation: Activation, y: Val, dy: Val): Val {
  return activation === 'none' ? dy : g.binary('Mul', dy, positiveMask(g, y));
}

export function activate(g: Graph, x: Val, activation: Activation): Val {
  if (activation === 'none') return x;
  const y = g.unary('Relu', x);
  return g.differentiable(y, [x], (dy) => [activationGradient(g, activation, y, dy)]);
}
