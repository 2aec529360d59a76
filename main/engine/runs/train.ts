/** One training run, from a folder of images to a model folder, in the process that calls it. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import {
  type ContinueChanges,
  type HistoryPoint,
  type TrainingEvent,
  type TrainingProgress,
  type TrainingSettings,
  UserError,
} from '../../contract';
import { identityOf, loadDataset, splitDataset, toImageBatch, type Dataset } from '../images';
import { recoverModel } from '../models';
import { throwIfCancelled } from '../scheduling/cancel';
import type { Images } from '../training/batches';
import { Evaluator, toFloats } from '../training/evaluator';
import { normals, random } from '../training/random';
import { Trainer, type TrainerConfig } from '../training/trainer';
import { refuseMissingDevice } from './card';
import { loadCheckpoint, saveCheckpoint, type Checkpoint } from './checkpoint';
import type { RunControl } from './control';
import { withPoint } from './curve';
import { DivergenceWatch } from './divergence';
import { EarlyStopping } from './early';
import { lockRun } from './lock';
import { Means, Speed, throttled } from './means';
import { asMemoryFailure, estimateMemory, refuseIfTooLarge } from './memory';
import { checkPlaces, refuseTooFew } from './places';
import { FilmRecorder } from './recorder';
import { type TrainedOn, writeTrained } from './result';
import { resolveSettings, trainerConfig, type ResolvedSettings } from './settings';
import { noteRun, notedSettings, removeRun, unfinishedRun } from './unfinished';

/** Times between progress events and between pictures, in milliseconds. */
const PROGRESS_EVERY = 250;
const PICTURES_EVERY = 4000;
const PICTURES = 8;

/** The validation error is measured about this often in a run, at fixed steps: it may decide when the run ends. */
const MEASUREMENTS = 60;

export interface RunIo {
  onEvent(event: TrainingEvent): void;
  control: RunControl;
}

/**
 * Trains and writes a model. Progress, pictures and the end are told as events; failures are thrown.
 * @throws UserError with a sentence for a person; an existing model at `settings.out` is only replaced by a
 * finished one, and an unfinished run of it is only discarded when nothing has been saved of it
 */
export async function train(settings: TrainingSettings, io: RunIo): Promise<void> {
  const resolved = resolveSettings(settings);
  await alone(resolved.out, async () => {
    const before = await unfinishedRun(resolved.out);
    if (before && before.step > 0) {
      throw new UserError(
        'bad-settings',
        `There is an unfinished run for "${resolved.out}", saved at step ${before.step} of ${before.steps}. ` +
          'Resume it, discard it, or choose another place for this model.',
      );
    }
    await new Run(resolved, io).start(null);
  });
}

/**
 * Continues the unfinished run of the model at `out` from its last checkpoint.
 * @throws UserError as `train`; `not-found` when there is no such run, `bad-model` when it is damaged
 */
export async function resumeTraining(out: string, io: RunIo, changes: ContinueChanges = {}): Promise<void> {
  await alone(out, async () => {
    const noted = await notedSettings(out);
    if (!noted) throw new UserError('not-found', `There is no unfinished run for "${out}" to resume.`);
    const settings = resolveSettings({ ...noted, ...changes, tuning: { ...noted.tuning, ...changes.tuning } });
    await new Run(settings, io).start(await loadCheckpoint(out));
  });
}

/** Does `work` while no other process trains the model at `out`, whose folder is made whole before. */
async function alone(out: string, work: () => Promise<void>): Promise<void> {
  const unlock = await lockRun(out);
  try {
    await recoverModel(out);
    await work();
  } catch (error) {
    throw asMemoryFailure(error);
  } finally {
    await unlock();
  }
}

async function createTrainer(config: TrainerConfig, images: Images, from: Checkpoint | null, out: string) {
  try {
    return await Trainer.create(config, images, from ?? undefined);
  } catch (error) {
    if (!from || !(error as Error).message.includes('does not fit')) throw error;
    throw new UserError(
      'bad-model',
      `The unfinished run of "${out}" was begun by a version with other networks. Discard it and train again.`,
    );
  }
}

class Run {
  private readonly history: HistoryPoint[] = [];
  private curve: TrainingProgress[] = [];
  private readonly watch: DivergenceWatch;
  private readonly early: EarlyStopping;
  /** Of the steps since the last measurement: what the history says does not depend on the clock, or on interruptions. */
  private means = new Means();
  /** SHA-256 of the images. */
  private digest = '';
  /** Step of the last checkpoint, 0 when there is none. */
  private savedAt = 0;
  /** Seconds of training before this process took over, and when it did. */
  private secondsBefore = 0;
  private startedAt = 0;
  private pausedFor = 0;

  constructor(
    private readonly settings: ResolvedSettings,
    private readonly io: RunIo,
  ) {
    this.watch = new DivergenceWatch(settings);
    this.early = new EarlyStopping(settings.tuning.patience);
  }

  async start(from: Checkpoint | null): Promise<void> {
    const { settings, io } = this;
    let learning = false;
    io.onEvent({ event: 'state', state: 'preparing' });
    if (settings.tuning.device === 'gpu') {
      io.onEvent({ event: 'preparing', done: 0, total: 1, what: 'trying the graphics card' });
      await refuseMissingDevice('gpu', io.control.signal);
    }
    try {
      await refuseIfTooLarge(settings, await checkPlaces(settings, io.control.signal));
      await noteRun(settings);
      await this.run(from, () => (learning = true));
    } catch (error) {
      const code = error instanceof UserError ? error.code : null;
      // What is thrown away: what a person has cancelled, and a run that has nothing to continue from.
      const hopeless = !learning || code === 'diverged';
      const cancelled = code === 'cancelled' && (learning || !from);
      if (cancelled || (hopeless && this.savedAt === 0 && !from)) await removeRun(settings.out);
      throw error;
    }
  }

  private async run(from: Checkpoint | null, onLearning: () => void): Promise<void> {
    const { settings, io } = this;
    const dataset = await this.loadImages();
    this.digest = createHash('sha256').update(dataset.pixels).digest('hex');
    if (from && from.images !== this.digest) {
      throw new UserError(
        'bad-settings',
        `The images in "${settings.images}" have changed since this run began, so it cannot continue as it was. ` +
          'Restore them, or start a new run.',
      );
    }
    const { seed, tuning } = settings;
    const { training, heldOut: validation, files } = splitDataset(dataset, seed, tuning.validation);
    const identity = await identityOf(settings.images, files);
    const config = trainerConfig(settings, training.count, training.channels);
    const trainer = await createTrainer(config, training, from, settings.out);
    const evaluator = await Evaluator.create(config);
    const recorder = new FilmRecorder(config, evaluator, training, validation);
    try {
      if (from) this.restore(from, recorder);
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
      await this.loop(trainer, evaluator, recorder, training, validation);
      throwIfCancelled(io.control.signal);
      io.onEvent({ event: 'state', state: 'saving' });
      await this.finish(trainer, evaluator, recorder, { training, validation, dataset, identity, files });
    } finally {
      await trainer.release();
      await evaluator.release();
    }
  }

  private restore(
    { step, history, progress, means, seconds, best, tensors }: Checkpoint,
    recorder: FilmRecorder,
  ): void {
    this.savedAt = step;
    this.history.push(...history);
    this.curve = progress;
    this.means = new Means(means);
    this.secondsBefore = seconds;
    this.early.restore(
      best,
      tensors,
      history.map((point) => point.step),
    );
    recorder.restore(tensors);
  }

  private async loadImages(): Promise<Dataset> {
    const { settings, io } = this;
    const report = throttled(PROGRESS_EVERY, (done: number, total: number, what: string) =>
      io.onEvent({ event: 'preparing', done, total, what }),
    );
    const dataset = await loadDataset(settings.images, {
      size: settings.imageSize,
      align: settings.align,
      onProgress: report,
      signal: io.control.signal,
    });
    for (const { file, reason } of dataset.skipped) io.onEvent({ event: 'skipped', file, reason });
    refuseTooFew(settings.images, dataset.count);
    return dataset;
  }

  private async loop(
    trainer: Trainer,
    evaluator: Evaluator,
    recorder: FilmRecorder,
    training: Images,
    validation: Images,
  ): Promise<void> {
    const { settings, io } = this;
    const { control } = io;
    const { steps, batchSize } = trainer.config;
    const measureEvery = Math.max(1, Math.ceil(steps / MEASUREMENTS));
    const epoch = () => (trainer.step * batchSize) / training.count;
    const recent = new Means();
    const speed = new Speed(batchSize);
    const showProgress = throttled(PROGRESS_EVERY, (measured: { validationMse?: number }) => {
      const progress: TrainingProgress = {
        event: 'progress',
        step: trainer.step,
        steps,
        epoch: epoch(),
        epochs: (steps * batchSize) / training.count,
        imagesPerSecond: speed.imagesPerSecond,
        secondsLeft: (steps - trainer.step) / (speed.imagesPerSecond / batchSize),
        ...recent.take(),
        ...measured,
      };
      this.curve = withPoint(this.curve, progress);
      io.onEvent(progress);
    });
    const showPictures = throttled(PICTURES_EVERY, () => this.pictures(trainer, evaluator, validation));
    const showUse = () => recorder.use && io.onEvent({ event: 'use', ...recorder.use });
    const film = async () => {
      if (!recorder.wants(trainer.step)) return;
      await recorder.record(trainer.step, await trainer.weights());
      showUse();
    };

    this.startedAt = performance.now();
    const running = () => io.onEvent({ event: 'state', state: 'running' });
    // a card compiles the whole step when it first runs it: that is no step that takes minutes
    let compiling = settings.tuning.device === 'gpu';
    if (compiling) io.onEvent({ event: 'preparing', done: 0, total: 1, what: 'compiling the network for the card' });
    else running();
    await showPictures();
    showUse();
    await film();
    while (trainer.step < steps && !control.stopped) {
      throwIfCancelled(control.signal);
      const before = performance.now();
      const result = await trainer.next();
      if (compiling) running();
      compiling = false;
      speed.add(performance.now() - before);
      this.watch.check(result, trainer.step, this.savedAt);
      recent.add(result);
      this.means.add(result);

      if (trainer.step % measureEvery === 0 || trainer.step === steps) {
        const weights = await trainer.weights();
        const validationMse = await evaluator.reconstructionError(weights, validation);
        this.watch.checkMeasurement(validationMse, trainer.step, this.savedAt);
        this.history.push({ step: trainer.step, epoch: epoch(), validationMse, ...this.means.take() });
        showProgress.now({ validationMse });
        if (this.early.measured(trainer.step, validationMse, weights)) break;
      } else {
        showProgress({});
      }
      await film();
      if (trainer.step % settings.tuning.checkpointSteps === 0 && trainer.step < steps)
        await this.save(trainer, recorder);
      await showPictures();
      // Messages and signals are only read between tasks; the runtime's steps leave no gap of their own.
      await new Promise((resolve) => setImmediate(resolve));
      if (control.paused) await this.pause(trainer, recorder);
    }
  }

  private async save(trainer: Trainer, recorder: FilmRecorder): Promise<void> {
    const { step, tensors } = await trainer.state();
    await saveCheckpoint(this.settings.out, {
      step,
      steps: trainer.config.steps,
      images: this.digest,
      seconds: this.seconds(),
      history: this.history,
      progress: this.curve,
      means: this.means.state,
      best: this.early.state,
      tensors: { ...tensors, ...this.early.tensors(), ...recorder.tensors() },
    });
    this.savedAt = step;
  }

  /** A paused run is likely to be quit: it is saved first. */
  private async pause(trainer: Trainer, recorder: FilmRecorder): Promise<void> {
    const { control, onEvent } = this.io;
    const from = performance.now();
    if (trainer.step > this.savedAt) await this.save(trainer, recorder);
    onEvent({ event: 'state', state: 'paused' });
    await control.untilResumed();
    this.pausedFor += performance.now() - from;
    if (!control.signal.aborted) onEvent({ event: 'state', state: 'running' });
  }

  private async pictures(trainer: Trainer, evaluator: Evaluator, validation: Images): Promise<void> {
    const { imageSize: size, channels, latentSize } = trainer.config.network;
    const count = Math.min(PICTURES, validation.count);
    const shape = { channels, height: size, width: size };
    const pixels = validation.pixels.subarray(0, count * channels * size * size);
    const weights = await trainer.weights();
    const { mu } = await evaluator.encode(weights, toFloats({ ...validation, count, pixels }));
    const noise = normals(PICTURES * latentSize, random(this.settings.seed, 'pictures'));
    this.io.onEvent({
      event: 'pictures',
      step: trainer.step,
      originals: toImageBatch(pixels, { count, ...shape }),
      reconstructions: toImageBatch(await evaluator.decode(weights, mu), { count, ...shape }),
      samples: toImageBatch(await evaluator.decode(weights, noise), { count: PICTURES, ...shape }),
    });
  }

  /** Seconds of training, pauses left out. */
  private seconds(): number {
    return this.secondsBefore + (performance.now() - this.startedAt - this.pausedFor) / 1000;
  }

  private async finish(
    trainer: Trainer,
    evaluator: Evaluator,
    recorder: FilmRecorder,
    images: TrainedOn,
  ): Promise<void> {
    const { settings, io } = this;
    const seconds = this.seconds();
    const { config, step } = trainer;
    const weights = this.early.kept(await trainer.weights());
    const { imagesPerSecond, validationMse } = await writeTrained(
      settings.out,
      {
        settings,
        config,
        weights,
        steps: step,
        seconds,
        history: this.history,
        film: await recorder.film(this.early.keptStep(step), weights),
      },
      images,
      evaluator,
    );
    await removeRun(settings.out);
    const loss = this.history.at(-1)?.loss ?? 0;
    const model = path.resolve(settings.out);
    io.onEvent({ event: 'done', model, steps: step, seconds, imagesPerSecond, loss, validationMse });
  }
}
