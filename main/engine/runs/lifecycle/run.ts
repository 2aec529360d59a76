import { createHash } from 'node:crypto';
import path from 'node:path';
import {
  type HistoryPoint,
  type PreparingStage,
  type TrainingEvent,
  type TrainingProgress,
  UserError,
} from '../../../contract';
import {
  identityOf,
  labelsOf,
  loadDataset,
  pickImages,
  splitDataset,
  toImageBatch,
  toUnitRange,
  type Dataset,
} from '../../images';
import { throwIfCancelled } from '../../scheduling/watch';
import type { Images } from '../../training/feeds/batches';
import { Evaluator } from '../../training/evaluator';
import { evenly } from '../../maths/evenly';
import { normals, random } from '../../maths/random';
import type { LinearAutoencoder } from '../../training/linear-start';
import { imageShape } from '../../training/networks';
import { adversarialFrom, linearUntil, Trainer, type TrainerConfig } from '../../training/trainer';
import { aggregateDraws } from '../../training/whitening';
import { refuseMissingDevice } from '../graphics-card/graphics-card';
import { fitLinearStart } from '../linear-start/fit';
import { saveCheckpoint, type Checkpoint } from '../unfinished/checkpoint';
import type { RunControl } from './control';
import { CODES, drawsLike } from '../monitoring/code-mixture';
import { MEASUREMENTS, withPoint } from '../monitoring/curve';
import { DivergenceWatch } from '../monitoring/divergence';
import { EarlyStopping } from '../monitoring/early-stopping';
import { balanceOf, Warnings, type WarningKind } from '../monitoring/warnings';
import { RunningMeans, Speed, throttled } from '../monitoring/running-means';
import { estimateMemory, refuseIfTooLarge } from '../memory/estimate';
import { checkPlaces, refuseTooFew } from '../settings/folders';
import { openStartingModel, startingWeights, type StartingModel } from './starting-model';
import { FilmRecorder } from '../film/recorder';
import { type TrainedOn, writeTrained } from './result';
import { trainerConfig, type ResolvedSettings } from '../settings/settings';
import { isNoted, noteRun, removeRun } from '../unfinished/unfinished';

/** Times between progress events and between pictures, in milliseconds. */
const PROGRESS_EVERY = 250;
const PICTURES_EVERY = 4000;
/** Pictures take no more than this share of the time of a run. */
const PICTURES_SHARE = 0.05;
const PICTURES = 8;

export interface RunIo {
  onEvent(event: TrainingEvent): void;
  control: RunControl;
}

/** What a run works with once its images are read. */
interface Learning {
  trainer: Trainer;
  evaluator: Evaluator;
  recorder: FilmRecorder;
  warnings: Warnings;
  images: TrainedOn;
}

/** How often every image has been shown when `step` steps are done. */
const epochsAt = (step: number, { trainer, images }: Learning): number =>
  (step * trainer.config.batchSize) / images.training.count;

async function createTrainer(
  config: TrainerConfig,
  images: Images,
  from: Checkpoint | null,
  begin: { weights: Record<string, Float32Array>; linear: LinearAutoencoder | null },
  out: string,
) {
  try {
    return await Trainer.create(config, images, { state: from ?? undefined, ...begin });
  } catch (error) {
    if (!from || !(error as Error).message.includes('does not fit')) throw error;
    throw new UserError('bad-model.run-other-networks', { out });
  }
}

/** One run: from the images to the model, continued from a checkpoint if there is one. */
export class Run {
  readonly #settings: ResolvedSettings;
  readonly #io: RunIo;
  readonly #history: HistoryPoint[] = [];
  #curve: TrainingProgress[] = [];
  readonly #watch: DivergenceWatch;
  readonly #early: EarlyStopping;
  /** Of the steps since the last measurement: what the history says does not depend on the clock, or on interruptions. */
  #means = new RunningMeans();
  /** SHA-256 of the images. */
  #digest = '';
  /** Step of the last checkpoint, 0 when there is none. */
  #savedAt = 0;
  /** Seconds of training before this process took over, and when it did. */
  #secondsBefore = 0;
  #startedAt = 0;
  #pausedFor = 0;

  constructor(settings: ResolvedSettings, io: RunIo) {
    this.#settings = settings;
    this.#io = io;
    this.#watch = new DivergenceWatch(settings);
    this.#early = new EarlyStopping(settings.tuning.patience);
  }

  async start(from: Checkpoint | null): Promise<void> {
    const settings = this.#settings;
    const io = this.#io;
    let learning = false;
    io.onEvent({ event: 'state', state: 'preparing' });
    if (settings.tuning.device === 'gpu') {
      io.onEvent({ event: 'preparing', done: 0, total: 1, stage: 'trying the graphics card' });
      await refuseMissingDevice('gpu', io.control.signal);
    }
    try {
      await refuseIfTooLarge(settings, await checkPlaces(settings, io.control.signal));
      await noteRun(settings);
      await this.#run(from, () => (learning = true));
    } catch (error) {
      const code = error instanceof UserError ? error.code : null;
      // What is thrown away: what a person has cancelled, and a run that has nothing to continue from.
      const hopeless = !learning || code === 'diverged';
      const cancelled = code === 'cancelled' && (learning || !from);
      if (cancelled || (hopeless && this.#savedAt === 0 && !from)) await removeRun(settings.out);
      throw error;
    }
  }

  async #run(from: Checkpoint | null, onLearning: () => void): Promise<void> {
    const settings = this.#settings;
    const io = this.#io;
    const model = settings.from === undefined ? null : await openStartingModel(settings.from);
    const dataset = await this.#loadImages(model);
    this.#digest = createHash('sha256').update(dataset.pixels).digest('hex');
    if (from && from.images !== this.#digest) {
      throw new UserError('bad-settings.images-changed', { folder: settings.images });
    }
    const split = await splitDataset(dataset, settings.seed, settings.tuning.validation, this.#imageWatch());
    const { training, heldOut: validation, files } = split;
    const identity = await identityOf(settings.images, files);
    const labels = await labelsOf(settings.images, files);
    const config = trainerConfig(settings, training.count, training.channels);
    const weights = model && !from ? startingWeights(model, settings, config) : {};
    const linear = await this.#linearStart(config, training, from?.step ?? 0);
    const trainer = await createTrainer(config, training, from, { weights, linear }, settings.out);
    const evaluator = await Evaluator.create(config, linear !== null);
    const recorder = new FilmRecorder(config, evaluator, training, validation, this.#settings.tuning.whiten);
    const learning: Learning = {
      trainer,
      evaluator,
      recorder,
      warnings: new Warnings(config.steps, adversarialFrom(config)),
      images: { training, validation, dataset, identity, files, labels },
    };
    try {
      if (from) this.#restore(from, recorder);
      io.onEvent({
        event: 'started',
        step: trainer.step,
        images: training.count,
        validationImages: validation.count,
        channels: training.channels,
        greyImages: training.channels === 3 ? dataset.grey : 0,
        steps: config.steps,
        parameters: trainer.parameterCount,
        memoryBytes: estimateMemory(config, dataset.count),
      });
      onLearning();
      this.#warn(trainer.step, learning.warnings.images(dataset.count, split.different));
      await this.#learn(learning);
      throwIfCancelled(io.control.signal);
      io.onEvent({ event: 'state', state: 'saving' });
      await this.#finish(learning);
    } finally {
      await trainer.release();
      await evaluator.release();
    }
  }

  #restore({ step, history, progress, means, seconds, best, tensors }: Checkpoint, recorder: FilmRecorder): void {
    this.#savedAt = step;
    this.#history.push(...history);
    this.#curve = progress;
    this.#means = new RunningMeans(means);
    this.#secondsBefore = seconds;
    this.#early.restore(
      best,
      tensors,
      history.map((point) => point.step),
    );
    recorder.restore(tensors);
  }

  /** What the run begins as, if it begins as PCA and has not handed over yet. */
  async #linearStart(config: TrainerConfig, training: Images, step: number): Promise<LinearAutoencoder | null> {
    if (step >= linearUntil(config)) return null;
    const report = throttled(PROGRESS_EVERY, (done: number, total: number) =>
      this.#io.onEvent({ event: 'preparing', done, total, stage: 'fitting linear PCA' }),
    );
    return fitLinearStart(training, config.network.latentSize, {
      onProgress: report,
      signal: this.#io.control.signal,
    });
  }

  async #loadImages(model: StartingModel | null): Promise<Dataset> {
    const settings = this.#settings;
    const io = this.#io;
    const dataset = await loadDataset(settings.images, {
      size: settings.imageSize,
      height: settings.imageHeight,
      align: settings.align,
      curation: settings.curation,
      like: model?.like,
      ...this.#imageWatch(),
    });
    for (const { file, reason } of dataset.skipped) io.onEvent({ event: 'skipped', file, reason });
    refuseTooFew(settings.images, dataset.count);
    return dataset;
  }

  /** Tells how far the images are, and ends work on them. */
  #imageWatch() {
    const { onEvent, control } = this.#io;
    const report = throttled(PROGRESS_EVERY, (done: number, total: number, stage: PreparingStage) =>
      onEvent({ event: 'preparing', done, total, stage }),
    );
    // what is done is not left standing as half done
    const onProgress = (done: number, total: number, stage: PreparingStage) =>
      (done === total ? report.now : report)(done, total, stage);
    return { onProgress, signal: control.signal };
  }

  /** Steps to the end, or until asked to stop; what is due at a step is done between it and the next. */
  async #learn(learning: Learning): Promise<void> {
    const settings = this.#settings;
    const io = this.#io;
    const { control } = io;
    const { trainer, recorder } = learning;
    const { steps, batchSize } = trainer.config;
    const measureEvery = Math.max(1, Math.ceil(steps / MEASUREMENTS));
    const recent = new RunningMeans();
    const speed = new Speed(batchSize);
    const showProgress = throttled(PROGRESS_EVERY, (measured: { validationMse?: number }) =>
      this.#progress(learning, speed.imagesPerSecond, { ...recent.take(), ...measured }),
    );
    const showPictures = throttled(PICTURES_EVERY, () => this.#pictures(learning), PICTURES_SHARE);

    this.#startedAt = performance.now();
    const running = () => io.onEvent({ event: 'state', state: 'running' });
    // a card compiles the whole step when it first runs it, and may take minutes over that
    let compiling = settings.tuning.device === 'gpu';
    if (compiling) io.onEvent({ event: 'preparing', done: 0, total: 1, stage: 'compiling the network for the card' });
    else running();
    await showPictures();
    this.#tellUse(recorder);
    await this.#film(learning);
    while (trainer.step < steps && !control.stopped) {
      throwIfCancelled(control.signal);
      const before = performance.now();
      const result = await trainer.next();
      if (compiling) running();
      compiling = false;
      speed.add(performance.now() - before);
      this.#watch.check(result, trainer.step, this.#savedAt);
      recent.add(result);
      this.#means.add(result);

      if (trainer.step % measureEvery === 0 || trainer.step === steps) {
        const { validationMse, enough } = await this.#measure(learning);
        showProgress.now({ validationMse });
        if (enough) break;
      } else {
        showProgress({});
      }
      await this.#film(learning);
      if (trainer.step % settings.tuning.checkpointSteps === 0 && trainer.step < steps) await this.#save(learning);
      await showPictures();
      // Messages and signals are only read between tasks; the runtime's steps leave no gap of their own.
      await new Promise((resolve) => setImmediate(resolve));
      if (control.paused) await this.#pause(learning);
    }
  }

  /** Puts the error of held-out images into the history. `enough`: it has not fallen for as long as one would wait. */
  async #measure(learning: Learning): Promise<{ validationMse: number; enough: boolean }> {
    const { trainer, evaluator, images } = learning;
    const weights = await trainer.weights();
    const validationMse = await evaluator.reconstructionError(weights, images.validation);
    this.#watch.checkMeasurement(validationMse, trainer.step, this.#savedAt);
    const epoch = epochsAt(trainer.step, learning);
    const { count } = this.#means.state;
    const means = this.#means.take();
    this.#history.push({ step: trainer.step, epoch, validationMse, ...means });
    // PCA is good at once, and the error rises while it hands over: only then the run is the network's own
    const own = this.#history.filter(({ step }) => step >= linearUntil(trainer.config));
    const errors = own.map((point) => point.validationMse);
    this.#warn(trainer.step, learning.warnings.measured(trainer.step, errors));
    const balance = balanceOf(means.terms.discriminator, count);
    this.#warn(trainer.step, learning.warnings.discriminator(balance));
    const inBalance = balance && balance === 'in balance';
    const enough = own.length > 0 && this.#early.measured(trainer.step, validationMse, weights, inBalance);
    return { validationMse, enough };
  }

  #warn(step: number, what: WarningKind | null): void {
    if (what) this.#io.onEvent({ event: 'warning', step, what });
  }

  #progress(
    learning: Learning,
    imagesPerSecond: number,
    means: Pick<TrainingProgress, 'loss' | 'terms' | 'validationMse'>,
  ): void {
    const { step, config, linearShare } = learning.trainer;
    const progress: TrainingProgress = {
      event: 'progress',
      step,
      steps: config.steps,
      epoch: epochsAt(step, learning),
      epochs: epochsAt(config.steps, learning),
      imagesPerSecond,
      ...(linearShare > 0 ? { linearShare } : {}),
      secondsLeft: (config.steps - step) / (imagesPerSecond / config.batchSize),
      ...means,
    };
    this.#curve = withPoint(this.#curve, progress);
    this.#io.onEvent(progress);
  }

  /** Adds the frame of the film that is due at this step, if any. */
  async #film({ trainer, recorder }: Learning): Promise<void> {
    if (!recorder.wants(trainer.step)) return;
    await recorder.record(trainer.step, await trainer.weights());
    this.#tellUse(recorder);
  }

  #tellUse({ use }: FilmRecorder): void {
    if (use) this.#io.onEvent({ event: 'use', ...use });
  }

  async #save({ trainer, recorder }: Learning): Promise<void> {
    const { step, tensors } = await trainer.state();
    if (!(await isNoted(this.#settings.out))) await noteRun(this.#settings); // deleted underneath
    await saveCheckpoint(this.#settings.out, {
      step,
      steps: trainer.config.steps,
      images: this.#digest,
      seconds: this.#seconds(),
      history: this.#history,
      progress: this.#curve,
      means: this.#means.state,
      best: this.#early.state,
      tensors: { ...tensors, ...this.#early.tensors(), ...recorder.tensors() },
    });
    this.#savedAt = step;
  }

  /** A paused run is likely to be quit: it is saved first. */
  async #pause(learning: Learning): Promise<void> {
    const { control, onEvent } = this.#io;
    const from = performance.now();
    if (learning.trainer.step > this.#savedAt) await this.#save(learning);
    onEvent({ event: 'state', state: 'paused' });
    await control.untilResumed();
    this.#pausedFor += performance.now() - from;
    if (!control.signal.aborted) onEvent({ event: 'state', state: 'running' });
  }

  async #pictures(learning: Learning): Promise<void> {
    const {
      trainer,
      evaluator,
      warnings,
      images: { validation },
    } = learning;
    const { latentSize } = trainer.config.network;
    const [channels, height, width] = imageShape(trainer.config.network);
    const count = Math.min(PICTURES, validation.count);
    const shape = { channels: validation.channels, height, width };
    const pixels = validation.pixels.subarray(0, count * channels * height * width);
    const weights = await trainer.weights();
    const originals = toUnitRange(pixels);
    const { mu } = await evaluator.encode(weights, originals);
    const reconstructions = await evaluator.decode(weights, mu);
    this.#warn(trainer.step, warnings.pictures(trainer.step, originals, reconstructions, count));
    const decoded = async (codes: Float32Array) =>
      toImageBatch(await evaluator.decode(weights, codes), { count: PICTURES, ...shape });
    const { seed, tuning } = this.#settings;
    const noise = normals(PICTURES * latentSize, random(seed, 'pictures'));
    const { codes, posteriors } = await this.#someCodes(learning);
    const like = drawsLike(codes, latentSize, PICTURES, seed);
    // as the prior is once code space is whitened
    const draws = posteriors && tuning.whiten ? aggregateDraws(posteriors, latentSize, noise) : noise;
    this.#io.onEvent({
      event: 'pictures',
      step: trainer.step,
      originals: toImageBatch(pixels, { count, ...shape }),
      reconstructions: toImageBatch(reconstructions, { count, ...shape }),
      samples: await decoded(draws),
      fromMixture: like && (await decoded(like)),
    });
  }

  /** Codes of some training images, of a VAE a draw from the posterior of each: what the decoder is trained on. */
  async #someCodes({ trainer, evaluator, images: { training } }: Learning) {
    const some = pickImages(training, [...evenly(training.count, CODES)]);
    const { mu, logVar } = await evaluator.codes(await trainer.weights(), some);
    if (!logVar) return { codes: mu, posteriors: null };
    const epsilon = normals(mu.length, random(this.#settings.seed, 'posterior draws'));
    const codes = mu.map((mean, i) => mean + Math.exp(0.5 * logVar[i]) * epsilon[i]);
    return { codes, posteriors: { mu, logVar } };
  }

  /** Seconds of training, pauses left out. */
  #seconds(): number {
    return this.#secondsBefore + (performance.now() - this.#startedAt - this.#pausedFor) / 1000;
  }

  async #finish(learning: Learning): Promise<void> {
    const { trainer, evaluator, recorder, images } = learning;
    const settings = this.#settings;
    const io = this.#io;
    const continuable = io.control.continuable && trainer.step > 0 && trainer.step < trainer.config.steps;
    if (continuable) await this.#save(learning);
    const seconds = this.#seconds();
    const { config, step } = trainer;
    const weights = this.#early.kept(await trainer.weights());
    const { imagesPerSecond, validationMse } = await writeTrained(
      settings.out,
      {
        settings,
        config,
        weights,
        steps: step,
        seconds,
        history: this.#history,
        film: (whitening) => recorder.film(this.#early.keptStep(step), weights, whitening),
      },
      images,
      evaluator,
    );
    if (!continuable) await removeRun(settings.out);
    const loss = this.#means.state.count ? this.#means.take().loss : this.#history.at(-1)?.loss;
    const model = path.resolve(settings.out);
    io.onEvent({ event: 'done', model, steps: step, seconds, imagesPerSecond, loss, validationMse });
  }
}
