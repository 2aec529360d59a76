/** Runs the step graph: feeds it images, noise and schedules, and keeps its state from step to step. */
import * as ort from '../onnxruntime';
import { DISCRIMINATOR, discriminatorLevels } from './discriminator';
import { elements, type Parameter } from './graph';
import { type LinearAutoencoder, linearFeeds, linearShare, linearWeights, SHARE } from './linear-start';
import { FeedsAhead } from './feeds/ahead';
import { type Augmentation, type Images, NO_AUGMENTATION } from './feeds/batches';
import { type Arrays, FED, Feeds } from './feeds/feeds';
import { fastestConvolutions } from './ops/fastest';
import { betaAt } from './objectives/kl-warm-up';
import type { Convolutions } from './ops/convolution';
import { plain } from './ops/plain';
import { inputName, isAdamAlone, stateKinds, updateScalars, type StateKind } from './optimisers/optimiser';
import { imageShape, imageValues, levels } from './networks';
import { IMAGE_BIAS, meanLogits } from './perceptron';
import { createSession, type Device, threadCount } from './runtime';
import { DeviceState, HostState, type KindsOf, LoopState, type State } from './state';
import { adversarialStep, DISCRIMINATOR_OPTIMISER, gradientStep, type StepConfig, trainingStep } from './step';

export interface TrainerConfig extends StepConfig {
  /** All steps of the run, which the schedules refer to. */
  steps: number;
  learningRate: number;
  /** Share of the run, at its start, over which a linear autoencoder hands over to the networks; 0 or absent: none does. */
  linearStart?: number;
  /**
   * `cosine` falls to 5 % of the learning rate by the last step; `staircase` takes the eight steps of the IWAE paper, a
   * factor of 10^(-1/7) down each and three times as long as the one before (Burda et al. 2016, section 5). The others
   * rise over the first 1 %.
   */
  schedule: 'constant' | 'cosine' | 'staircase';
  augmentation?: Augmentation;
  device?: Device;
  /** Default: the fastest this machine and configuration allow. */
  formulation?: 'plain' | 'blocked';
}

/** One step's numbers, per image. */
export interface StepResult {
  loss: number;
  terms: Record<string, number>;
  /** ‖gradient‖₂ over all parameters, before clipping. */
  gradientNorm: number;
}

/** Everything a run needs to continue exactly: all state, by `inputName`, after `step` steps. */
export interface TrainerState {
  step: number;
  tensors: Record<string, Float32Array>;
}

/** Share of the learning rate that a schedule leaves when `done`, 0..1, of the run is over. */
function cooling(schedule: TrainerConfig['schedule'], done: number): number {
  if (schedule === 'constant') return 1;
  if (schedule === 'cosine') return 0.05 + 0.95 * 0.5 * (1 + Math.cos(Math.PI * done));
  // Stair i = 0..7 lasts 3^i of all 3280 parts and begins when (3^i − 1)/2 of them are over.
  return 10 ** (-Math.min(7, Math.floor(Math.log(2 * 3280 * done + 1) / Math.log(3) + 1e-9)) / 7);
}

/** The fastest convolutions for a configuration: blocked ones on a CPU that has them and fits the block. */
export async function chooseConvolutions(c: TrainerConfig): Promise<Convolutions> {
  if (c.formulation === 'plain' || c.device === 'gpu') return plain;
  if (c.network.architecture === 'perceptron') return plain;
  const channels = [...levels(c.network), ...(adversarialFrom(c) < c.steps ? discriminatorLevels(c.network) : [])];
  // gradients of weights have the images of a batch as their channels
  const ops = await fastestConvolutions([c.batchSize, ...channels]);
  if (c.formulation === 'blocked' && ops.name !== 'blocked')
    throw new Error('The blocked formulation needs multiples of a block size.');
  return ops;
}

/** `begun`: a linear part hands over to the networks; `adversarial`: a discriminator takes part. */
type PhaseName = 'begun' | 'plain' | 'adversarial';

/** What a step takes and gives beside the state, and the session that computes it. */
interface Phase {
  name: PhaseName;
  session: ort.InferenceSession;
  state: State;
  /** Inputs beside the state, by name. */
  feeds: Record<string, ort.Tensor>;
  /** Values of those that the seed and the step decide. */
  drawn: Arrays;
  /** Results beside the state, all scalars; null where the runtime finds a place for them. */
  fetches: Record<string, ort.Tensor | null>;
  terms: string[];
}

/** Share of the learning rate at which encoder and decoder go on against a discriminator, and at which that learns. */
const ADVERSARIAL_RATES = { generator: 0.1, discriminator: 0.2 };
/** Steps over which it rises at first, and the share of the adversarial steps over which it falls at the end. */
const [RISE, FALL] = [200, 0.4];

const tensor = (shape: readonly number[], values = new Float32Array(elements(shape))) =>
  new ort.Tensor('float32', values, [...shape]);

/** The step from which on a discriminator takes part; that after the last where none does. */
export function adversarialFrom({ objective, steps }: Pick<TrainerConfig, 'objective' | 'steps'>): number {
  const share = objective.kind === 'vae' ? (objective.adversarial ?? 0) : 0;
  return share ? Math.round((1 - share) * steps) : Infinity;
}

/** Steps that a linear part takes part in. */
export const linearUntil = ({ linearStart = 0, steps }: Pick<TrainerConfig, 'linearStart' | 'steps'>): number =>
  Math.round(linearStart * steps);

/** The phase that computes the step after `step` steps. */
function phaseAt(config: TrainerConfig, step: number): PhaseName {
  if (step < linearUntil(config)) return 'begun';
  return step < adversarialFrom(config) ? 'plain' : 'adversarial';
}

/**
 * @param fixed what is fed that never changes, by name
 * @param begin the values of the whole state, from the parameters of the step
 */
async function openPhase(
  config: TrainerConfig,
  ops: Convolutions,
  name: PhaseName,
  fixed: Readonly<Record<string, Float32Array<ArrayBuffer>>>,
  begin: (parameters: readonly Parameter[], kinds: KindsOf) => Record<string, Float32Array>,
): Promise<Phase> {
  const onCard = config.device === 'gpu';
  const byLoop = !onCard && name !== 'adversarial' && isAdamAlone(config.optimiser);
  const step = name === 'adversarial' ? adversarialStep : byLoop ? gradientStep : trainingStep;
  const { graph, terms } = step(ops, config, name === 'begun');
  const { parameters } = graph;
  const kinds: KindsOf = (parameter) =>
    stateKinds(parameter.name.startsWith(DISCRIMINATOR) ? DISCRIMINATOR_OPTIMISER : config.optimiser, parameter);
  const session = await createSession(
    graph.encode(),
    config.device,
    onCard ? DeviceState.outputs(parameters, kinds) : [],
  );
  const inMemory = () => (byLoop ? new LoopState(parameters, config.optimiser) : new HostState(parameters, kinds));
  const state = onCard ? await DeviceState.create(parameters, kinds) : inMemory();
  state.write(begin(parameters, kinds));
  const known = new Set(state.names);
  const fed = session.inputNames.filter((input) => !known.has(input));
  const feeds = Object.fromEntries(fed.map((input) => [input, tensor(graph.shapeOfInput(input), fixed[input])]));
  // All of them: where some outputs are not asked for, the runtime mistakes which of the others stay on a card.
  const next = new Set(Object.keys(state.fetches()));
  const scalars = session.outputNames.filter((output) => !next.has(output));
  return {
    name,
    session,
    state,
    feeds,
    drawn: Object.fromEntries(FED.filter((input) => input in feeds).map((input) => [input, feeds[input].data])),
    fetches: Object.fromEntries(scalars.map((name) => [name, onCard ? null : tensor(graph.shapeOfOutput(name))])),
    terms,
  };
}

/** Steps of a phase after which a thread prepares the next ones' feeds: starting it takes longer than a few steps. */
const AHEAD_AFTER = 100;

export class Trainer {
  readonly #ops: Convolutions;
  readonly #feeds: Feeds;
  readonly #startAhead: (fed: Arrays) => FeedsAhead;
  readonly #linear: LinearAutoencoder | null;
  #phase: Phase;
  #ahead: FeedsAhead | null = null;
  /** Steps done in this phase. */
  #steps = 0;
  /** Steps done so far. */
  step = 0;

  private constructor(
    readonly config: TrainerConfig,
    ops: Convolutions,
    /** Of the networks that are kept. */
    readonly parameters: readonly { name: string; shape: readonly number[] }[],
    feeds: Feeds,
    startAhead: (fed: Arrays) => FeedsAhead,
    linear: LinearAutoencoder | null,
    phase: Phase,
  ) {
    this.#ops = ops;
    this.#feeds = feeds;
    this.#startAhead = startAhead;
    this.#linear = linear;
    this.#phase = phase;
  }

  /**
   * @param from.state of a run that goes on
   * @param from.weights to begin with, by parameter; those that are absent are random
   * @param from.linear what a run with a `linearStart` begins as; null once it has handed over
   */
  static async create(
    config: TrainerConfig,
    images: Images,
    {
      state: start,
      weights = {},
      linear = null,
    }: {
      state?: TrainerState;
      weights?: Readonly<Record<string, Float32Array>>;
      linear?: LinearAutoencoder | null;
    } = {},
  ): Promise<Trainer> {
    const ops = await chooseConvolutions(config);
    const [channels, height, width] = imageShape(config.network);
    const layout = ops.imageLayout(channels, width, height);
    // A state belongs to the phase of its last step.
    const name = phaseAt(config, start ? Math.max(0, start.step - 1) : 0);
    const fixed = name === 'begun' ? linearFeeds(linear!, layout) : {};
    const phase = await openPhase(config, ops, name, fixed, (parameters, kinds) =>
      start ? start.tensors : initialState(parameters, kinds, { ...startingPoint(config, images), ...weights }),
    );
    const { network, batchSize, seed, augmentation = NO_AUGMENTATION } = config;
    const drawn = { network, batchSize, seed, augmentation };
    const feeds = new Feeds(images, layout, drawn);
    const startAhead = (fed: Arrays) => new FeedsAhead(images, layout, drawn, fed);
    const own = trainingStep(ops, config).graph.parameters.map(({ name, shape }) => ({ name, shape }));
    const trainer = new Trainer(config, ops, own, feeds, startAhead, linear, phase);
    if (start) trainer.step = start.step;
    return trainer;
  }

  get formulation(): Convolutions['name'] {
    return this.#ops.name;
  }

  get parameterCount(): number {
    return this.parameters.reduce((total, p) => total + elements(p.shape), 0);
  }

  /** One update. Blocks the thread while the runtime computes. */
  async next(): Promise<StepResult> {
    const due = phaseAt(this.config, this.step);
    if (this.#phase.name !== due) await this.#enter(due);
    const { session, state, feeds, fetches } = this.#phase;
    this.#feed();
    const scalars = this.#schedules();
    for (const [name, value] of Object.entries(scalars))
      if (name in feeds) (feeds[name].data as Float32Array)[0] = value;
    const results = await session.run({ ...feeds, ...state.feeds() }, { ...fetches, ...state.fetches() });
    const gradientNorm = state.advance(results, scalars);
    this.step++;
    const scalar = (name: string) => (results[name].data as Float32Array)[0];
    const terms = Object.fromEntries(this.#phase.terms.map((term) => [term, scalar(`term:${term}`)]));
    return { loss: scalar('loss'), terms, gradientNorm };
  }

  /** The networks go on as they are; a discriminator that now takes part is random as yet. */
  async #enter(name: PhaseName): Promise<void> {
    const { tensors } = await this.state();
    const before = this.#phase;
    this.#endAhead();
    this.#phase = await openPhase(this.config, this.#ops, name, {}, (parameters, kinds) => ({
      ...initialState(parameters, kinds, {}),
      ...tensors,
    }));
    await release(before);
  }

  #feed(): void {
    const { drawn } = this.#phase;
    if (!this.#ahead?.take(this.step, drawn)) this.#feeds.fill(this.step, drawn);
    if (++this.#steps === AHEAD_AFTER && threadCount() > 1) this.#ahead = this.#startAhead(drawn);
    this.#ahead?.ask(this.step + 1);
  }

  #endAhead(): void {
    this.#ahead?.end();
    this.#ahead = null;
    this.#steps = 0;
  }

  /** What the step's graph or its update takes as scalars, by name. */
  #schedules(): Record<string, number> {
    const { learningRate, schedule, steps, optimiser, objective } = this.config;
    const t = this.step + 1;
    const from = adversarialFrom(this.config);
    const isAdversarial = this.#phase.name === 'adversarial';
    const scalars: Record<string, number> = {};
    if (this.#phase.name === 'begun') scalars[SHARE] = linearShare(this.step, linearUntil(this.config));
    if (isAdversarial) {
      const begun = this.step - from;
      const share = Math.min(1, (begun + 1) / RISE, (steps - this.step) / ((steps - from) * FALL));
      Object.assign(scalars, updateScalars(optimiser, learningRate * ADVERSARIAL_RATES.generator * share, t));
      const rate = learningRate * ADVERSARIAL_RATES.discriminator;
      for (const [name, value] of Object.entries(updateScalars(DISCRIMINATOR_OPTIMISER, rate, begun + 1)))
        scalars[DISCRIMINATOR + name] = value;
    } else {
      const warm = schedule === 'staircase' ? 1 : Math.min(1, t / Math.max(1, steps / 100));
      const done = Math.min(1, this.step / Math.min(steps, from));
      Object.assign(scalars, updateScalars(optimiser, learningRate * warm * cooling(schedule, done), t));
    }
    if (objective.kind === 'vae') {
      const done = isAdversarial ? 1 : this.step / Math.min(steps, from);
      scalars.beta = betaAt(objective.beta, objective.warmUp, done);
    }
    return scalars;
  }

  /** Share that a linear part has in what the networks make of an image now. */
  get linearShare(): number {
    const until = linearUntil(this.config);
    return until ? linearShare(this.step, until) : 0;
  }

  /** The weights to keep: the moving average where there is one, and a linear part as long as it takes part. Use the arrays before the next step; do not change them. */
  async weights(): Promise<Map<string, Float32Array>> {
    const kind: StateKind = this.config.optimiser.averageDecay ? 'average' : 'weight';
    const values = await this.#phase.state.read(this.parameters.map(({ name }) => inputName(kind, name)));
    const networks = this.parameters.map(({ name }): [string, Float32Array] => [
      name,
      values.get(inputName(kind, name))!,
    ]);
    const share = this.linearShare;
    return new Map([...networks, ...(share > 0 ? linearWeights(this.#linear!, share) : [])]);
  }

  /** The state after the last step. Use the arrays before the next one. */
  async state(): Promise<TrainerState> {
    return { step: this.step, tensors: Object.fromEntries(await this.#phase.state.read(this.#phase.state.names)) };
  }

  release(): Promise<void> {
    this.#endAhead();
    return release(this.#phase);
  }
}

async function release({ state, session }: Phase): Promise<void> {
  await state.release();
  await session.release();
}

/** Initial weights that come from the images, by name. */
function startingPoint({ network }: TrainerConfig, { pixels }: Images): Readonly<Record<string, Float32Array>> {
  if (network.architecture !== 'perceptron') return {};
  return { [IMAGE_BIAS]: meanLogits(pixels, imageValues(network)) };
}

/** Seeded weights but for those `given`, their average the same, moments of zero. */
function initialState(
  parameters: readonly Parameter[],
  kinds: KindsOf,
  given: Readonly<Record<string, Float32Array>>,
): Record<string, Float32Array> {
  const state: Record<string, Float32Array> = {};
  for (const parameter of parameters) {
    const { name, shape, initial } = parameter;
    const weights = given[name] ?? Float32Array.from({ length: elements(shape) }, initial);
    for (const kind of kinds(parameter)) {
      state[inputName(kind, name)] =
        kind === 'weight' || kind === 'average' ? weights : new Float32Array(weights.length);
    }
  }
  return state;
}
