/** `train … --resume`: what may change, what there is to continue, and how to say so to a person. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type ContinueChanges, type TrainingEvent, type TrainingSettings, UserError } from '../contract';
import { findImages, identityOf, keptFiles } from '../engine/images';
import { folderSource } from '../engine/models';
import { decodeNames, NAMES } from '../engine/models/files/names';
import type { Source } from '../engine/models/source';
import { kebab } from './tuning';

/** The options of `train` as settings, and those among them that were typed, by the name of their option. */
export interface Asked {
  settings: TrainingSettings;
  typed: ReadonlySet<string>;
}

/** Options that are called otherwise than the settings they are. */
const OPTION: Partial<Record<string, string>> = {
  imageSize: 'size',
  imageHeight: 'height',
  latentSize: 'latent',
  batchSize: 'batch',
};

/** What may be another value than before. */
const CHANGEABLE = ['learningRate', 'clipNorm', 'checkpointSteps'];

/**
 * What an interrupted run is continued with.
 * @throws UserError `bad-settings` naming the first option that was typed and differs from what the run began with
 */
export function changesOf({ settings, typed }: Asked, before: TrainingSettings): ContinueChanges {
  const { tuning: tuningBefore, ...restBefore } = before;
  const { tuning, ...rest } = settings;
  const now: Record<string, unknown> = { ...rest, ...tuning };
  const then: Record<string, unknown> = { ...restBefore, ...tuningBefore };
  const changed = Object.keys(now).filter((name) => {
    const isFree = name === 'out' || name === 'images' || CHANGEABLE.includes(name);
    return !isFree && typed.has(OPTION[name] ?? name) && now[name] !== then[name];
  });
  if (changed.length > 0) {
    const [name] = changed;
    throw new UserError('bad-settings.option-fixed', {
      out: settings.out!,
      option: `--${kebab(OPTION[name] ?? name)}`,
      value: String(then[name]),
    });
  }
  const typedOnly = (names: string[]) =>
    Object.fromEntries(names.filter((name) => typed.has(name)).map((name) => [name, now[name]]));
  return {
    images: path.resolve(settings.images),
    ...typedOnly(['learningRate']),
    tuning: typedOnly(['clipNorm', 'checkpointSteps']),
  };
}

/**
 * The end of a run that was already over, as it was told then; null when there is no model at `settings.out`, or one
 * that was trained otherwise or on other images: then this run was interrupted before it could note anything.
 * @throws UserError `not-found` | `no-access` when the images cannot be found
 */
export async function finishedRun(
  settings: TrainingSettings,
): Promise<Extract<TrainingEvent, { event: 'done' }> | null> {
  let source;
  try {
    source = await folderSource(settings.out!);
  } catch {
    return null; // nothing, or no model: then there is a run to begin, which has its own checks
  }
  const { training, history, scores, kind, latentSize, image } = source.manifest;
  const was: Record<string, unknown> = { ...training, kind, latentSize, imageSize: image.size };
  const { tuning, images, out, name: _, ...rest } = settings;
  const asked = Object.entries({ ...rest, ...tuning }).filter(([key]) => key in was && key !== 'checkpointSteps');
  if (asked.some(([key, value]) => JSON.stringify(was[key]) !== JSON.stringify(value))) return null;
  if (!(await holdsImagesOf(source, images))) return null;
  return {
    event: 'done',
    model: path.resolve(out!),
    steps: training.steps ?? 0,
    seconds: training.seconds ?? 0,
    imagesPerSecond: training.imagesPerSecond ?? 0,
    loss: history.at(-1)?.loss,
    validationMse: scores.validationMse ?? 0,
  };
}

/**
 * Whether `folder` holds the images a model was trained on, as far as their number, names and sizes tell. Where the model
 * does not name them, only their number does.
 */
async function holdsImagesOf(source: Source, folder: string): Promise<boolean> {
  const { dataset, training } = source.manifest;
  const found = await findImages(folder);
  const unread = keptFiles(found.files, training.curation).length - (dataset.images + dataset.validationImages);
  if (unread < 0 || unread > dataset.skipped) return false;
  const names = await source.read(NAMES);
  if (!names || dataset.identity === undefined) return true;
  const trainedOn = decodeNames(names, dataset.images, folder);
  if (trainedOn.some((name) => !found.files.includes(name))) return false;
  return (await identityOf(folder, trainedOn)) === dataset.identity;
}

/** How this program was started, as it can be started again from the same folder. */
function programName(): string {
  if (process.env.npm_lifecycle_event === 'cli') return 'npm run -s cli --';
  const [, script = 'latentscape'] = process.argv;
  const onPath = (process.env.PATH ?? '')
    .split(path.delimiter)
    .some((folder) => ['latentscape', 'latentscape.cmd'].some((name) => existsSync(path.join(folder, name))));
  return onPath || !/\.m?js$/.test(script) ? 'latentscape' : `node ${quoted(path.relative('', script))}`;
}

/** As a shell takes it to be this word: in POSIX ones nothing within single quotes means anything, not even `!`. */
export function quoted(text: string, platform = process.platform): string {
  const word = text.startsWith('-') ? `./${text}` : text; // no option
  const isWindows = platform === 'win32';
  if ((isWindows ? /^[\w@%+=:,./\\-]+$/ : /^[\w@%+=:,./-]+$/).test(word)) return word;
  return isWindows ? `"${word}"` : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The command that continues a run. */
export function resumeCommand({ images, kind, out }: TrainingSettings, more = ''): string {
  const program = programName();
  return `${program} train ${quoted(images)} --kind ${kind} --out ${quoted(out!)} --resume${more}`;
}

/** The command that measures a trained model as published settings do. */
export const scoreCommand = (model: string, images: string): string =>
  `${programName()} score ${quoted(model)} ${quoted(images)} --iwae 5000`;
