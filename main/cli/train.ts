import os from 'node:os';
import path from 'node:path';
import { type TrainableKind, type TrainingEvent, type TrainingSettings, type Tuning, UserError } from '../contract';
import { duration } from '../engine/duration';
import { resumeTraining, RunControl, train as trainModel } from '../engine/runs';
import type { Output } from './output';
import { tuningOf } from './tuning';

/** As given on the command line. */
export interface TrainOptions extends Partial<Tuning> {
  kind: TrainableKind;
  out: string;
  name?: string;
  size: number;
  latent: number;
  epochs: number;
  batch: number;
  beta: number;
  learningRate: number;
  seed: number;
  align: boolean;
  resume?: boolean;
}

/**
 * `train DIR --kind ae|vae --out M`. Ctrl-C ends the run and keeps what was learned; a second one keeps nothing.
 * @returns the exit code
 */
export async function train(folder: string, options: TrainOptions, output: Output): Promise<number> {
  const control = new RunControl();
  let started = false;
  const onEvent = (event: TrainingEvent) => {
    started ||= event.event === 'started';
    tell(event, output);
  };
  const signals = steerBySignals(control, output, () => started);
  try {
    if (options.resume) await resumeTraining(options.out, { control, onEvent });
    else await trainModel(settingsOf(folder, options), { control, onEvent });
  } catch (error) {
    const cancelled = signals.received !== null && error instanceof UserError && error.code === 'cancelled';
    if (!cancelled) throw error;
    output.failed({ code: 'cancelled', message: 'Cancelled: nothing was kept.' });
  } finally {
    signals.release();
  }
  return signals.received === null ? 0 : 128 + os.constants.signals[signals.received];
}

function settingsOf(images: string, options: TrainOptions): TrainingSettings {
  const { kind, out, size, latent, epochs, batch, beta, learningRate, seed, align } = options;
  return {
    kind,
    images,
    out,
    name: options.name ?? path.basename(path.resolve(out)),
    imageSize: size,
    latentSize: latent,
    epochs,
    batchSize: batch,
    beta,
    learningRate,
    seed,
    align,
    tuning: tuningOf(options),
  };
}

/** One Ctrl-C may arrive twice: from the terminal, and passed on by npm. */
const SAME_SIGNAL_MS = 1000;

/** Until `release`, the first signal stops the run (or cancels it when nothing was learned yet), the second cancels it. */
function steerBySignals(control: RunControl, output: Output, hasStarted: () => boolean) {
  const state = { received: null as 'SIGINT' | 'SIGTERM' | null, release };
  let receivedAt = 0;
  const onSignal = (signal: 'SIGINT' | 'SIGTERM') => {
    if (state.received === null) {
      state.received = signal;
      receivedAt = performance.now();
      if (!hasStarted()) return control.cancel();
      output.note('Stopping, and keeping what was learned. Press Ctrl-C again to keep nothing.');
      control.stop();
    } else if (performance.now() - receivedAt > SAME_SIGNAL_MS) {
      control.cancel();
    }
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  function release(): void {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
  return state;
}

/** Programs get every event but pictures; people a bar, or where there is no terminal a line at each measurement. */
function tell(event: TrainingEvent, output: Output): void {
  if (event.event !== 'pictures') output.event(event);
  switch (event.event) {
    case 'preparing':
      return output.progress(event.done, event.total, event.what);
    case 'skipped':
      return output.note(`Skipped ${event.file}: ${event.reason}.`);
    case 'started': {
      const { images, validationImages, steps, parameters, memoryBytes } = event;
      return output.note(
        `Training on ${images} images (${validationImages} held out) for ${steps} steps: ${parameters.toLocaleString('en')} parameters, about ${(memoryBytes / 1e9).toFixed(1)} GB of memory.`,
      );
    }
    case 'progress': {
      const { step, steps, epoch, epochs, imagesPerSecond, secondsLeft, loss, validationMse } = event;
      const line = `epoch ${epoch.toFixed(1)}/${Math.round(epochs)} · ${imagesPerSecond.toFixed(0)} images/s · loss ${loss.toPrecision(4)} · ${duration(secondsLeft)} left`;
      output.progress(step, steps, line);
      if (validationMse !== undefined && !output.hasBar)
        output.note(`step ${step}/${steps} · ${line} · validation MSE ${validationMse.toPrecision(3)}`);
      return;
    }
    case 'done': {
      const { model, steps, seconds, imagesPerSecond, validationMse } = event;
      output.clear();
      return output.say(
        `Wrote ${model}: ${steps} steps in ${duration(seconds)}, ${imagesPerSecond.toFixed(0)} images/s, validation MSE ${validationMse.toPrecision(3)}.`,
      );
    }
    case 'state':
    case 'pictures':
    case 'failed': // thrown as well, and told where it is caught
      return;
  }
}
