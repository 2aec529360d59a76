/** What a run will need, told before it starts. */
import os from 'node:os';
import { readFile } from 'node:fs/promises';
import { UserError } from '../../contract';
import { levels, type NetworkConfig } from '../training/networks';

/** Node, onnxruntime and its kernels before any network is built. */
const BASE_BYTES = 160e6;

/** Copies of each activation that live at once: forward values, gradients, and changes of layout (measured). */
const ACTIVATION_COPIES = 7;

/** Copies of each weight: two sets of four kinds of state, gradients, re-arranged filters, the evaluator's feed. */
const WEIGHT_COPIES = 12;

/** Float values of all feature maps of one image, encoder and decoder. */
function activationsPerImage(n: NetworkConfig): number {
  const inner = levels(n).map((channels, i) => channels * (n.imageSize / 2 ** (i + 1)) ** 2);
  const maps = inner.reduce((a, b) => a + b, 0);
  return 2 * n.channels * n.imageSize ** 2 + maps * (2 + 4 * n.residualBlocks);
}

/** Estimated peak of a training process in bytes. `imageBytes`: the data set in memory. */
export function estimateMemory(n: NetworkConfig, batchSize: number, parameters: number, imageBytes: number): number {
  const activations = 4 * batchSize * activationsPerImage(n) * ACTIVATION_COPIES;
  return BASE_BYTES + imageBytes + activations + 4 * parameters * WEIGHT_COPIES;
}

/** Bytes that a new process can use without pushing others out: Linux counts reclaimable caches as available. */
async function availableMemory(): Promise<number> {
  if (process.platform !== 'linux') return os.freemem();
  try {
    const match = /^MemAvailable:\s+(\d+) kB/m.exec(await readFile('/proc/meminfo', 'utf8'));
    return match ? Number(match[1]) * 1024 : os.freemem();
  } catch {
    return os.freemem(); // no /proc in some containers
  }
}

/** @throws UserError `no-memory` when the run cannot fit */
export async function refuseIfTooLarge(bytes: number): Promise<void> {
  const available = await availableMemory();
  if (bytes <= available) return;
  const gigabytes = (b: number) => (b / 1e9).toFixed(1);
  throw new UserError(
    'no-memory',
    `This run needs about ${gigabytes(bytes)} GB of memory and ${gigabytes(available)} GB are free. ` +
      'Use a smaller batch, image size or width, or close other programs.',
  );
}
