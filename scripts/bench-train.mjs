// Training speed on the reference workload: a convolutional VAE, 64×64×3, encoder 32-64-128-256, latent 32, batch 64,
// Adam. Our step, PyTorch's and a plain matrix product take turns, so that a slow moment of the machine hits them all.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import os from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { root } from './root.mjs';
import { say } from './setup.mjs';
import { findTorch } from './torch/find.mjs';

const BATCH = 64;
const SIZE = 64;
const LATENT = 32;
const LEVELS = [3, 32, 64, 128, 256];

// Turns: a few steps each, the first of which is not counted.
const SCREENING_TURNS = 3;
const TURNS = 6;
const STEPS = 5;
/** PyTorch's formulations that take part in all turns, beside the one as everyone writes it. */
const FINALISTS = 3;

const AS_WRITTEN = 'as written';
/** As many threads as ours. OpenBLAS, in builds that have it, must not start its own inside of PyTorch's. */
const THREADS = os.availableParallelism();
const FAIR = { OMP_NUM_THREADS: String(THREADS), OPENBLAS_NUM_THREADS: '1' };
/** Freed memory stays with the process: PyTorch is up to a seventh faster without the page faults. */
const TUNED = { MALLOC_MMAP_THRESHOLD_: String(2 ** 30), MALLOC_TRIM_THRESHOLD_: String(2 ** 32) };

/** @typedef {(steps: number) => Promise<number[]>} Contestant milliseconds of each step */

/** @returns {Promise<Record<string, unknown>>} */
export async function bench() {
  const { trainer, step } = await ours();
  const torch = await pytorch();
  const product = await matrixProduct();
  /** @type {Map<string, number[]>} */
  const times = new Map();
  /** @param {[string, Contestant][]} contestants @param {number} turns */
  const race = async (contestants, turns) => {
    for (let turn = 0; turn < turns; turn++) {
      for (const [name, run] of contestants) {
        const [, ...counted] = await run(STEPS); // the first warms the caches
        times.set(name, [...(times.get(name) ?? []), ...counted]);
      }
    }
  };
  /** @param {string} name */
  const milliseconds = (name) => median(/** @type {number[]} */ (times.get(name)));

  const { asWritten, formulations } = torch;
  /** @type {[string, Contestant][]} */
  let finalists;
  try {
    await step(STEPS);
    if (asWritten) say(`Comparing ${formulations.length + 1} formulations of PyTorch with ours…`);
    await race(formulations, SCREENING_TURNS);
    // By the fastest of few steps: a median of so few may be that of a busy moment.
    const fastest = (/** @type {string} */ name) => Math.min(...(times.get(name) ?? []));
    finalists = formulations.sort(([a], [b]) => fastest(a) - fastest(b)).slice(0, FINALISTS);
    times.clear();
    /** @type {[string, Contestant][]} */
    const own = [
      ['ours', step],
      ['product', product],
    ];
    await race(asWritten ? [...own, [AS_WRITTEN, asWritten], ...finalists] : own, TURNS);
  } finally {
    torch.end();
  }

  const mine = milliseconds('ours');
  const best = [...finalists, ...(asWritten ? [[AS_WRITTEN]] : [])]
    .map(([name]) => String(name))
    .sort((a, b) => milliseconds(a) - milliseconds(b))[0];
  const peak = (2 * 1024 ** 3) / milliseconds('product');
  const result = {
    imagesPerSecond: (1000 * BATCH) / mine,
    vsPyTorch: asWritten ? milliseconds(AS_WRITTEN) / mine : null,
    vsPyTorchBest: best ? milliseconds(best) / mine : null,
    vsTfjs: await tfjs().then((tfjsStep) => (tfjsStep === null ? null : tfjsStep / mine)),
    fractionOfMatmulPeak: floatingPointOperations() / mine / peak,
    pytorch: torch.version,
    pytorchBest: best ?? null,
    formulation: trainer.formulation,
    threads: THREADS,
    milliseconds: Object.fromEntries([...times.keys()].map((name) => [name, milliseconds(name)])),
  };
  await trainer.release();
  return result;
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

/** Multiplications and additions of one step's convolutions and matrix products. */
function floatingPointOperations() {
  let forward = 0;
  let imageLayer = 0;
  LEVELS.slice(1).forEach((outputs, i) => {
    const side = SIZE / 2 ** (i + 1);
    const one = 2 * BATCH * outputs * side * side * LEVELS[i] * 16;
    if (i === 0) imageLayer = one;
    forward += 2 * one; // encoder and decoder
  });
  const flat = LEVELS[LEVELS.length - 1] * 4 * 4;
  forward += 3 * 2 * BATCH * flat * LATENT; // mean, variance, and the decoder's first layer
  // Backward computes two products for each one of forward; nobody needs the gradient of the image.
  return 3 * forward - imageLayer;
}

async function ours() {
  const file = pathToFileURL(join(root, 'dist/main/engine/training/trainer.js')).href;
  /** @type {typeof import('../main/engine/training/trainer')} */
  const { Trainer } = await import(file);
  const pixels = Uint8Array.from({ length: 1024 * 3 * SIZE * SIZE }, () => Math.floor(256 * Math.random()));
  const trainer = await Trainer.create(
    {
      network: {
        architecture: 'convolutional',
        imageSize: SIZE,
        channels: 3,
        latentSize: LATENT,
        width: 'standard',
        residualBlocks: 0,
      },
      objective: { kind: 'vae', likelihood: 'gaussian', beta: 1, warmUp: 0, freeBits: 0, importanceSamples: 1 },
      optimiser: { kind: 'adam', weightDecay: 0, clipNorm: 0, averageDecay: 0, epsilon: 1e-8 },
      batchSize: BATCH,
      seed: 1,
      steps: 1000,
      learningRate: 1e-3,
      schedule: 'constant',
    },
    { count: 1024, channels: 3, size: SIZE, pixels },
  );
  return { trainer, step: timed(() => trainer.next()) };
}

/**
 * @param {() => Promise<unknown>} work
 * @returns {Contestant}
 */
const timed = (work) => async (steps) => {
  const times = [];
  for (let i = 0; i < steps; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times;
};

/** onnxruntime's own product of two 1024×1024 matrices: 2³¹ operations. */
async function matrixProduct() {
  /** @type {typeof import('../main/engine/training/onnx')} */
  const { encodeModel } = await import(pathToFileURL(join(root, 'dist/main/engine/training/onnx.js')).href);
  /** @type {typeof import('../main/engine/training/runtime')} */
  const { createSession } = await import(pathToFileURL(join(root, 'dist/main/engine/training/runtime.js')).href);
  /** @type {typeof import('../main/engine/onnxruntime')} */
  const ort = await import(pathToFileURL(join(root, 'dist/main/engine/onnxruntime/index.js')).href);
  const shape = [1024, 1024];
  /** @param {string} name */
  const value = (name) => ({ name, type: /** @type {const} */ ('float32'), shape });
  const nodes = [{ op: 'MatMul', inputs: ['a', 'b'], outputs: ['c'] }];
  const model = { nodes, inputs: [value('a'), value('b')], outputs: [value('c')], initializers: [] };
  const session = await createSession(encodeModel(model));
  const tensor = () => new ort.Tensor('float32', Float32Array.from({ length: 2 ** 20 }, Math.random), shape);
  const [feeds, fetches] = [{ a: tensor(), b: tensor() }, { c: tensor() }];
  return timed(() => session.run(feeds, fetches));
}

/** PyTorch as it comes, and every other formulation with its memory allocator tuned. */
async function pytorch() {
  const { python, version, reason } = findTorch();
  /** @type {[string, Contestant][]} */
  const none = [];
  if (!python) {
    say(`PyTorch is not compared: ${reason}.`);
    return { version: null, asWritten: null, formulations: none, end: () => {} };
  }
  const plain = await startTorch(python, {});
  const tuned = await startTorch(python, TUNED);
  say(`Setting up PyTorch ${version}; compiling takes a minute…`);
  await plain.run(AS_WRITTEN)(1);
  const formulations = [];
  for (const name of tuned.formulations) {
    try {
      await tuned.run(name)(2);
      formulations.push(/** @type {[string, Contestant]} */ ([`${name}, tuned allocator`, tuned.run(name)]));
    } catch (error) {
      say(`PyTorch, ${name}: ${/** @type {Error} */ (error).message}`);
    }
  }
  const end = () => [plain, tuned].forEach((process) => process.end());
  return { version, asWritten: plain.run(AS_WRITTEN), formulations, end };
}

/**
 * @param {string} python
 * @param {Record<string, string>} environment
 */
async function startTorch(python, environment) {
  const process_ = spawn(python, [join(root, 'scripts/torch/bench.py')], {
    env: { ...process.env, ...FAIR, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaint = '';
  process_.stderr.setEncoding('utf8').on('data', (text) => (complaint = (complaint + text).slice(-1000)));
  process_.on('exit', (code, signal) => (complaint += ` (${signal ?? `exit code ${code}`})`));
  const lines = createInterface(process_.stdout)[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`PyTorch ended unexpectedly: ${complaint.trim()}`);
    return JSON.parse(value);
  };
  /** @type {{ formulations: string[] }} */
  const { formulations } = await answer();
  /** @param {string} name @returns {Contestant} */
  const run = (name) => async (steps) => {
    process_.stdin.write(`${name} ${steps}\n`);
    const times = await answer();
    if ('error' in times) throw new Error(times.error);
    return times;
  };
  return { formulations, run, end: () => process_.stdin.end() };
}

/**
 * Milliseconds of a step in tfjs (its cpu backend; the others need a browser or a binary download), from one image's,
 * or null where `@tensorflow/tfjs` is not installed: in the project, or in the folder LATENTSCAPE_TFJS.
 */
async function tfjs() {
  const require = createRequire(join(process.env.LATENTSCAPE_TFJS ?? root, 'package.json'));
  let tf;
  try {
    tf = require('@tensorflow/tfjs');
  } catch {
    say('tfjs is not compared: install @tensorflow/tfjs somewhere, and name the folder in LATENTSCAPE_TFJS.');
    return null;
  }
  say('Measuring tfjs on a single image…');
  await tf.setBackend('cpu');
  /** @param {number[]} shape */
  const variable = (shape) => tf.variable(tf.randomNormal(shape, 0, 0.05));
  const filters = LEVELS.slice(1).map((outputs, i) => variable([4, 4, LEVELS[i], outputs]));
  const mirrored = LEVELS.slice(1).map((outputs, i) => variable([4, 4, LEVELS[i], outputs]));
  const flat = 256 * 4 * 4;
  const [mean, variance, first] = [
    [flat, LATENT],
    [flat, LATENT],
    [LATENT, flat],
  ].map(variable);
  const image = tf.randomUniform([1, SIZE, SIZE, 3]);
  const adam = tf.train.adam(1e-3);
  const loss = () => {
    let x = image;
    for (const filter of filters) x = tf.relu(tf.conv2d(x, filter, 2, 'same'));
    const features = x.reshape([1, flat]);
    const [mu, logVar] = [tf.matMul(features, mean), tf.matMul(features, variance)];
    const z = tf.add(mu, tf.mul(tf.exp(tf.mul(logVar, 0.5)), tf.randomNormal([1, LATENT])));
    let y = tf.relu(tf.matMul(z, first)).reshape([1, 4, 4, 256]);
    for (let i = 3; i >= 0; i--) {
      const side = SIZE / 2 ** i;
      y = tf.conv2dTranspose(y, mirrored[i], [1, side, side, LEVELS[i]], 2, 'same');
      if (i) y = tf.relu(y);
    }
    const kl = tf.sum(tf.sub(tf.add(tf.square(mu), tf.exp(logVar)), tf.add(logVar, 1)));
    return tf.add(tf.sum(tf.squaredDifference(tf.sigmoid(y), image)), tf.mul(kl, 0.5));
  };
  const start = performance.now();
  adam.minimize(loss);
  return BATCH * (performance.now() - start);
}
