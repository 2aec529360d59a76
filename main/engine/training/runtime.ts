/** What the training code needs from onnxruntime: sessions, and what this machine's build can do. */
import os from 'node:os';
import * as ort from '../onnxruntime';
import { encodeModel } from './onnx';

/** `gpu` is onnxruntime's WebGPU provider, bundled in its npm package. */
export type Device = 'cpu' | 'gpu';

/** As many as the person's settings say, else one for each core: more threads than cores halve the speed; the runtime's own default counts hyper-threads. */
export function threadCount(): number {
  return Number(process.env.LATENTSCAPE_THREADS) || Math.max(1, os.availableParallelism());
}

/** @param onDevice outputs that stay in the memory of the graphics card; the others come back as arrays */
export function createSession(
  model: Uint8Array,
  device: Device = 'cpu',
  onDevice: readonly string[] = [],
): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(model, {
    executionProviders: [device === 'gpu' ? 'webgpu' : 'cpu'],
    preferredOutputLocation: Object.fromEntries(onDevice.map((name) => [name, 'gpu-buffer'])),
    intraOpNumThreads: threadCount(),
    logSeverityLevel: 3,
    enableMemPattern: false, // a quarter of a training step's memory, for no measurable time
    // Worker threads that spin for a moment between two kernels save 4 % of a step. Beyond the run, or for longer, they
    // fight with the process's own thread and with other programs: a step then takes up to twice as long.
    extra: { session: { force_spinning_stop: '1', intra_op: { allow_spinning: '1', spin_duration_us: '200' } } },
  });
}

/**
 * Channels per block of the runtime's blocked layout here: 8 (AVX2, SSE), 16 (AVX-512, NEON), or 0 where its
 * build has no blocked kernels.
 */
export async function blockSize(): Promise<number> {
  const shape = [1, 64, 1, 2];
  const value = (name: string) => ({ name, type: 'float32' as const, shape });
  const model = encodeModel({
    nodes: [{ op: 'ReorderInput', domain: 'com.microsoft.nchwc', inputs: ['x'], outputs: ['y'] }],
    inputs: [value('x')],
    outputs: [value('y')],
    initializers: [],
  });
  let session: ort.InferenceSession;
  try {
    session = await ort.InferenceSession.create(model, { logSeverityLevel: 4 });
  } catch {
    return 0; // The operator is unknown to this build: there is no blocked layout to use.
  }
  const x = new ort.Tensor(
    'float32',
    Float32Array.from({ length: 128 }, (_, i) => i),
    shape,
  );
  const { y } = await session.run({ x });
  await session.release();
  // Pixel 1 of channel 0 comes right after one block of channels of pixel 0.
  return (y.data as Float32Array).indexOf(1);
}
