/** scripts/torch/train.py: several processes against one, against the app, and after an interruption. */
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryPoint } from '../../../../main/contract';
import { openModel } from '../../../../main/engine/models';
import { DEFAULT_SETTINGS, DEFAULT_TUNING } from '../../../../main/engine/runs';
import { findTorch } from '../../../../scripts/torch/find.mjs';
import { cli } from '../../cli/terminal';
import { discs } from '../../training/support';
import { sharedFolder } from '../../temporary';

/** Sums in another order: float32 rounding, grown over a run of 18 steps. */
const PROCESSES_TOLERANCE = 1e-4;
/** Other kernels besides. */
const APP_TOLERANCE = 1e-3;

const torch = findTorch();
beforeEach((context) => context.skip(torch.python === null, torch.reason ?? ''));

const folder = sharedFolder();
let data: string;
const at = (name: string) => path.join(folder, name);
beforeAll(async () => {
  if (!torch.python) return;
  data = at('data');
  const { count, size, pixels } = discs(40, 3, 32, 5);
  const images = at('images');
  await mkdir(images);
  for (let i = 0; i < count; i++) {
    const interleaved = Buffer.alloc(size * size * 3);
    for (let p = 0; p < size * size; p++) {
      for (let c = 0; c < 3; c++) interleaved[3 * p + c] = pixels[(3 * i + c) * size * size + p];
    }
    const image = sharp(interleaved, { raw: { width: size, height: size, channels: 3 } });
    await image.png().toFile(path.join(images, `${String(i).padStart(3, '0')}.png`));
  }
  const { code, err } = await cli('prepare', images, '--out', data, '--size', '32', '--no-align');
  expect([code, err]).toEqual([0, '']);
}, 60_000);

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the script in `processes` processes. `watch` sees what it has said so far, and may send a signal. */
function train(
  processes: number,
  args: string[],
  watch?: (out: string, kill: (signal: NodeJS.Signals) => void) => void,
  env: NodeJS.ProcessEnv = {},
  images = data,
) {
  const launch = ['-m', 'torch.distributed.run', '--standalone', '--nproc-per-node', String(processes)];
  const child = spawn(torch.python!, [...(processes > 1 ? launch : []), 'scripts/torch/train.py', images, ...args], {
    env: { ...process.env, OMP_NUM_THREADS: '1', CUDA_VISIBLE_DEVICES: '', ...env },
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (text) => {
    said.out += text;
    watch?.(said.out, (signal) => child.kill(signal));
  });
  child.stderr.on('data', (text) => (said.err += text));
  return new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, ...said })));
}

const common = ['--batch', '8', '--latent', '4', '--width', 'small', '--epochs', '4', '--average-decay', '0.9'];
const vae = [
  ...['--kind', 'vae', ...common, '--likelihood', 'learned-sigma', '--free-bits', '0.3', '--warm-up', '0.5'],
  ...['--weight-decay', '0.1', '--clip-norm', '2000', '--residual-blocks', '1', '--checkpoint-steps', '4'],
];

async function historyOf(model: string): Promise<HistoryPoint[]> {
  return JSON.parse(await readFile(path.join(model, 'model.json'), 'utf8')).history;
}

function expectSameCurve(actual: HistoryPoint[], expected: HistoryPoint[], tolerance: number) {
  expect(actual.map(({ step }) => step)).toEqual(expected.map(({ step }) => step));
  const close = (x: number, y: number, what: string) =>
    expect(Math.abs(x - y), what).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(y)));
  expected.forEach((point, i) => {
    close(actual[i].loss, point.loss, `loss of step ${point.step}`);
    close(actual[i].validationMse / point.validationMse, 1, `validation error of step ${point.step}`);
    expect(Object.keys(actual[i].terms).sort()).toEqual(Object.keys(point.terms).sort());
    for (const [name, value] of Object.entries(point.terms)) close(actual[i].terms[name], value, name);
  });
}

describe('training with PyTorch', { timeout: 180_000 }, () => {
  it('in two processes is training in one, and gives a model that opens here', async () => {
    const one = await train(1, [...vae, '--out', at('one'), '--name', 'One']);
    expect(one).toMatchObject({ code: 0 });
    const two = await train(2, [...vae, '--out', at('two'), '--json']);
    expect(two).toMatchObject({ code: 0 });
    const events = two.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events[0]).toMatchObject({ event: 'started', images: 36, validationImages: 4, steps: 18, processes: 2 });
    expect(events.at(-1)).toMatchObject({ event: 'done', model: at('two'), steps: 18 });

    const [history, expected] = [await historyOf(at('two')), await historyOf(at('one'))];
    expect(history).toHaveLength(18);
    expect(history.at(-1)!.loss).toBeLessThan(history[0].loss);
    expectSameCurve(history, expected, PROCESSES_TOLERANCE);

    const [a, b] = [await openModel(at('one')), await openModel(at('two'))];
    try {
      expect(a.card).toMatchObject({ name: 'One', kind: 'vae', latentSize: 4, imageSize: 32, canEncode: true });
      expect(b.codes).toHaveLength(36 * 4);
      const codes = a.codes!;
      const scale = Math.max(...codes.map(Math.abs));
      codes.forEach((value, i) => expect(Math.abs(value - b.codes![i])).toBeLessThan(1e-2 * scale));
      const [drawnA, drawnB] = [await a.decodePixels(codes), await b.decodePixels(codes)];
      drawnA.data.forEach((value, i) => expect(Math.abs(value - drawnB.data[i])).toBeLessThanOrEqual(2));
    } finally {
      await a.release();
      await b.release();
    }
  });

  it('starts from a model of the app, and is refused where its network is another', async () => {
    const ae = ['--kind', 'ae', ...common];
    expect(await train(1, [...ae, '--out', at('start')])).toMatchObject({ code: 0 });
    const hardly = [
      ...ae,
      '--epochs',
      '0.01',
      '--learning-rate',
      '1e-7',
      '--average-decay',
      '0',
      '--from',
      at('start'),
    ];
    expect(await train(1, [...hardly, '--out', at('further')])).toMatchObject({ code: 0 });
    const [before, after] = [await historyOf(at('start')), await historyOf(at('further'))];
    expect(after.at(-1)!.validationMse / before.at(-1)!.validationMse).toBeCloseTo(1, 3);

    const { code, err } = await train(1, [...hardly, '--latent', '5', '--out', at('refused')]);
    expect(code).toBe(1);
    expect(err).toContain('latentSize: 4 instead of 5');
  });

  it('in two processes maximises the same importance-weighted bound as in one', async () => {
    const iwae = ['--kind', 'vae', ...common, '--likelihood', 'bernoulli', '--importance-samples', '3', '--binarise'];
    const settings = [...iwae, '--network', 'perceptron', '--schedule', 'staircase'];
    expect(await train(1, [...settings, '--out', at('iwae one')])).toMatchObject({ code: 0 });
    expect(await train(2, [...settings, '--out', at('iwae two')])).toMatchObject({ code: 0 });
    expectSameCurve(await historyOf(at('iwae two')), await historyOf(at('iwae one')), PROCESSES_TOLERANCE);
  });

  it.each([
    ['square', []],
    ['upright', ['--height', '48']],
  ])(
    'follows the app from the same seed, where nothing is drawn but weights, split and order: %s',
    async (shape, side) => {
      const settings = [...common, '--kind', 'ae', '--no-mirror', '--shift', '0', '--crop', '0', '--colour', '0'];
      const size = ['--size', '32', ...side, '--no-align'];
      const [here, there, prepared] = ['here', 'there', 'prepared'].map((name) => at(`${shape} ${name}`));
      expect(await cli('train', at('images'), ...settings, '--out', here, ...size)).toMatchObject({ code: 0 });
      expect(await cli('prepare', at('images'), '--out', prepared, ...size)).toMatchObject({ code: 0 });
      expect(await train(1, [...settings, '--out', there], undefined, {}, prepared)).toMatchObject({ code: 0 });
      const [last, expected] = [(await historyOf(there)).at(-1)!, (await historyOf(here)).at(-1)!];
      expect(last.step).toBe(expected.step);
      expect(Math.abs(last.validationMse / expected.validationMse - 1)).toBeLessThan(APP_TOLERANCE);

      // and on from the app's own, with all that changes images
      const further = [...common, '--kind', 'ae', '--from', here, '--out', at(`${shape} further`)];
      expect(await train(1, further, undefined, {}, prepared)).toMatchObject({ code: 0 });
      const { image } = JSON.parse(await readFile(path.join(at(`${shape} further`), 'model.json'), 'utf8'));
      expect([image.size, image.height]).toEqual([32, shape === 'upright' ? 48 : undefined]);
    },
  );

  it('continues after a signal as if nothing had happened', async () => {
    const args = [...vae, '--out', at('stopped')];
    const stopped = await train(1, args, (out, kill) => out.includes('step 7/') && kill('SIGTERM'));
    expect(stopped.code).toBe(143);
    expect(stopped.out).toMatch(/Stopped at step \d+\. Continue with --resume\.\n$/);
    expect(await train(1, [...args, '--resume'])).toMatchObject({ code: 0 });
    await train(1, [...vae, '--out', at('whole')]);
    expectSameCurve(await historyOf(at('stopped')), await historyOf(at('whole')), 1e-6);
  });

  it('has the settings of the app, with its defaults', async () => {
    const args = ['--kind', 'rae', '--out', at('defaults'), '--epochs', '0.05'];
    expect(await train(1, args)).toMatchObject({ code: 0 });
    const { training } = JSON.parse(await readFile(path.join(at('defaults'), 'model.json'), 'utf8'));
    const { imageSize: _, latentSize, ...rest } = DEFAULT_SETTINGS;
    expect(training).toMatchObject({ ...rest, ...DEFAULT_TUNING, epochs: 0.05, align: false });
    expect((await openModel(at('defaults'))).card.latentSize).toBe(latentSize);
  });

  it.each([
    [1, ['--kind', 'ae', '--latent', '1'], /^--latent must be from 2 to 512, not 1\.\n$/],
    [1, ['--kind', 'ae', '--resume'], /^There is no unfinished run for/],
    [1, ['--kind', 'ae', '--device', 'gpu'], /has 0 GPUs that PyTorch .* use --device cpu\.\n$/],
    [2, ['--kind', 'ae', '--batch', '7'], /--batch 7 cannot be divided among 2 processes/],
    [
      1,
      [...vae, '--learning-rate', '1', '--schedule', 'constant', '--clip-norm', '0', '--epochs', '20'],
      /stopped being a number/,
    ],
  ])('in %i: %j is refused in a sentence', async (processes, args, sentence) => {
    const { code, err } = await train(processes, [...args, '--out', at('refused')]);
    expect(code).toBe(1);
    expect(err).toMatch(sentence);
    expect(err.includes('Traceback') && processes === 1).toBe(false);
  });

  it('without Node leaves what it learned, of which the app makes a model with the right images only', async () => {
    const tiny = ['--kind', 'ae', '--epochs', '0.05', '--latent', '4', '--width', 'small', '--out', at('late')];
    const { code, err } = await train(1, tiny, undefined, { PATH: '' });
    expect([code, err]).toEqual([1, expect.stringContaining('but Node is not installed here')]);
    const run = `${at('late')}.training`;

    const other = at('other');
    await cli('prepare', at('images'), '--out', other, '--size', '64', '--no-align');
    const refused = await cli('assemble', run, '--data', other, '--out', at('late'));
    expect(refused.code).toBe(1);
    expect(refused.err).toBe(`The run in "${run}" was trained on other images than those in "${other}".\n`);
    expect(await cli('assemble', run, '--data', data, '--out', at('late'))).toMatchObject({ code: 0 });
    expect((await openModel(at('late'))).card.name).toBe('late');

    await writeFile(path.join(run, 'weights.npz'), 'x');
    const damaged = await cli('assemble', run, '--data', data, '--out', at('late'));
    expect(damaged.err).toMatch(/^There is no finished run of scripts\/torch in ".*", or it is damaged\./);
  });
});
