/** What comes of a run, wherever it was computed: trained weights and the images they came from → a model folder. */
import path from 'node:path';
import type { HistoryPoint } from '../../../contract';
import type { Dataset } from '../../images';
import { type Film, writeModel } from '../../models';
import type { Images } from '../../training/feeds/batches';
import type { Evaluator } from '../../training/evaluator';
import { SHARE } from '../../training/linear-start';
import { decoderGraph, encoderGraph, type StepConfig } from '../../training/step';
import { whitenedWeights, whitening, type Whitening } from '../../training/whitening';
import type { ResolvedSettings } from '../settings/settings';

/** A finished run. */
export interface Trained {
  settings: ResolvedSettings;
  config: Pick<StepConfig, 'network' | 'objective'>;
  /** The weights to keep, by parameter, as the networks name and shape them. */
  weights: ReadonlyMap<string, Float32Array>;
  steps: number;
  /** Of training, pauses left out. */
  seconds: number;
  history: HistoryPoint[];
  /** Makes the film, in the space that a whitening of the weights leads to; absent where none was recorded. */
  film?: (whitening: Whitening | null) => Promise<Film>;
}

const hasVariances = <T>(codes: { mu: T; logVar: T | null }): codes is { mu: T; logVar: T } => codes.logVar !== null;

/** The images of a run, split as `splitDataset` does. */
export interface TrainedOn {
  training: Images;
  validation: Images;
  dataset: Pick<Dataset, 'skipped' | 'faces'>;
  /** Which images the training ones are, see `identityOf`; absent where that is not known. */
  identity?: string;
  /** The files of the training images, in their order. */
  files: readonly string[];
  /** What their folders and the tables beside them say of each. */
  labels: readonly (readonly string[])[];
}

/**
 * Measures a run and writes its model to `out`.
 * @throws UserError as `writeModel`
 */
export async function writeTrained(
  out: string,
  { settings, config, weights: trained, steps, seconds, history, film }: Trained,
  { training, validation, dataset, identity, files, labels }: TrainedOn,
  evaluator: Evaluator,
): Promise<{ imagesPerSecond: number; validationMse: number }> {
  const { images, out: _out, name, kind, tuning, imageSize, imageHeight, latentSize, from, ...rest } = settings;
  const validationMse = await evaluator.reconstructionError(trained, validation);
  const posteriors = await evaluator.codes(trained, training);
  // One that is stopped before PCA has handed over keeps its part in it, whose codes are white.
  const begun = trained.has(SHARE);
  const white = tuning.whiten && !begun && hasVariances(posteriors) ? whitening(posteriors, latentSize) : null;
  const weights = white ? whitenedWeights(white, trained, config.network) : trained;
  const { mu, logVar } = white ? await evaluator.codes(weights, training) : posteriors;
  const imagesPerSecond = (steps * settings.batchSize) / seconds;
  const [encoder, decoder] = [encoderGraph(config, begun), decoderGraph(config, begun)];
  const logSigma = weights.get('likelihood.logSigma');
  const parameters = [...encoder.parameters, ...decoder.parameters];
  await writeModel(out, {
    manifest: {
      format: 1,
      name,
      kind,
      latentSize,
      image: { size: imageSize, ...(imageHeight ? { height: imageHeight } : {}), channels: config.network.channels },
      range: [0, 1],
      likelihood: kind === 'vae' ? tuning.likelihood : undefined,
      training: {
        ...rest,
        ...tuning,
        startedFrom: from && path.basename(path.resolve(from)),
        parameters: parameters.reduce((total, p) => total + weights.get(p.name)!.length, 0),
        steps,
        seconds,
        imagesPerSecond,
        // σ is no weight of the networks that are written; the likelihood cannot be computed without it
        sigma: logSigma && Math.exp(logSigma[0]),
      },
      history,
      dataset: {
        images: training.count,
        validationImages: validation.count,
        skipped: dataset.skipped.length,
        name: path.basename(path.resolve(images)),
        identity,
      },
      scores: { validationMse },
    },
    decoder: decoder.freeze(weights),
    encoder: encoder.freeze(weights),
    codes: mu,
    logVar,
    names: files,
    labels,
    faces: dataset.faces,
    film: await film?.(white),
  });
  return { imagesPerSecond, validationMse };
}
