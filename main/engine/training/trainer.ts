/** Runs the step graph: feeds it images, noise and schedules, and keeps its state from step to step. */
import * as ort from '../onnxruntime';
import { NO_AUGMENTATION, BatchStream, type Augmentation, type Images } from './batches';
import { elements, type Parameter } from './graph';
import { blocked } from './ops/blocked';
import type { Convolutions } from './ops/convolution';
import { plain } from './ops/plain';
import { inputName, stateKinds, updateScalars, type StateKind } from './optimisers/optimiser';
import { levels } from './networks';
import { IMAGE_BIAS, meanLogits } from './perceptron';
import { random } from '../maths/random';
import { blockSize, createSession, type Device } from './runtime';
import { DeviceState, HostState, type State } from './state';
import { samplesPerImage, trainingStep, type StepConfig } from './step';

export interface TrainerConfig extends StepConfig {
  /** All steps of the run, which the schedules refer to. */
  steps: number;
  learningRate: number;
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
  const block = await blockSize();
  const fits = block > 0 && [c.batchSize, ...levels(c.network)].every((n) => n % block === 0);
  if (fits) return blocked(block);
  if (c.formulation === 'blocked')
    throw new Error(`The blocked formulation needs multiples of ${block || 'a block size'}.`);
  return plain;
}

export class Trainer {
  /** Steps done so far. */
  step = 0;

  private constructor(
    readonly config: TrainerConfig,
    readonly formulation: Convolutions['name'],
    readonly parameters: readonly { name: string; shape: readonly number[] }[],
    private readonly session: ort.InferenceSession,
    private readonly batches: BatchStream,
    private readonly saved: State,
    /** Inputs and results beside the state, by name; the runtime finds a place for the results, all scalars. */
    private readonly feeds: Record<string, ort.Tensor>,
    private readonly fetches: Record<string, null>,
    private readonly terms: string[],
  ) {}

  /**
   * @param from.state of a run that goes on
   * @param from.weights to begin with, by parameter; those that are absent are random
   */
  static async create(
    config: TrainerConfig,
    images: Images,
    { state: start, weights = {} }: { state?: TrainerState; weights?: Readonly<Record<string, Float32Array>> } = {},
  ): Promise<Trainer> {
    const { imageSize, channels, latentSize } = config.network;
    const ops = await chooseConvolutions(config);
    const { graph, terms } = trainingStep(ops, config);
    const kinds = (parameter: Parameter) => stateKinds(config.optimiser, parameter);
    const onCard = config.device === 'gpu';
    const session = await createSession(
      graph.encode(),
      config.device,
      onCard ? DeviceState.outputs(graph.parameters, kinds) : [],
    );
    const state = onCard ? await DeviceState.create(graph.parameters, kinds) : new HostState(graph.parameters, kinds);
    state.write(
      start ? start.tensors : initialState(graph.parameters, kinds, { ...startingPoint(config, images), ...weights }),
    );

    const zeros = (shape: readonly number[]) =>
      new ort.Tensor('float32', new Float32Array(elements(shape)), [...shape]);
    const feeds: Record<string, ort.Tensor> = {};
    const layout = ops.imageLayout(channels, imageSize);
    feeds.image = zeros(graph.shapeOfInput('image'));
    for (const name of Object.keys(updateScalars(config.optimiser, 0, 1))) feeds[name] = zeros([1]);
    if (config.objective.kind === 'vae') {
      feeds.epsilon = zeros([config.batchSize * samplesPerImage(config), latentSize]);
      if (samplesPerImage(config) === 1) feeds.beta = zeros([]);
    }
    const scalars = ['loss', 'gradientNorm', ...terms.map((term) => `term:${term}`)];
    const fetches = Object.fromEntries(scalars.map((name) => [name, null]));

    const augmentation = config.augmentation ?? NO_AUGMENTATION;
    const batches = new BatchStream(images, config.batchSize, layout, augmentation, config.seed);
    const parameters = graph.parameters.map(({ name, shape }) => ({ name, shape }));
    const trainer = new Trainer(config, ops.name, parameters, session, batches, state, feeds, fetches, terms);
    if (start) trainer.step = start.step;
    return trainer;
  }

  get parameterCount(): number {
    return this.parameters.reduce((total, p) => total + elements(p.shape), 0);
  }

  /** One update. Blocks the thread while the runtime computes. */
  async next(): Promise<StepResult> {
    const { feeds, fetches, config } = this;
    this.batches.fill(this.step, feeds.image.data as Float32Array);
    if (feeds.epsilon) {
      const rng = random(config.seed, 'epsilon', this.step);
      const epsilon = feeds.epsilon.data as Float32Array;
      for (let i = 0; i < epsilon.length; i++) epsilon[i] = rng.normal();
    }
    this.setSchedules();
    const results = await this.session.run(
      { ...feeds, ...this.saved.feeds() },
      { ...fetches, ...this.saved.fetches() },
    );
    this.saved.advance(results);
    this.step++;
    const scalar = (name: string) => (results[name].data as Float32Array)[0];
    const terms = Object.fromEntries(this.terms.map((term) => [term, scalar(`term:${term}`)]));
    return { loss: scalar('loss'), terms, gradientNorm: scalar('gradientNorm') };
  }

  private setSchedules(): void {
    const { learningRate, schedule, steps, optimiser, objective } = this.config;
    const set = (name: string, value: number) => ((this.feeds[name].data as Float32Array)[0] = value);
    const t = this.step + 1;
    const done = this.step / steps;
    const warm = schedule === 'staircase' ? 1 : Math.min(1, t / Math.max(1, steps / 100));
    const rate = learningRate * warm * cooling(schedule, Math.min(1, done));
    for (const [name, value] of Object.entries(updateScalars(optimiser, rate, t))) set(name, value);
    if (objective.kind === 'vae' && this.feeds.beta)
      set('beta', objective.beta * (objective.warmUp ? Math.min(1, done / objective.warmUp) : 1));
  }

  /** The weights to keep: the moving average where there is one. Use the arrays before the next step; do not change them. */
  async weights(): Promise<Map<string, Float32Array>> {
    const kind: StateKind = this.config.optimiser.averageDecay ? 'average' : 'weight';
    const values = await this.saved.read(this.parameters.map(({ name }) => inputName(kind, name)));
    return new Map(this.parameters.map(({ name }) => [name, values.get(inputName(kind, name))!]));
  }

  /** The state after the last step. Use the arrays before the next one. */
  async state(): Promise<TrainerState> {
    return { step: this.step, tensors: Object.fromEntries(await this.saved.read(this.saved.names)) };
  }

  async release(): Promise<void> {
    await this.saved.release();
    await this.session.release();
  }
}

/** Initial weights that come from the images, by name. */
function startingPoint({ network }: TrainerConfig, { pixels }: Images): Readonly<Record<string, Float32Array>> {
  if (network.architecture !== 'perceptron') return {};
  return { [IMAGE_BIAS]: meanLogits(pixels, network.channels * network.imageSize ** 2) };
}

/** Seeded weights but for those `given`, their average the same, moments of zero. */
function initialState(
  parameters: readonly Parameter[],
  kinds: (parameter: Parameter) => readonly StateKind[],
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
