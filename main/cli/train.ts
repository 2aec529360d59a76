import type { Command } from 'commander';
import os from 'node:os';
import path from 'node:path';
import {
  type CodeUse,
  type Collapse,
  type Motif,
  type TrainableKind,
  type TrainingEvent,
  type TrainingSettings,
  type TrainingWarning,
  type Tuning,
  UserError,
} from '../contract';
import { counted, duration } from '../engine/text';
import {
  checkPlaces,
  discardRun,
  networkOf,
  openStartingModel,
  PRESETS,
  type PresetName,
  refuseOtherImages,
  resolveSettings,
  resumeTraining,
  RunControl,
  slowerRate,
  testImagesBeside,
  train as trainModel,
  unfinishedRun,
} from '../engine/runs';
import { chosenImages, namesIn, type TakeOptions } from './data-sets';
import { refuseIdle, type Rule } from './idle-options';
import type { Output } from './output';
import { changesOf, finishedRun, resumeCommand, scoreCommand } from './resume';
import { tuningOf } from './tuning';

/** As given on the command line. */
export interface TrainOptions extends Partial<Tuning>, TakeOptions {
  kind: TrainableKind;
  out: string;
  name?: string;
  size: number;
  height?: number;
  latent: number;
  epochs: number;
  batch: number;
  beta: number;
  learningRate: number;
  seed: number;
  resume?: boolean;
  restart?: boolean;
  preset?: PresetName;
  motif?: Motif;
  from?: string;
  leaveOut?: string;
}

/** The options of the preset named in a command that the command line itself does not give. */
export function fromPreset(command: Command): Partial<TrainOptions> {
  const { preset } = command.opts<TrainOptions>();
  if (!preset) return {};
  const { imageSize: size, latentSize: latent, batchSize: batch, tuning, ...rest } = PRESETS[preset];
  const options = Object.entries({ size, latent, batch, ...rest, ...tuning });
  return Object.fromEntries(options.filter(([name]) => command.getOptionValueSource(name) !== 'cli'));
}

/**
 * `train DIR --kind ae|vae|rae --out M`. Ctrl-C ends the run and keeps what was learned; a second one keeps nothing.
 * @param typed options that were given, not left to their defaults
 * @returns the exit code
 */
export async function train(
  given: string,
  options: TrainOptions,
  typed: ReadonlySet<string>,
  output: Output,
): Promise<number> {
  const leaveOut = options.leaveOut === undefined ? [] : await namesIn(options.leaveOut);
  const { folder, align, curation } = await chosenImages(given, options, leaveOut);
  const chosen = { ...options, align };
  const settings = settingsOf(folder, options.from ? await likeModel(chosen, typed) : chosen);
  if (curation) settings.curation = curation;
  if (options.resume && options.restart) {
    throw new UserError('bad-settings.option-both', { one: '--resume', other: '--restart' });
  }
  refuseIdle(typed, idleRules(options));
  if (options.preset) {
    await refuseOtherImages(options.preset, folder);
    output.note(await testNote(folder, settings));
  }
  const control = new RunControl();
  let started = false;
  let collapse: Collapse = 'none';
  const onEvent = (event: TrainingEvent) => {
    started ||= event.event === 'started';
    if (event.event === 'use') {
      if (event.collapse !== collapse) output.note(collapseNote(event));
      ({ collapse } = event);
    }
    tell(event, settings, output);
  };
  const signals = steerBySignals(control, output, () => started);
  try {
    if (options.restart) await restart(settings, output);
    const unfinished = await unfinishedRun(settings.out!);
    if (unfinished && options.resume) {
      const changes = changesOf({ settings, typed }, unfinished.settings);
      await resumeTraining(settings.out!, { control, onEvent }, changes);
    } else if (options.resume && (await tellFinished(settings, output))) {
      return 0;
    } else {
      if (options.resume) output.note(`There is no unfinished run for ${settings.out}: starting one.`);
      else if (unfinished?.step) throw wouldBeLost(settings, unfinished.step);
      await trainModel(settings, { control, onEvent });
    }
    if (signals.received !== null && (await unfinishedRun(settings.out!))) {
      output.note(`The model is kept as it is now. Continue with: ${resumeCommand(settings)}`);
    }
  } catch (error) {
    const cancelled = signals.received !== null && error instanceof UserError && error.code === 'cancelled';
    if (!cancelled) throw await withWayOut(error, settings);
    const left = (await unfinishedRun(settings.out!)) ? 'the unfinished run stays as it was' : 'nothing was kept';
    output.failed({ code: 'cancelled', message: `Cancelled: ${left}.` });
  } finally {
    signals.release();
  }
  return signals.received === null ? 0 : 128 + os.constants.signals[signals.received];
}

/** Published numbers are of test images, none of which a run sees: how the model is measured on them, or that none are there. */
async function testNote(folder: string, { out, tuning }: TrainingSettings): Promise<string> {
  const test = await testImagesBeside(folder);
  if (test) return `For the published number, measure the model on ${test} afterwards: ${scoreCommand(out!, test)}`;
  const held = `${(100 * tuning!.validation!).toFixed(1)} %`;
  return (
    `There is no folder "test" beside ${folder}. A published number is of test images, so measure the model on those ` +
    `afterwards: ${scoreCommand(out!, 'TEST')}. Without them there are only the ${held} of the images that are held out here.`
  );
}

/** What acts on some kinds of models and networks only. */
function idleRules({ kind, network }: TrainOptions): Rule[] {
  const ofVae = ['beta', 'likelihood', 'warmUp', 'freeBits', 'whiten', 'importanceSamples', 'adversarial'];
  return [
    ...ofVae.map((option): Rule => [option, kind === 'vae', `--kind ${kind}`]),
    ['codeWeight', kind === 'rae', `--kind ${kind}`],
    ...['width', 'residualBlocks'].map((option): Rule => [option, network !== 'perceptron', '--network perceptron']),
  ];
}

/** Discards the unfinished run, a damaged one as well, once it is known that the new one can begin. */
async function restart(settings: TrainingSettings, output: Output): Promise<void> {
  await checkPlaces(resolveSettings(settings), new AbortController().signal);
  try {
    await discardRun(settings.out!);
    output.note(`Discarded the unfinished run of ${settings.out}.`);
  } catch (error) {
    if (!(error instanceof UserError && error.code === 'not-found')) throw error;
  }
}

/** Says that there is nothing left to do, if so: the process may have been killed when the model was in place already. */
async function tellFinished(settings: TrainingSettings, output: Output): Promise<boolean> {
  const done = await finishedRun(settings);
  if (!done) return false;
  output.note(`${settings.out} is finished, so there is nothing to resume. Leave out --resume to train it again.`);
  output.event(done);
  return true;
}

const wouldBeLost = (settings: TrainingSettings, step: number) =>
  new UserError('bad-settings.train-unfinished', { out: settings.out!, step });

/** A failure together with the command that continues the run, where one can. */
async function withWayOut(error: unknown, settings: TrainingSettings): Promise<unknown> {
  if (!(error instanceof UserError) || error.code === 'bad-settings') return error;
  const unfinished = await unfinishedRun(settings.out!).catch(() => null); // a damaged one is what the error is about
  if (!unfinished) return error;
  const slower = slowerRate(unfinished.settings.learningRate);
  const more = error.code === 'diverged' ? ` --learning-rate ${slower}` : '';
  error.message += `\nContinue with: ${resumeCommand(unfinished.settings, more)}`;
  return error;
}

/** The options, where they were not typed, as the model that training starts from has them. */
async function likeModel(options: TrainOptions, typed: ReadonlySet<string>): Promise<TrainOptions> {
  const { manifest } = await openStartingModel(options.from!);
  const { imageSize: size, imageHeight: height, latentSize: latent, ...tuning } = networkOf(manifest);
  const { motif } = manifest.training;
  const theirs = Object.entries({ size, height, latent, motif, ...tuning }).filter(([name]) => !typed.has(name));
  return { ...options, ...Object.fromEntries(theirs) };
}

function settingsOf(images: string, options: TrainOptions): TrainingSettings {
  const { kind, out, size, height, latent, epochs, batch, beta, learningRate, seed, align, from } = options;
  return {
    kind,
    images,
    out,
    name: options.name ?? path.basename(path.resolve(out)),
    imageSize: size,
    ...(height === undefined || height === size ? {} : { imageHeight: height }),
    latentSize: latent,
    epochs,
    batchSize: batch,
    beta,
    learningRate,
    seed,
    align,
    ...(options.motif ? { motif: options.motif } : {}),
    ...(from ? { from: path.resolve(from) } : {}),
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
      control.stop(true);
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

/** What a VAE makes of its code now that this has changed, and what to do. */
function collapseNote({ step, active, klPerUnit, collapse }: CodeUse): string {
  const [units, kl] = [klPerUnit.length, klPerUnit.reduce((a, b) => a + b, 0)];
  const found = `${active} of ${units} units are active, KL ${kl.toPrecision(3)} nats`;
  switch (collapse) {
    case 'all':
      return (
        `Step ${step}: posterior collapse (${found}). Codes say nothing about the images: every face decodes to about ` +
        'the same one. Stop, and train again with a lower --beta, with --warm-up 0.3, or with --free-bits 0.1.'
      );
    case 'most':
      return (
        `Step ${step}: most of the code says nothing about the images (${found}). If reconstructions are too plain, use a ` +
        'lower --beta, --warm-up or --free-bits; if they are good, a smaller --latent is enough.'
      );
    case 'none':
      return `Step ${step}: the code is in use again (${found}).`;
  }
}

/** What went wrong, and what to do. */
const WARNINGS: Record<TrainingWarning['what'], string> = {
  alike:
    'all reconstructions are about the same. Unless that changes soon, stop, and train again with a lower --beta, with ' +
    '--warm-up 0.3 or with --free-bits 0.1.',
  copies:
    'most of the images are copies of others. The model learns those few by heart; train it on more different ones.',
  stalled:
    'the error on held-out images no longer falls. Stop with Ctrl-C to keep what was learned; a larger --latent or ' +
    '--width, or more images, would take it further.',
  'discriminator wins':
    'the discriminator tells every picture apart, and the decoder learns nothing from it any more. If that lasts, the run ' +
    'ends and keeps what it was before; take a smaller share with --adversarial, or more images.',
  'discriminator loses':
    'the discriminator tells nothing apart: pictures will not become sharper. If that lasts, the run ends and keeps what ' +
    'it was before.',
};

/** Programs get every event but pictures; people a bar, or where there is no terminal a line at each measurement. */
function tell(event: TrainingEvent, settings: TrainingSettings, output: Output): void {
  if (event.event === 'skipped') return output.skipped(event);
  if (event.event !== 'pictures') output.event(event);
  switch (event.event) {
    case 'preparing':
      return output.progress(event.done, event.total, event.stage);
    case 'started': {
      const { images, validationImages, greyImages, step, steps, parameters, memoryBytes } = event;
      if (greyImages)
        output.note(
          greyImages === 1
            ? '1 of the images is grey; it is used as a colour image, like the others.'
            : `${greyImages} of the images are grey; they are used as colour images, like the others.`,
        );
      output.note(
        `Training on ${counted(images, 'image')} (${validationImages} held out) for ${counted(steps, 'step')}: ${parameters.toLocaleString('en')} parameters, about ${(memoryBytes / 1e9).toFixed(1)} GB of memory.`,
      );
      if (step) output.note(`Continuing at step ${step}.`);
      return output.note(`If it is interrupted, continue with: ${resumeCommand(settings)}`);
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
        `Wrote ${model}: ${counted(steps, 'step')} in ${duration(seconds)}, ${imagesPerSecond.toFixed(0)} images/s, validation MSE ${validationMse.toPrecision(3)}.`,
      );
    }
    case 'warning':
      return output.note(`Step ${event.step}: ${WARNINGS[event.what]}`);
    case 'state':
    case 'pictures':
    case 'use': // told where it is known what it was before
    case 'failed': // thrown as well, and told where it is caught
      return;
  }
}
