/** One training run, from a folder of images to a model folder, in the process that calls it. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { UserError, type HistoryPoint, type TrainingEvent, type TrainingSettings } from '../../contract';
import { identityOf, loadDataset, splitDataset, throwIfCancelled, toImageBatch, type Dataset } from '../images';
import { checkDestination } from '../models';
import { Evaluator, toFloats } from '../training/evaluator';
import type { Images } from '../training/batches';
import { normals, random } from '../training/random';
import { decoderGraph, encoderGraph } from '../training/step';
import { Trainer, type StepResult } from '../training/trainer';
import { refuseMissingDevice } from './card';
import { loadCheckpoint, removeCheckpoint, saveCheckpoint, type Checkpoint } from './checkpoint';
import type { RunControl } from './control';
import { estimateMemory, refuseIfTooLarge } from './memory';
import { type TrainedOn, writeTrained } from './result';
import { FEWEST_IMAGES, resolveSettings, trainerConfig, type ResolvedSettings } from './settings';

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
 * finished one
 */
export async function train(settings: TrainingSettings, io: RunIo): Promise<void> {
  await new Run(resolveSettings(settings), io).start();
}

/** Continues the unfinished run of the model at `out` from its last checkpoint. */
export async function resumeTraining(out: string, io: RunIo): Promise<void> {
  const checkpoint = await loadCheckpoint(out);
  await new Run({ ...checkpoint.settings, out }, io).start(checkpoint);
}

class Run {
  private readonly history: HistoryPoint[] = [];
  /** Seconds of training before this process took over, and when it did. */
  private secondsBefore = 0;
  private startedAt = 0;
  private pausedFor = 0;

  constructor(
    private readonly settings: ResolvedSettings,
    private readonly io: RunIo,
  ) {}

  async start(from?: Checkpoint): Promise<void> {
    const { settings, io } = this;
    await refuseMissingDevice(settings.tuning.device);
    await checkDestination(settings.out);
    io.onEvent({ event: 'state', state: 'preparing' });
    const dataset = await this.loadImages();
    const digest = createHash('sha256').update(dataset.pixels).digest('hex');
    if (from && from.images !== digest) {
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
    const parameters = [encoderGraph(config), decoderGraph(config)]
      .flatMap((g) => g.parameters)
      .reduce((total, p) => total + p.shape.reduce((a, b) => a * b, 1), 0);
    const memoryBytes = estimateMemory(config.network, config.batchSize, parameters, dataset.pixels.length);
    await refuseIfTooLarge(memoryBytes);

    const trainer = await Trainer.create(config, training, from?.trainer);
    const evaluator = await Evaluator.create(config);
    try {
      this.history.push(...(from?.history ?? []));
      this.secondsBefore = from?.seconds ?? 0;
      io.onEvent({
        event: 'started',
        images: training.count,
        validationImages: validation.count,
        steps: config.steps,
        parameters,
        memoryBytes,
      });
      await this.loop(trainer, evaluator, training, validation, digest);
      throwIfCancelled(io.control.signal);
      io.onEvent({ event: 'state', state: 'saving' });
      await this.finish(trainer, evaluator, { training, validation, dataset, identity });
    } catch (error) {
      if (error instanceof UserError && error.code === 'cancelled') await removeCheckpoint(settings.out);
      throw error;
    } finally {
      await trainer.release();
      await evaluator.release();
    }
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
    if (dataset.count < FEWEST_IMAGES) {
      throw new UserError(
        'no-images',
        `"${settings.images}" has ${dataset.count} usable image${dataset.count === 1 ? '' : 's'}; training needs at least ` +
          `${FEWEST_IMAGES}, and some hundreds to learn faces. Add images, or choose another folder.`,
      );
    }
    return dataset;
  }

  private async loop(
    trainer: Trainer,
    evaluator: Evaluator,
    training: Images,
    validation: Images,
    digest: string,
  ): Promise<void> {
    const { settings, io } = this;
    const { control } = io;
    const { steps, batchSize } = trainer.config;
    const measureEvery = Math.max(1, Math.ceil(steps / MEASUREMENTS));
    const recent = new Means();
    const speed = new Speed(batchSize);
    const showProgress = throttled(PROGRESS_EVERY, (p: { validationMse?: number }) => {
      const secondsLeft = (steps - trainer.step) / (speed.imagesPerSecond / batchSize);
      io.onEvent({
        event: 'progress',
        step: trainer.step,
        steps,
        epoch: (trainer.step * batchSize) / training.count,
        epochs: (steps * batchSize) / training.count,
        imagesPerSecond: speed.imagesPerSecond,
        secondsLeft,
        ...recent.take(),
        ...p,
      });
    });
    const showPictures = throttled(PICTURES_EVERY, () => this.pictures(trainer, evaluator, validation));

    this.startedAt = performance.now();
    io.onEvent({ event: 'state', state: 'running' });
    await showPictures();
    while (trainer.step < steps && !control.stopped) {
      throwIfCancelled(control.signal);
      const before = performance.now();
      const result = await trainer.next();
      speed.add(performance.now() - before);
      this.refuseDivergence(result, trainer.step);
      recent.add(result);

      if (trainer.step % measureEvery === 0 || trainer.step === steps) {
        const validationMse = await evaluator.reconstructionError(await trainer.weights(), validation);
        this.history.push({
          step: trainer.step,
          epoch: (trainer.step * batchSize) / training.count,
          validationMse,
          ...recent.peek(),
        });
        showProgress.now({ validationMse });
        if (this.shouldStopEarly()) break;
      } else {
        showProgress({});
      }
      if (trainer.step % settings.tuning.checkpointSteps === 0 && trainer.step < steps) {
        await saveCheckpoint(settings.out, {
          settings,
          images: digest,
          seconds: this.seconds(),
          history: this.history,
          trainer: await trainer.state(),
        });
      }
      await showPictures();
      // Messages and signals are only read between tasks; the runtime's steps leave no gap of their own.
      await new Promise((resolve) => setImmediate(resolve));
      if (control.paused) await this.pause();
    }
  }

  private async pause(): Promise<void> {
    const { control, onEvent } = this.io;
    const from = performance.now();
    onEvent({ event: 'state', state: 'paused' });
    await control.untilResumed();
    this.pausedFor += performance.now() - from;
    if (!control.signal.aborted) onEvent({ event: 'state', state: 'running' });
  }

  private refuseDivergence({ loss, gradientNorm }: StepResult, step: number): void {
    if (Number.isFinite(loss) && Number.isFinite(gradientNorm)) return;
    const saved = step > this.settings.tuning.checkpointSteps ? ' The last good checkpoint is kept.' : '';
    throw new UserError(
      'diverged',
      `The loss stopped being a number at step ${step}: the learning rate ${this.settings.learningRate} is probably too ` +
        `high for these settings.${saved} Try a third of it, or set a clip norm.`,
    );
  }

  private shouldStopEarly(): boolean {
    const { patience } = this.settings.tuning;
    if (!patience || this.history.length <= patience) return false;
    const errors = this.history.map((h) => h.validationMse);
    const best = Math.min(...errors);
    return !errors.slice(-patience).includes(best);
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

  private async finish(trainer: Trainer, evaluator: Evaluator, images: TrainedOn): Promise<void> {
    const { settings, io } = this;
    const seconds = this.seconds();
    const { config, step } = trainer;
    const { imagesPerSecond, validationMse } = await writeTrained(
      settings.out,
      { settings, config, weights: await trainer.weights(), steps: step, seconds, history: this.history },
      images,
      evaluator,
    );
    await removeCheckpoint(settings.out);
    const loss = this.history.at(-1)?.loss ?? 0;
    const model = path.resolve(settings.out);
    io.onEvent({ event: 'done', model, steps: step, seconds, imagesPerSecond, loss, validationMse });
  }
}

/** Means of the loss and its terms since they were last taken. */
class Means {
  private count = 0;
  private loss = 0;
  private terms: Record<string, number> = {};
  private last: { loss: number; terms: Record<string, number> } = { loss: 0, terms: {} };

  add({ loss, terms }: StepResult): void {
    this.count++;
    this.loss += loss;
    for (const [name, value] of Object.entries(terms)) this.terms[name] = (this.terms[name] ?? 0) + value;
  }

  peek(): { loss: number; terms: Record<string, number> } {
    if (!this.count) return this.last;
    const mean = (value: number) => value / this.count;
    const terms = Object.fromEntries(Object.entries(this.terms).map(([name, value]) => [name, mean(value)]));
    return { loss: mean(this.loss), terms };
  }

  take(): { loss: number; terms: Record<string, number> } {
    this.last = this.peek();
    this.count = this.loss = 0;
    this.terms = {};
    return this.last;
  }
}

/** Images per second over about the last ten steps. */
class Speed {
  private milliseconds = 0;

  constructor(private readonly batchSize: number) {}

  add(milliseconds: number): void {
    this.milliseconds = this.milliseconds ? 0.9 * this.milliseconds + 0.1 * milliseconds : milliseconds;
  }

  get imagesPerSecond(): number {
    return (1000 * this.batchSize) / this.milliseconds;
  }
}

/** `work` at most once in `interval` milliseconds; `now` does it regardless. */
function throttled<A extends unknown[], R>(interval: number, work: (...args: A) => R) {
  let last = -Infinity;
  const now = (...args: A): R => {
    last = performance.now();
    return work(...args);
  };
  return Object.assign(
    (...args: A): R | undefined => (performance.now() - last < interval ? undefined : now(...args)),
    {
      now,
    },
  );
}
