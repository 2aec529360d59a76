// Time to quality: the same images, split and machine; our training (its defaults, network `small`) and a PyTorch program as
// everyone writes it take turns, and only the time of its own turns counts for each. Seconds are by the clock;
// `processorSeconds`, of all threads, can be compared on a busy machine too.
//
// LATENTSCAPE_IMAGES names the folder of images; otherwise the portraits beside the project are taken, or else 800
// synthetic faces. LATENTSCAPE_QUALITY_SECONDS shortens PyTorch's ten minutes to try the benchmark itself.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { root } from './root.mjs';
import { say } from './setup.mjs';
import { findTorch } from './torch/find.mjs';

const SIZE = 64;
const LATENT = 64;
const BETA = 0.4;
const SEED = 1;
const SHARE = 0.1;
/** PyTorch's budget, and ours: five times as fast is the goal. */
const THEIRS = Number(process.env.LATENTSCAPE_QUALITY_SECONDS ?? 600);
const OURS = THEIRS / 5;
/** Seconds of a turn of ours; PyTorch's are five times as long, so that both see the same moments of the machine. */
const TURN = Math.min(4, OURS / 6);
const BATCH = 16;

/** @typedef {{ seconds: number, processorSeconds: number, mse: number }} Point */

/** @param {string} file @returns {Promise<any>} a module of the compiled app */
const compiled = (file) => import(pathToFileURL(join(root, 'dist/main', file)).href);

/** @returns {Promise<Record<string, unknown>>} */
export async function bench() {
  const folder = await mkdtemp(join(os.tmpdir(), 'latentscape-quality-'));
  try {
    const { savePrepared } = await compiled('engine/runs/pytorch/prepared.js');
    const { splitDataset } = await compiled('engine/images/split.js');
    const { fitPca } = await compiled('engine/scores/reconstruction/pca.js');
    const { name, dataset } = await images();
    const data = join(folder, 'data');
    await savePrepared(data, { dataset, name, align: true });
    const { training, heldOut } = splitDataset(dataset, SEED, SHARE);
    const pca = errorOf(await fitPca(training, LATENT), heldOut);
    say(`PCA of ${LATENT}: ${pca.toPrecision(3)} on ${heldOut.count} held-out images.`);
    const { python, version, reason } = findTorch();
    if (!python) say(`PyTorch is not compared: ${reason}.`);
    /** @type {Record<string, unknown>} */
    const result = {};
    for (const kind of ['ae', 'vae']) result[kind] = await race(kind, { training, heldOut }, pca, python, data);
    const facts = { images: name, count: dataset.count, pca, pytorch: version, pytorchSeconds: THEIRS };
    return { ...result, ...facts, threads: os.availableParallelism() };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The images of a folder, aligned; synthetic faces where there is none. */
async function images() {
  const beside = resolve(root, '../shared/data/portraits');
  const folder = process.env.LATENTSCAPE_IMAGES ?? (existsSync(beside) ? beside : null);
  if (folder) {
    say(`Reading ${folder}…`);
    const { loadDataset } = await compiled('engine/images/dataset.js');
    return { name: basename(folder), dataset: await loadDataset(folder, { size: SIZE, align: true }) };
  }
  const { drawImages } = await compiled('engine/images/synthetic/images.js');
  const drawn = drawImages({ seed: SEED, first: 0, count: 800 }, SIZE);
  const files = Array.from({ length: drawn.count }, (_, i) => `${i}.png`);
  return { name: 'synthetic faces', dataset: { ...drawn, files, grey: 0, skipped: [], faces: null } };
}

/**
 * @param {string} kind @param {any} images @param {number} pca
 * @param {string | null} python @param {string} data the prepared images
 */
async function race(kind, { training, heldOut }, pca, python, data) {
  const { Trainer } = await compiled('engine/training/trainer.js');
  const { Evaluator } = await compiled('engine/training/evaluator.js');
  const config = {
    network: {
      architecture: 'convolutional',
      imageSize: SIZE,
      channels: training.channels,
      latentSize: LATENT,
      width: 'small',
      residualBlocks: 0,
    },
    objective:
      kind === 'vae'
        ? { kind, likelihood: 'gaussian', beta: BETA, warmUp: 0, freeBits: 0, importanceSamples: 1 }
        : { kind },
    optimiser: { kind: 'muon', weightDecay: 0, clipNorm: 0, averageDecay: 0.995, epsilon: 1e-8 },
    augmentation: { mirror: true, shift: 1, crop: 0.06, colour: 0.1, binarise: false },
    batchSize: BATCH,
    seed: SEED,
    learningRate: 1e-3,
    schedule: 'cosine',
  };
  const steps = await affordableSteps(Trainer, { ...config, steps: 1000 }, training);
  const trainer = await Trainer.create({ ...config, steps }, training);
  const evaluator = await Evaluator.create({ ...config, steps });
  const torch = python ? await startTorch(python, [data, kind, LATENT, BETA, SEED, SHARE].map(String)) : null;
  /** @type {Point[]} */
  const ours = [];
  /** @type {Point[]} */
  const theirs = [];
  let [seconds, processorSeconds] = [0, 0];
  try {
    while (trainer.step < steps || (torch && (theirs.at(-1)?.seconds ?? 0) < THEIRS)) {
      if (trainer.step < steps) {
        const [began, before] = [performance.now(), process.cpuUsage()];
        while (performance.now() - began < 1000 * TURN && trainer.step < steps) await trainer.next();
        seconds += (performance.now() - began) / 1000;
        const { user, system } = process.cpuUsage(before);
        processorSeconds += (user + system) / 1e6;
        ours.push({
          seconds,
          processorSeconds,
          mse: await evaluator.reconstructionError(await trainer.weights(), heldOut),
        });
      }
      if (torch && (theirs.at(-1)?.seconds ?? 0) < THEIRS) theirs.push(await torch.train(5 * TURN));
      const [a, b] = [ours.at(-1), theirs.at(-1)];
      say(
        `${kind}: ours ${a?.mse.toPrecision(3)} after ${a?.seconds.toFixed(0)} s, PyTorch ${b?.mse.toPrecision(3) ?? '–'} after ${b?.seconds.toFixed(0) ?? '–'} s`,
      );
    }
  } finally {
    torch?.end();
    await trainer.release();
    await evaluator.release();
  }
  /** @param {Point[]} points @param {number} mse @param {'seconds' | 'processorSeconds'} by */
  const until = (points, mse, by = 'seconds') => points.find((point) => point.mse <= mse)?.[by] ?? null;
  const last = theirs.at(-1);
  const toPyTorch10 = last ? until(ours, last.mse) : null;
  const processorToPyTorch10 = last ? until(ours, last.mse, 'processorSeconds') : null;
  return {
    toPca: until(ours, pca),
    to09Pca: until(ours, 0.9 * pca),
    toPyTorch10,
    vsPyTorch: last && toPyTorch10 ? last.seconds / toPyTorch10 : null,
    vsPyTorchByProcessor: last && processorToPyTorch10 ? last.processorSeconds / processorToPyTorch10 : null,
    mse: ours.at(-1)?.mse ?? null,
    pytorchMse: last?.mse ?? null,
    pytorchToPca: until(theirs, pca),
    steps,
    curve: ours,
    pytorchCurve: theirs,
  };
}

/** Steps that fit into our budget, by a few measured ones. @param {any} Trainer @param {any} config @param {any} images */
async function affordableSteps(Trainer, config, images) {
  const trainer = await Trainer.create(config, images);
  for (let i = 0; i < 3; i++) await trainer.next();
  const began = performance.now();
  for (let i = 0; i < 10; i++) await trainer.next();
  const step = (performance.now() - began) / 10_000;
  await trainer.release();
  return Math.max(50, Math.round(OURS / step));
}

/** Mean squared error per value, 0..1. @param {any} pca @param {any} images */
function errorOf(pca, images) {
  const x = Float32Array.from(images.pixels, (byte) => byte / 255);
  const near = pca.reconstruct(x);
  let total = 0;
  for (let i = 0; i < x.length; i++) total += (x[i] - near[i]) ** 2;
  return total / x.length;
}

/** @param {string} python @param {string[]} args */
async function startTorch(python, args) {
  const threads = String(os.availableParallelism());
  const child = spawn(python, [join(root, 'scripts/torch/quality.py'), ...args], {
    env: { ...process.env, OMP_NUM_THREADS: threads, OPENBLAS_NUM_THREADS: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('PyTorch ended unexpectedly.');
    return JSON.parse(value);
  };
  await answer();
  /** @param {number} seconds @returns {Promise<Point>} */
  const train = async (seconds) => {
    child.stdin.write(`${seconds}\n`);
    return answer();
  };
  return { train, end: () => child.stdin.end() };
}
