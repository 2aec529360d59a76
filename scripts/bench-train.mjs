// Training speed on the reference workload: a convolutional VAE, 64×64×3, encoder 32-64-128-256, latent 32, batch 64,
// Adam. Our step, PyTorch's and a plain matrix product take turns, so that a slow moment of the machine hits them all.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './root.mjs';
import { say } from './setup.mjs';
import { AS_WRITTEN, race, THREADS, timed } from './torch/race.mjs';

const BATCH = 64;
const SIZE = 64;
const LATENT = 32;
const LEVELS = [3, 32, 64, 128, 256];

/** Steps a turn. */
const STEPS = 5;

/** @returns {Promise<Record<string, unknown>>} */
export async function bench() {
  const { trainer, step } = await ours();
  /** @type {[string, import('./torch/race.mjs').Contestant][]} */
  const own = [
    ['ours', step],
    ['product', await matrixProduct()],
  ];
  const { version, best, milliseconds } = await race('convolutional', own, STEPS);
  const mine = milliseconds.ours;
  const peak = (2 * 1024 ** 3) / milliseconds.product;
  const result = {
    imagesPerSecond: (1000 * BATCH) / mine,
    vsPyTorch: best && milliseconds[AS_WRITTEN] / mine,
    vsPyTorchBest: best && milliseconds[best] / mine,
    vsTfjs: await tfjs().then((tfjsStep) => (tfjsStep === null ? null : tfjsStep / mine)),
    fractionOfMatmulPeak: floatingPointOperations() / mine / peak,
    pytorch: version,
    pytorchBest: best,
    formulation: trainer.formulation,
    threads: THREADS,
    milliseconds,
  };
  await trainer.release();
  return result;
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
