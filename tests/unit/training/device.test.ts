/**
 * The graphics card computes what the processor does. `npm test` offers Chromium's software device where there is no
 * card; with vitest alone, put what scripts/vulkan.mjs says into the environment.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { refuseMissingDevice, tryGraphicsCard } from '../../../main/engine/runs/graphics-card/graphics-card';
import type { Device } from '../../../main/engine/training/runtime';
import { Trainer, type TrainerConfig, type TrainerState } from '../../../main/engine/training/trainer';
import { writeFaces } from '../../../main/engine/images/synthetic/write';
import { temporaryFolder } from '../temporary';
import { discs, relativeDistance } from './support';

const tsx = pathToFileURL(path.resolve('node_modules/tsx/dist/esm/index.mjs')).href;
const look = () =>
  tryGraphicsCard({ entry: path.resolve('main/engine/runs/graphics-card/process.ts'), execArgv: ['--import', tsx] });
const card = await look();
const NO_CARD = card.problem ? ` (skipped: no graphics card and no software device: ${card.problem})` : '';

const BATCH = 4;
const images = discs(3 * BATCH, 3, 32, 1);

const vae: TrainerConfig = {
  network: {
    architecture: 'convolutional',
    imageSize: 32,
    channels: 3,
    latentSize: 8,
    width: 'small',
    residualBlocks: 1,
  },
  objective: { kind: 'vae', likelihood: 'learned-sigma', beta: 1, warmUp: 0, freeBits: 0.1, importanceSamples: 1 },
  optimiser: { kind: 'muon', weightDecay: 0.1, clipNorm: 1000, averageDecay: 0.9, epsilon: 1e-8 },
  batchSize: BATCH,
  seed: 3,
  steps: 3,
  learningRate: 1e-3,
  schedule: 'cosine',
  formulation: 'plain',
};
const vaeGan: TrainerConfig = {
  ...vae,
  network: { ...vae.network, residualBlocks: 0 },
  objective: {
    kind: 'vae',
    likelihood: 'gaussian',
    beta: 1,
    warmUp: 0,
    freeBits: 0,
    importanceSamples: 1,
    adversarial: 0.5,
  },
  steps: 2,
};
const bernoulli: TrainerConfig = {
  ...vae,
  network: { ...vae.network, residualBlocks: 0 },
  objective: { kind: 'vae', likelihood: 'bernoulli', beta: 1, warmUp: 0, freeBits: 0, importanceSamples: 1 },
  optimiser: { kind: 'adam', weightDecay: 0, clipNorm: 0, averageDecay: 0, epsilon: 1e-8 },
};

/**
 * They sum in other orders; Adam's first steps are as long for tiny gradients as for large ones, and Muon's for tiny
 * directions: after three of its steps gradients differ by 1.5e-5.
 */
const LOSS_TOLERANCE = { adam: 1e-5, muon: 1e-4 };
const STATE_TOLERANCE = 2e-3;

async function run(config: TrainerConfig, device: Device, start?: TrainerState) {
  const trainer = await Trainer.create({ ...config, device }, images, { state: start });
  try {
    const losses: number[] = [];
    while (trainer.step < config.steps) {
      const { loss, gradientNorm } = await trainer.next();
      losses.push(loss, gradientNorm);
    }
    const { tensors } = await trainer.state();
    return { losses, tensors: new Map(Object.entries(tensors).map(([name, data]) => [name, data.slice()])) };
  } finally {
    await trainer.release();
  }
}

describe.skipIf(card.problem)(`graphics card${NO_CARD}`, () => {
  it.each([
    ['residual VAE with learned σ', vae],
    ['Bernoulli VAE', bernoulli],
    ['VAE-GAN, both phases', vaeGan],
  ])('trains a %s as the processor does', { timeout: 300_000 }, async (_name, config) => {
    const [expected, actual] = [await run(config, 'cpu'), await run(config, 'gpu')];
    expected.losses.forEach((loss, i) =>
      expect(Math.abs(actual.losses[i] - loss), `number ${i}`).toBeLessThan(
        LOSS_TOLERANCE[config.optimiser.kind] * Math.abs(loss),
      ),
    );
    expect([...actual.tensors.keys()]).toEqual([...expected.tensors.keys()]);
    for (const [name, data] of expected.tensors)
      expect(relativeDistance(actual.tensors.get(name)!, data), name).toBeLessThan(STATE_TOLERANCE);
  });

  it('continues from a saved state', { timeout: 300_000 }, async () => {
    const trainer = await Trainer.create({ ...bernoulli, device: 'gpu' }, images);
    await trainer.next();
    const state = await trainer.state();
    const continued = await run(bernoulli, 'gpu', state);
    expect(continued.losses[0]).toBeCloseTo((await trainer.next()).loss, 3);
    await trainer.release();
  });

  it('says that a run waits for its first step while the card compiles it', { timeout: 300_000 }, async () => {
    const folder = await temporaryFolder();
    await writeFaces(path.join(folder, 'faces'), { count: 8, seed: 1, size: 32 });
    const out = path.join(folder, 'model');
    const settings = ['--size', '32', '--latent', '4', '--width', 'small', '--batch', '4', '--epochs', '1'];
    const args = ['train', path.join(folder, 'faces'), '--kind', 'ae', '--out', out, ...settings, '--no-align'];
    const cli = promisify(execFile)(process.execPath, ['dist/main/cli.js', ...args, '--device', 'gpu', '--json']);
    const lines = (await cli).stdout.trim().split('\n');
    const told = lines.map((line) => JSON.parse(line)).map(({ event, stage, state }) => stage ?? state ?? event);
    const order = [
      'trying the graphics card',
      'started',
      'compiling the network for the card',
      'running',
      'progress',
      'done',
    ];
    expect(told.filter((one, i) => order.includes(one) && told.indexOf(one) === i)).toEqual(order);
  });
});

/** Misbehaves as the environment says. */
const STAND_IN = path.resolve('tests/unit/training/driver.mjs');

describe('a card that cannot be used', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it.skipIf(process.platform !== 'linux')('is missed where no driver is', { timeout: 60_000 }, async () => {
    vi.stubEnv('VK_DRIVER_FILES', '/no/such/driver.json');
    expect(await look()).toEqual({ problem: 'none', speed: null });
  });

  it('may take down its process, and no other', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    vi.stubEnv('DRIVER', 'crashes');
    expect(await tryGraphicsCard({ entry: STAND_IN })).toEqual({ problem: 'driver', speed: null });
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('SIGABRT'));
    warn.mockRestore();
  });

  it.each([
    ['never answers', { problem: 'silent', speed: null }],
    ['answers and never ends', { problem: null, speed: 2 }],
  ])('is not waited for: one that %s', async (driver, expected) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const folder = await temporaryFolder();
    const pidFile = path.join(folder, 'pid');
    vi.stubEnv('DRIVER', driver);
    vi.stubEnv('PID_FILE', pidFile);
    expect(await tryGraphicsCard({ entry: STAND_IN, patience: 3000 })).toEqual(expected);
    const pid = Number(await readFile(pidFile, 'utf8'));
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 5000);
    warn.mockRestore();
  });

  it('is not waited for by somebody who cancels', async () => {
    vi.stubEnv('DRIVER', 'never answers');
    const aborter = new AbortController();
    const look = refuseMissingDevice('gpu', aborter.signal, (signal) => tryGraphicsCard({ entry: STAND_IN, signal }));
    aborter.abort();
    await expect(look).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('is refused in a sentence, and only where it is asked for', async () => {
    const find = vi.fn(async () => ({ problem: 'none' as const, speed: null }));
    await refuseMissingDevice('cpu', undefined, find);
    expect(find).not.toHaveBeenCalled();
    await expect(refuseMissingDevice('gpu', undefined, find)).rejects.toMatchObject({
      code: 'no-device',
      message: expect.stringMatching(
        /^This computer cannot train on a graphics card: no graphics card .* was found\. /,
      ),
    });
  });
});
