/** What a run will need, told before it starts. */
import { UserError } from '../../contract';
import { levels, type NetworkConfig } from '../training/networks';
import { HIDDEN } from '../training/perceptron';
import { decoderGraph, encoderGraph, samplesPerImage } from '../training/step';
import type { TrainerConfig } from '../training/trainer';
import { availableMemory } from './available';
import { trainerConfig, type ResolvedSettings } from './settings';

/** Node, onnxruntime and its kernels before any network is built. */
const BASE_BYTES = 160e6;

/** Copies of each activation that live at once: forward values, gradients, and changes of layout (measured). */
const ACTIVATION_COPIES = 7;

/** Copies of each weight: two sets of four kinds of state, gradients, re-arranged filters, the evaluator's feed. */
const WEIGHT_COPIES = 12;

/** Float values of all feature maps of one image, encoder and decoder. */
function activationsPerImage(n: NetworkConfig): number {
  const values = 2 * n.channels * n.imageSize ** 2;
  if (n.architecture === 'perceptron') return values + 4 * HIDDEN;
  const inner = levels(n).map((channels, i) => channels * (n.imageSize / 2 ** (i + 1)) ** 2);
  const maps = inner.reduce((a, b) => a + b, 0);
  return values + maps * (2 + 4 * n.residualBlocks);
}

/** Numbers that a network learns. */
export function parameterCount(config: Pick<TrainerConfig, 'network' | 'objective'>): number {
  return [encoderGraph(config), decoderGraph(config)]
    .flatMap((g) => g.parameters)
    .reduce((total, p) => total + p.shape.reduce((a, b) => a * b, 1), 0);
}

/** Estimated peak of a training process in bytes, with `images` images in its data set. */
export function estimateMemory(config: TrainerConfig, images: number): number {
  const { network, batchSize } = config;
  const imageBytes = images * 3 * network.imageSize ** 2;
  const activations = 4 * batchSize * samplesPerImage(config) * activationsPerImage(network) * ACTIVATION_COPIES;
  return BASE_BYTES + imageBytes + activations + 4 * parameterCount(config) * WEIGHT_COPIES;
}

/** @throws UserError `no-memory` when a run on `images` images cannot fit */
export async function refuseIfTooLarge(settings: ResolvedSettings, images: number): Promise<void> {
  const bytes = estimateMemory(trainerConfig(settings, images, 3), images);
  const available = await availableMemory();
  if (bytes <= available) return;
  const gigabytes = (b: number) => (b / 1e9).toFixed(1);
  throw new UserError(
    'no-memory',
    `This run needs about ${gigabytes(bytes)} GB of memory and ${gigabytes(available)} GB are free. ` +
      'Use a smaller batch, image size or width, or close other programs.',
  );
}

/** A failure to get memory, which runtimes word in their own ways, as a sentence; everything else as it is. */
export function asMemoryFailure(error: unknown): unknown {
  const text = error instanceof Error ? error.message : String(error);
  if (
    error instanceof UserError ||
    !/bad_?alloc|allocat\w* (memory|failed)|failed to allocate|out of memory/i.test(text)
  ) {
    return error;
  }
  return new UserError(
    'no-memory',
    'There was not enough memory to go on. Close other programs, or use a smaller batch, image size or width.',
  );
}
