/** What a run will need, told before it starts. */
import { UserError } from '../../../contract';
import { imageValues, levels, type NetworkConfig } from '../../training/networks';
import { HIDDEN } from '../../training/perceptron';
import { decoderGraph, encoderGraph, samplesPerImage } from '../../training/step';
import { linearNumbers } from '../../training/linear-start';
import { adversarialFrom, linearUntil, type TrainerConfig } from '../../training/trainer';
import { availableMemory } from '../../available-memory';
import { trainerConfig, type ResolvedSettings } from '../settings/settings';

/**
 * Fitted to measured peaks of 15 runs: 32 to 256 pixels, batches of 7 to 256, all widths, up to two residual blocks, plain
 * and blocked convolutions. The estimates were 7 % below to 18 % above what was measured; of 7 runs of perceptrons and of
 * importance-weighted bounds with up to 50 samples, 6 % below to 24 % above.
 */
const MEASURED = {
  /** Node, onnxruntime and its kernels before any network is built, in bytes. */
  base: 160e6,
  /** Copies of each feature map that live at once: forward values, gradients, changes of layout. */
  maps: 4,
  /** The same for the maps within residual blocks, whose memory is used again by the next block. */
  residual: 0.55,
  /**
   * Copies of each weight: two sets of four kinds of state, gradients, the files in the making; of a convolutional network
   * re-arranged filters besides.
   */
  weights: { convolutional: 18, perceptron: 15 },
  /** Share of a chunk's feature maps that live at once while held-out images are measured. */
  evaluation: 0.65,
};

/** Images a validation runs at once, see `Evaluator`. */
const IMAGES_A_RUN = 64;

/**
 * Float values of the feature maps of one image in the encoder, or of one code in the decoder, its mirror: outside and
 * within residual blocks.
 */
function mapsPerSide(n: NetworkConfig): { outer: number; residual: number } {
  const values = imageValues(n);
  if (n.architecture === 'perceptron') return { outer: values + 2 * HIDDEN, residual: 0 };
  const area = values / n.channels;
  const inner = levels(n).map((channels, i) => (channels * area) / 4 ** (i + 1));
  const maps = inner.reduce((a, b) => a + b, 0);
  return { outer: values + maps, residual: 2 * n.residualBlocks * maps };
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
  const imageBytes = (images * 3 * imageValues(network)) / network.channels;
  const { outer, residual } = mapsPerSide(network);
  const samples = samplesPerImage(config);
  // Importance sampling encodes each image once, decodes `samples` codes of it and compares each with a copy of the image.
  const copies = samples > 1 ? samples * imageValues(network) : 0;
  // A discriminator sees four batches, and its maps are about twice as large as the encoder's; draws are decoded besides.
  const judged = adversarialFrom(config) < config.steps ? 1 + 4 * 2 : 0;
  const maps = (1 + samples) * (MEASURED.maps * outer + MEASURED.residual * residual) + judged * MEASURED.maps * outer;
  const step = 4 * batchSize * (maps + copies);
  const evaluation = 4 * IMAGES_A_RUN * MEASURED.evaluation * 2 * outer;
  const weights = 4 * parameterCount(config) * MEASURED.weights[network.architecture];
  // Two copies, as a step and as a look at it lay images out, and the images that it is fitted to, as numbers.
  const values = imageValues(network);
  const linear = linearUntil(config) ? 4 * (4 * linearNumbers(values, network.latentSize) + 3 * 512 * values) : 0;
  return MEASURED.base + imageBytes + step + evaluation + weights + linear;
}

/** @throws UserError `no-memory` when a run on `images` images cannot fit */
export async function refuseIfTooLarge(settings: ResolvedSettings, images: number): Promise<void> {
  const bytes = estimateMemory(trainerConfig(settings, images, 3), images);
  const available = await availableMemory();
  if (bytes <= available) return;
  const gigabytes = (b: number) => (b / 1e9).toFixed(1);
  throw new UserError('no-memory.run', { needed: gigabytes(bytes), free: gigabytes(available) });
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
  return new UserError('no-memory.ran-out');
}
