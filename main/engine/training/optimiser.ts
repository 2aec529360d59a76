/**
 * Adam (Kingma & Ba 2015) with decoupled weight decay (Loshchilov & Hutter 2019), global-norm gradient
 * clipping (Pascanu et al. 2013) and an exponential moving average of the weights (Polyak averaging), all
 * inside the graph: one run is one update.
 */
import type { Graph, Val } from './graph';

const BETA1 = 0.9;
const BETA2 = 0.999;

/**
 * What lives from step to step for each parameter: the weight, Adam's moments, the averaged weight. The moments are
 * sums Σ βᵏ g, without the factors 1 − β of the paper: two passes over all weights fewer. `adamScalars` makes up for it.
 */
export type StateKind = 'weight' | 'm' | 'v' | 'average';

export const inputName = (kind: StateKind, parameter: string): string =>
  kind === 'weight' ? parameter : `${kind}:${parameter}`;
export const outputName = (kind: StateKind, parameter: string): string => `next:${kind}:${parameter}`;

export interface OptimiserConfig {
  /** Largest global gradient norm; 0 never clips. */
  clipNorm: number;
  /** Decay per unit of learning rate, of matrices and filters (not biases); 0 for none. */
  weightDecay: number;
  /** Decay of the moving average of the weights, e.g. 0.999; 0 keeps none. */
  averageDecay: number;
  /** Adam's ε, which is added to the root of the second moment. */
  epsilon: number;
}

export function stateKinds(config: OptimiserConfig): StateKind[] {
  return config.averageDecay ? ['weight', 'm', 'v', 'average'] : ['weight', 'm', 'v'];
}

/**
 * The inputs `stepSize` and `epsilonHat` for update number t = 1, 2, …: learning rate and ε with the bias correction (end
 * of the paper's section 2) and with the factors that the moments lack.
 */
export function adamScalars(
  learningRate: number,
  epsilon: number,
  t: number,
): { stepSize: number; epsilonHat: number } {
  const [first, second] = [(1 - BETA1) / (1 - BETA1 ** t), (1 - BETA2) / (1 - BETA2 ** t)];
  return { stepSize: (learningRate * first) / Math.sqrt(second), epsilonHat: epsilon / Math.sqrt(second) };
}

/** ‖gradients‖₂ over all parameters. */
function globalNorm(g: Graph, gradients: Val[]): Val {
  const squares = gradients.map((x) =>
    g.reshape(g.node('ReduceSumSquare', [x, x.shape.map((_, i) => i)], [], { keepdims: 0 }), [1]),
  );
  const all = g.node('Concat', squares, [squares.length], { axis: 0 });
  return g.reshape(g.unary('Sqrt', g.sumAll(all)), [1]);
}

/**
 * Appends the update. Inputs beside the parameters: their other state (`inputName`), `stepSize` and `epsilonHat`
 * (`adamScalars`), `shrink` (learning rate × weight decay) and `averageRate` (1 − the average's
 * decay), the latter two only where configured. Outputs: the next state (`outputName`) and `gradientNorm`.
 */
export function appendUpdate(g: Graph, gradients: Val[], config: OptimiserConfig): void {
  const stepSize = g.input('stepSize', [1]);
  const epsilonHat = g.input('epsilonHat', [1]);
  const shrink = config.weightDecay ? g.input('shrink', [1]) : null;
  const averageRate = config.averageDecay ? g.input('averageRate', [1]) : null;
  const norm = globalNorm(g, gradients);
  g.output('gradientNorm', norm);
  const clip = config.clipNorm
    ? g.binary(
        'Min',
        g.node('Div', [g.constant([config.clipNorm]), g.binary('Add', norm, 1e-12)], [1]),
        g.constant([1]),
      )
    : null;

  g.parameters.forEach((weight, i) => {
    const state = (kind: StateKind) => g.input(inputName(kind, weight.name), weight.shape);
    const next = (kind: StateKind, value: Val) => g.output(outputName(kind, weight.name), value);
    const gradient = clip ? g.binary('Mul', gradients[i], clip) : gradients[i];

    const nextM = g.binary('Add', g.binary('Mul', state('m'), BETA1), gradient);
    next('m', nextM);
    const nextV = g.binary('Add', g.binary('Mul', state('v'), BETA2), g.binary('Mul', gradient, gradient));
    next('v', nextV);

    const step = g.binary('Div', g.binary('Mul', nextM, stepSize), g.binary('Add', g.unary('Sqrt', nextV), epsilonHat));
    const decays = shrink && weight.shape.length > 1;
    const decayed = decays ? g.binary('Sub', weight, g.binary('Mul', weight, shrink)) : weight;
    const nextWeight = g.binary('Sub', decayed, step);
    next('weight', nextWeight);
    if (averageRate) {
      const average = state('average');
      next('average', g.binary('Add', average, g.binary('Mul', g.binary('Sub', nextWeight, average), averageRate)));
    }
  });
}
