/** Training that starts from a model instead of from random weights: its networks, its weights, its way of finding faces. */
import { message, UserError } from '../../../contract';
import { readFailure } from '../../files';
import type { LikeBefore } from '../../images';
import { type Manifest, sourceOf } from '../../models';
import { decodeFaces } from '../../models/files/faces';
import { readWeights } from '../../training/onnx';
import { decoderGraph, encoderGraph, type StepConfig } from '../../training/step';
import type { ResolvedSettings } from '../settings/settings';

export interface StartingModel {
  manifest: Manifest;
  /** By parameter. */
  weights: Map<string, Float32Array>;
  /** How later images become images like those it was trained on. */
  like: LikeBefore;
}

/** What of a run the model it starts from decides. */
export function networkOf({ latentSize, image, training }: Manifest) {
  const { network = 'convolutional', width = 'standard', residualBlocks = 0 } = training;
  return { imageSize: image.size, imageHeight: image.height, latentSize, network, width, residualBlocks } as const;
}

/**
 * @param file a model's folder, or a zipped model
 * @throws UserError `not-found` | `no-access` | `bad-model`, `bad-settings` when it is another kind of file
 */
export async function openStartingModel(file: string): Promise<StartingModel> {
  try {
    const source = await sourceOf(file);
    const read = async (name: string) => (await source?.read(name)) ?? null;
    const [encoder, decoder, faces] = await Promise.all(['encoder.onnx', 'decoder.onnx', 'faces.json'].map(read));
    if (!source || !encoder || !decoder) {
      throw new UserError('bad-settings.start-without-encoder', { path: file });
    }
    const { channels } = source.manifest.image;
    return {
      manifest: source.manifest,
      weights: new Map([...readWeights(encoder), ...readWeights(decoder)]),
      like: { channels, faces: faces ? decodeFaces(faces, file) : null },
    };
  } catch (error) {
    throw readFailure(error, file);
  }
}

/**
 * The weights a run begins with. What the model has no weights for (a VAE's variances, where it is an AE) is absent.
 * @throws UserError `bad-settings` when its networks are not those of the run
 */
export function startingWeights(
  { manifest, weights }: StartingModel,
  settings: ResolvedSettings,
  config: Pick<StepConfig, 'network' | 'objective'>,
): Record<string, Float32Array> {
  const { tuning, imageSize, imageHeight, latentSize } = settings;
  const own = {
    imageSize,
    imageHeight: imageHeight ?? imageSize,
    latentSize,
    network: tuning.network,
    width: tuning.width,
    residualBlocks: tuning.residualBlocks,
  };
  const their = networkOf(manifest);
  const theirs = { ...their, imageHeight: their.imageHeight ?? their.imageSize };
  const differing = (Object.keys(own) as (keyof typeof own)[]).filter((name) => own[name] !== theirs[name]);
  if (differing.length > 0) {
    throw new UserError('bad-settings.start-other-network', {
      path: settings.from!,
      differences: differing.map((name) =>
        message('problem.differs', {
          setting: message(`setting.${name}`),
          theirs: theirs[name] ?? '–',
          own: own[name],
        }),
      ),
    });
  }
  const found: Record<string, Float32Array> = {};
  for (const { name, shape } of [encoderGraph(config), decoderGraph(config)].flatMap((g) => g.parameters)) {
    const values = weights.get(name);
    if (values?.length === shape.reduce((a, b) => a * b, 1)) found[name] = values;
    else if (!name.startsWith('encoder.log')) {
      throw new UserError('bad-settings.start-other-weights', { path: settings.from! });
    }
  }
  return found;
}
