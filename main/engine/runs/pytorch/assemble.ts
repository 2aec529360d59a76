/** A run that was computed outside the app (scripts/torch): its weights, settings and history → a model folder. */
import path from 'node:path';
import { unzipSync } from 'fflate';
import { parse } from 'npyjs';
import * as v from 'valibot';
import { UserError, type TrainingSettings } from '../../../contract';
import { readFailure, readWhole } from '../../files';
import { splitDataset } from '../../images';
import { checkDestination } from '../../models';
import { historyPoint } from '../../models/files/manifest';
import { Evaluator } from '../../training/evaluator';
import { decoderGraph, encoderGraph, type StepConfig } from '../../training/step';
import { isFolderWithout, loadPrepared } from './prepared';
import { writeTrained } from '../lifecycle/result';
import { resolveSettings, trainerConfig } from '../settings/settings';

const schema = v.object({
  format: v.literal(1),
  name: v.string(),
  /** SHA-256 of the pixels trained on. */
  images: v.string(),
  settings: v.looseObject({}),
  steps: v.pipe(v.number(), v.integer(), v.minValue(0)),
  seconds: v.pipe(v.number(), v.minValue(0)),
  history: v.array(historyPoint),
});

/**
 * @param run folder of `run.json` and `weights.npz`
 * @param data the prepared data set it was trained on
 * @param out folder of the model
 * @throws UserError `bad-settings` when they do not belong together or are damaged, and as `writeModel`
 */
export async function assemble(
  run: string,
  data: string,
  out: string,
): Promise<{ steps: number; validationMse: number }> {
  await checkDestination(out);
  const read = (name: string) =>
    readWhole(path.join(run, name)).catch(async (error: NodeJS.ErrnoException) => {
      if (await isFolderWithout(run, error)) throw new UserError('bad-settings.assembled-damaged', { run });
      throw readFailure(error, path.join(run, name));
    });
  const text = await read('run.json');
  const archive = await read('weights.npz');
  let facts: v.InferOutput<typeof schema>;
  let weights: Map<string, Float32Array>;
  try {
    facts = v.parse(schema, JSON.parse(text.toString()));
    weights = decodeWeights(archive);
  } catch {
    throw new UserError('bad-settings.assembled-damaged', { run });
  }
  const prepared = await loadPrepared(data);
  if (facts.images !== prepared.sha256) {
    throw new UserError('bad-settings.assembled-images', { run, data });
  }
  const { dataset, name: images, align } = prepared;
  const settings = resolveSettings({
    ...(facts.settings as unknown as TrainingSettings),
    name: facts.name,
    images,
    out,
    imageSize: dataset.size,
    imageHeight: dataset.height,
    align,
  });
  const { training, heldOut, files } = await splitDataset(dataset, settings.seed, settings.tuning.validation);
  const config = trainerConfig(settings, training.count, dataset.channels);
  refuseMisfits(config, weights, run);
  const { steps, seconds, history } = facts;
  const evaluator = await Evaluator.create(config);
  try {
    const trained = { settings, config, weights, steps, seconds, history };
    const { validationMse } = await writeTrained(
      out,
      trained,
      { training, validation: heldOut, dataset, files, labels: [] },
      evaluator,
    );
    return { steps, validationMse };
  } finally {
    await evaluator.release();
  }
}

/** `numpy.savez`: a zip of `.npy` files, one a parameter. */
function decodeWeights(archive: Uint8Array): Map<string, Float32Array> {
  return new Map(
    Object.entries(unzipSync(archive)).map(([file, bytes]) => {
      const { data, dtype } = parse(new Uint8Array(bytes).buffer);
      if (dtype !== 'f4') throw new Error(`${file} holds ${dtype}`);
      return [file.replace(/\.npy$/, ''), data as Float32Array];
    }),
  );
}

function refuseMisfits(
  config: Pick<StepConfig, 'network' | 'objective'>,
  weights: Map<string, Float32Array>,
  run: string,
) {
  for (const { name, shape } of [encoderGraph(config), decoderGraph(config)].flatMap((graph) => graph.parameters)) {
    const values = weights.get(name);
    if (values?.length === shape.reduce((a, b) => a * b, 1) && values.every(Number.isFinite)) continue;
    throw new UserError('bad-settings.assembled-weights', { run, name });
  }
}
