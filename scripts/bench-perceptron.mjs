// Training speed of a small network: the one-layer model of the IWAE paper, 784-200-200-50 and back, on binarised images,
// in batches of 20, as in the paper, and of 100. Here a step's cost is mostly what surrounds its arithmetic. As in images of
// digits, four values of five are black.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './root.mjs';
import { AS_WRITTEN, race, THREADS, timed } from './torch/race.mjs';

/** Steps a turn: about half a second of ours. */
const STEPS = 400;

/** @returns {Promise<Record<string, unknown>>} figures of batches of 20, and those of 100 */
export async function bench() {
  const paper = await inBatchesOf(20);
  return { ...paper, batchesOf100: await inBatchesOf(100), threads: THREADS };
}

/** @param {number} batch */
async function inBatchesOf(batch) {
  const trainer = await ours(batch);
  const own = /** @type {[string, import('./torch/race.mjs').Contestant][]} */ ([
    ['ours', timed(() => trainer.next())],
  ]);
  const { version, best, milliseconds } = await race(`perceptron-${batch}`, own, STEPS);
  await trainer.release();
  return {
    stepsPerSecond: 1000 / milliseconds.ours,
    vsPyTorch: best && milliseconds[AS_WRITTEN] / milliseconds.ours,
    vsPyTorchBest: best && milliseconds[best] / milliseconds.ours,
    pytorch: version,
    pytorchBest: best,
    milliseconds,
  };
}

/** @param {number} batchSize */
async function ours(batchSize) {
  const file = pathToFileURL(join(root, 'dist/main/engine/training/trainer.js')).href;
  /** @type {typeof import('../main/engine/training/trainer')} */
  const { Trainer } = await import(file);
  const [size, count] = [28, 1024];
  return Trainer.create(
    {
      network: {
        architecture: 'perceptron',
        imageSize: size,
        channels: 1,
        latentSize: 50,
        width: 'standard',
        residualBlocks: 0,
      },
      objective: { kind: 'vae', likelihood: 'bernoulli', beta: 1, warmUp: 0, freeBits: 0, importanceSamples: 1 },
      optimiser: { kind: 'adam', weightDecay: 0, clipNorm: 0, averageDecay: 0, epsilon: 1e-4 },
      batchSize,
      seed: 1,
      steps: 1e6,
      learningRate: 1e-3,
      schedule: 'constant',
      augmentation: { mirror: false, shift: 0, crop: 0, colour: 0, binarise: true },
    },
    { count, channels: 1, size, pixels: Uint8Array.from({ length: count * size * size }, drawValue) },
  );
}

const drawValue = () => (Math.random() < 0.2 ? 256 * Math.random() : 0);
