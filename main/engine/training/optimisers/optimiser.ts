/**
 * The update of all weights: Adam, or Muon for the matrices between the first and the last layer and Adam for the rest; with
 * either, global-norm gradient clipping (Pascanu et al. 2013), decoupled weight decay (Loshchilov & Hutter 2019) and an
 * exponential moving average of the weights (Polyak averaging). It is part of the graph, so that one run is one update;
 * where it is Adam alone and the weights lie in main memory, it is a loop over them that follows the run.
 */
import { elements, type Graph, type Parameter, type Val } from '../graph';
import { type Arithmetic, nodes } from '../arithmetic/arithmetic';
import { compileLoop } from '../arithmetic/loop';
import { adamScalars, adamStep, type Betas } from './adam';
import { muonStep } from './muon';

/** What lives from step to step for each parameter: the weight, moments (Muon has the first alone), the averaged weight. */
export type StateKind = 'weight' | 'm' | 'v' | 'average';

export const inputName = (kind: StateKind, parameter: string): string =>
  kind === 'weight' ? parameter : `${kind}:${parameter}`;
export const outputName = (kind: StateKind, parameter: string): string => `next:${kind}:${parameter}`;
/** The output of a step that leaves the update to others. */
export const gradientName = (parameter: string): string => `gradient:${parameter}`;

export interface OptimiserConfig {
  kind: 'adam' | 'muon';
  /** Largest global gradient norm; 0 never clips. */
  clipNorm: number;
  /** Decay per unit of learning rate, of matrices and filters (not biases); 0 for none. */
  weightDecay: number;
  /** Decay of the moving average of the weights, e.g. 0.999; 0 keeps none. */
  averageDecay: number;
  /** Adam's ε, which is added to the root of the second moment. */
  epsilon: number;
  /** Absent: those of the paper, (0.9, 0.999), or `BESIDE_MUON`'s. */
  betas?: Betas;
}

const PAPER: Betas = [0.9, 0.999];
/**
 * Adam for what Muon leaves: so few weights bear a rate several times that of the matrices, and squares forgotten sooner,
 * for gradients are largest in the first steps. On portraits, errors after 450 steps are 8 % lower by both.
 */
const BESIDE_MUON = { betas: [0.9, 0.99] satisfies Betas, rate: 4 };

/** What Adam does with the weights it has under this configuration. */
function adamOf({ kind, betas }: OptimiserConfig): { betas: Betas; rate: number } {
  const own = kind === 'muon' ? BESIDE_MUON : { betas: PAPER, rate: 1 };
  return { betas: betas ?? own.betas, rate: own.rate };
}

/** Matrices and filters that neither read nor draw the image: what Muon is for. */
const isInner = ({ shape, outer }: Parameter): boolean => shape.length > 1 && !outer;
const byMuon = (config: OptimiserConfig, parameter: Parameter) => config.kind === 'muon' && isInner(parameter);

export function stateKinds(config: OptimiserConfig, parameter: Parameter): StateKind[] {
  const moments: StateKind[] = byMuon(config, parameter) ? ['m'] : ['m', 'v'];
  return ['weight', ...moments, ...(config.averageDecay ? (['average'] as const) : [])];
}

/** The scalars that an update takes, by name of the graph's input: update number t = 1, 2, … at a learning rate. */
export function updateScalars(config: OptimiserConfig, learningRate: number, t: number): Record<string, number> {
  const { betas, rate } = adamOf(config);
  return {
    ...adamScalars(rate * learningRate, config.epsilon, t, betas),
    ...(config.kind === 'muon' ? { learningRate } : {}),
    ...(config.weightDecay ? { shrink: learningRate * config.weightDecay } : {}),
    // An average of the first few steps alone would remember the random start.
    ...(config.averageDecay ? { averageRate: 1 - Math.min(config.averageDecay, t / (t + 9)) } : {}),
  };
}

/** ‖gradients‖₂ over all parameters, `[1]`. */
function globalNorm(g: Graph, gradients: readonly Val[]): Val {
  const squares = gradients.map((x) => g.node('ReduceSumSquare', [x, x.shape.map((_, i) => i)], [], { keepdims: 0 }));
  return g.reshape(g.unary('Sqrt', g.node('Sum', squares, [])), [1]);
}

/** What gradients of norm `norm` are multiplied by to be no longer than `most`. */
function clipFactor(g: Graph, norm: Val, most: number): Val {
  const factor = g.node('Div', [g.constant([most]), g.binary('Add', norm, 1e-12)], [1]);
  return g.binary('Min', factor, g.constant([1]));
}

/** How a weight takes a step: it decays, moves, and its average follows. */
function take<T>(
  a: Arithmetic<T>,
  { weight, average }: { weight: T; average?: T },
  step: T,
  { shrink, averageRate }: { shrink?: T; averageRate?: T },
): { weight: T; average?: T } {
  const decayed = shrink === undefined ? weight : a.subtract(weight, a.multiply(weight, shrink));
  const next = a.subtract(decayed, step);
  if (average === undefined || averageRate === undefined) return { weight: next };
  return { weight: next, average: a.add(average, a.multiply(a.subtract(next, average), averageRate)) };
}

const decays = ({ weightDecay }: OptimiserConfig, { shape }: Pick<Parameter, 'shape'>) =>
  weightDecay > 0 && shape.length > 1;

/**
 * Appends the update of some parameters. Inputs beside them: their other state (`inputName`) and the scalars of
 * `updateScalars`, each `[1]`. Outputs: the next state (`outputName`) and `gradientNorm`.
 * @param whose goes before the names of scalars and `gradientNorm`, where a graph has more than one update
 */
export function appendUpdate(
  g: Graph,
  parameters: readonly Parameter[],
  gradients: Val[],
  config: OptimiserConfig,
  whose = '',
): void {
  const scalars = Object.fromEntries(
    Object.keys(updateScalars(config, 0, 1)).map((name) => [name, g.input(whose + name, [1])]),
  );
  const { stepSize, epsilonHat, learningRate, shrink, averageRate } = scalars;
  const norm = globalNorm(g, gradients);
  g.output(`${whose}gradientNorm`, norm);
  const clip = config.clipNorm ? clipFactor(g, norm, config.clipNorm) : null;
  const a = nodes(g);

  parameters.forEach((weight, i) => {
    const state = (kind: StateKind) => g.input(inputName(kind, weight.name), weight.shape);
    const next = (kind: StateKind, value: Val) => g.output(outputName(kind, weight.name), value);
    const gradient = clip ? a.multiply(gradients[i], clip) : gradients[i];

    let step: Val;
    if (byMuon(config, weight)) {
      const update = muonStep(g, gradient, state('m'), learningRate);
      next('m', update.momentum);
      ({ step } = update);
    } else {
      const { betas } = adamOf(config);
      const update = adamStep(a, gradient, { m: state('m'), v: state('v') }, { stepSize, epsilonHat }, betas);
      next('m', update.m);
      next('v', update.v);
      ({ step } = update);
    }

    const average = averageRate && state('average');
    const taken = take(a, { weight, average }, step, {
      shrink: decays(config, weight) ? shrink : undefined,
      averageRate,
    });
    next('weight', taken.weight);
    if (taken.average) next('average', taken.average);
  });
}

/** Whether the update of all weights is that of `adamLoop`. */
export const isAdamAlone = ({ kind }: OptimiserConfig): boolean => kind === 'adam';

/** A parameter whose state and `gradient` begin at these bytes of a memory; one of no average has none. */
export interface Placed {
  parameter: Pick<Parameter, 'shape'>;
  starts: Readonly<Record<StateKind | 'gradient', number>>;
}

/**
 * The update by Adam of arrays in `memory`.
 * @returns updates parameters, from the scalars of `updateScalars`, and returns the norm of all gradients, ‖gradients‖₂
 */
export function adamLoop(memory: WebAssembly.Memory, config: OptimiserConfig) {
  const { betas } = adamOf(config);
  const averaged = config.averageDecay ? (['average'] as const) : [];
  const update = compileLoop(
    memory,
    ['weight', 'gradient', 'm', 'v', ...averaged],
    ['stepSize', 'epsilonHat', 'shrink', 'averageRate', 'clip'],
    (a, { weight, gradient, m, v, average }, { stepSize, epsilonHat, shrink, averageRate, clip }) => {
      const clipped = config.clipNorm ? a.multiply(gradient, clip) : gradient;
      const { step, ...moments } = adamStep(a, clipped, { m, v }, { stepSize, epsilonHat }, betas);
      const taken = take(a, { weight, average }, step, {
        shrink: config.weightDecay ? shrink : undefined,
        averageRate,
      });
      return { replaced: { ...moments, ...taken }, sum: a.multiply(gradient, gradient) };
    },
  );
  const squares = compileLoop(memory, ['gradient'], [], (a, { gradient }) => ({ sum: a.multiply(gradient, gradient) }));
  const length = (sums: number[]) => Math.sqrt(sums.reduce((total, sum) => total + sum, 0));

  return (
    placed: readonly Placed[],
    { stepSize, epsilonHat, shrink = 0, averageRate = 0 }: Readonly<Record<string, number>>,
  ): number => {
    // A pass of its own for the norm, which else comes along with the update: clipping needs it before.
    const clip = config.clipNorm
      ? Math.min(
          1,
          config.clipNorm / (length(placed.map((p) => squares(p.starts, elements(p.parameter.shape), {}))) + 1e-12),
        )
      : 1;
    return length(
      placed.map(({ parameter, starts }) =>
        update(starts, elements(parameter.shape), {
          stepSize,
          epsilonHat,
          shrink: decays(config, parameter) ? shrink : 0,
          averageRate,
          clip,
        }),
      ),
    );
  };
}
