/** scripts/torch/train.py: several processes against one, against the app, and after an interruption. */
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryPoint } from '../../../../main/contract';
import { halveModel, openModel } from '../../../../main/engine/models';
import { DEFAULT_SETTINGS, DEFAULT_TUNING, PRESETS } from '../../../../main/engine/runs';
import type { Images } from '../../../../main/engine/training/feeds/batches';
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
  const images = at('images');
  await writeImages(images, discs(40, 3, 32, 5));
  const { code, err } = await cli('prepare', images, '--out', data, '--size', '32', '--no-align');
  expect([code, err]).toEqual([0, '']);
}, 60_000);

async function writeImages(folder: string, { count, channels, size, pixels }: Images): Promise<void> {
  await mkdir(folder);
  for (let i = 0; i < count; i++) {
    const interleaved = Buffer.alloc(size * size * channels);
    for (let p = 0; p < size * size; p++) {
      for (let c = 0; c < channels; c++) interleaved[channels * p + c] = pixels[(channels * i + c) * size * size + p];
    }
    const image = sharp(interleaved, { raw: { width: size, height: size, channels } });
    const grey = channels === 1 ? image.toColourspace('b-w') : image;
    await grey.png().toFile(path.join(folder, `${String(i).padStart(3, '0')}.png`));
  }
}

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

/** Few steps against a discriminator: Adam makes much of its first gradients, and of their rounding. */
const vaeGan = ['--kind', 'vae', ...common, '--linear-start', '0.2', '--adversarial', '0.3', '--checkpoint-steps', '4'];

const manifestOf = async (model: string) => JSON.parse(await readFile(path.join(model, 'model.json'), 'utf8'));
const historyOf = async (model: string): Promise<HistoryPoint[]> => (await manifestOf(model)).history;

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

  it('in two processes has the same steps of a VAE-GAN as in one, from PCA to the discriminator', async () => {
    expect(await train(1, [...vaeGan, '--out', at('gan one')])).toMatchObject({ code: 0 });
    const two = await train(2, [...vaeGan, '--out', at('gan two'), '--json']);
    expect(two).toMatchObject({ code: 0 });
    const shares = two.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ event }) => event === 'progress')
      .map(({ linearShare }) => linearShare);
    expect(shares.slice(0, 4)).toEqual([0.75, 0.5, 0.25, undefined]);

    const history = await historyOf(at('gan two'));
    expectSameCurve(history, await historyOf(at('gan one')), PROCESSES_TOLERANCE);
    expect(Object.keys(history[12].terms).sort()).toEqual(['kl', 'reconstruction']);
    const both = ['adversarial', 'discriminator', 'features', 'kl', 'penalty', 'reconstruction'];
    expect(Object.keys(history[13].terms).sort()).toEqual(both);
    const model = await openModel(at('gan two'));
    try {
      expect(model.card).toMatchObject({ kind: 'vae', latentSize: 4, canEncode: true });
      expect((await manifestOf(at('gan two'))).training).toMatchObject({
        adversarial: 0.3,
        linearStart: 0.2,
        steps: 18,
      });
      expect((await model.decodePixels(model.codes!)).data.length).toBe(36 * 4 * 32 * 32);
    } finally {
      await model.release();
    }
  });

  it.each(['portraits-gan', 'portraits-vae'])(
    'goes on from the bundled %s, whose network need not be told',
    async (name) => {
      const from = path.join('models', name);
      const { latentSize, training: theirs } = await manifestOf(from);
      const prepared = at(`for ${name}`);
      expect(await cli('prepare', at('images'), '--out', prepared, '--from', from)).toMatchObject({ code: 0 });
      const found = await Promise.all(
        [prepared, from].map((folder) => readFile(path.join(folder, 'faces.json'), 'utf8')),
      );
      expect(JSON.parse(found[0])).toEqual(JSON.parse(found[1]));
      const hardly = [
        '--kind',
        'vae',
        '--adversarial',
        '1',
        '--from',
        from,
        '--epochs',
        '0.5',
        '--learning-rate',
        '1e-7',
        '--no-whiten',
      ];
      const out = at(`on from ${name}`);
      expect(await train(1, [...hardly, '--out', out], undefined, {}, prepared)).toMatchObject({ code: 0 });
      expect((await manifestOf(out)).training).toMatchObject({
        startedFrom: name,
        adversarial: 1,
        width: theirs.width,
        residualBlocks: theirs.residualBlocks,
      });
      const [a, b] = [await openModel(from), await openModel(out)];
      try {
        const codes = new Float32Array(latentSize).fill(0.5);
        const [before, after] = [await a.decodePixels(codes), await b.decodePixels(codes)];
        before.data.forEach((value, i) => expect(Math.abs(value - after.data[i])).toBeLessThanOrEqual(1));
      } finally {
        await a.release();
        await b.release();
      }
    },
  );

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

    const { decoder, encoder } = await halveModel(at('start'));
    expect([decoder.halved, encoder.halved]).toEqual([true, true]);
    expect(await train(1, [...hardly, '--out', at('from half')])).toMatchObject({ code: 0 });
    expect((await historyOf(at('from half'))).at(-1)!.validationMse / after.at(-1)!.validationMse).toBeCloseTo(1, 3);

    const { code, err } = await train(1, [...hardly, '--latent', '5', '--out', at('refused')]);
    expect(code).toBe(1);
    expect(err).toContain('latentSize: 4 instead of 5');
  });

  it('in two processes maximises the same importance-weighted bound as in one', async () => {
    const iwae = ['--kind', 'vae', ...common, '--likelihood', 'bernoulli', '--importance-samples', '3', '--binarise'];
    const settings = [...iwae, '--network', 'perceptron', '--schedule', 'staircase'].filter(
      (option) => !['--width', 'small'].includes(option),
    );
    expect(await train(1, [...settings, '--out', at('iwae one')])).toMatchObject({ code: 0 });
    expect(await train(2, [...settings, '--out', at('iwae two')])).toMatchObject({ code: 0 });
    expectSameCurve(await historyOf(at('iwae two')), await historyOf(at('iwae one')), PROCESSES_TOLERANCE);
  });

  it.each([
    ['square', [], []],
    ['upright', ['--height', '48'], []],
    ['square, from PCA', [], ['--linear-start', '0.4']],
  ])(
    'follows the app from the same seed, where nothing is drawn but weights, split and order: %s',
    async (shape, side, start) => {
      const plain = ['--no-mirror', '--shift', '0', '--crop', '0', '--colour', '0'];
      const settings = [...common, '--kind', 'ae', ...plain, ...start];
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

  it.each([
    ['a VAE', vae, 7],
    ['a VAE-GAN that is PCA as yet', vaeGan, 2],
    ['a VAE-GAN with its discriminator', vaeGan, 15],
  ])('continues after a signal as if nothing had happened: %s', async (what, settings, step) => {
    const args = [...settings, '--out', at(`${what} stopped`)];
    const stopped = await train(1, args, (out, kill) => out.includes(`step ${step}/`) && kill('SIGTERM'));
    expect(stopped.code).toBe(143);
    expect(stopped.out).toMatch(/Stopped at step \d+\. Continue with --resume\.\n$/);
    const anew = await train(1, args);
    expect([anew.code, anew.err]).toEqual([1, expect.stringMatching(/--resume, or discard it with --restart\.\n$/)]);
    expect(await train(1, [...args, '--resume'])).toMatchObject({ code: 0 });
    expect(await train(1, [...settings, '--out', at(`${what} whole`)])).toMatchObject({ code: 0 });
    expectSameCurve(await historyOf(at(`${what} stopped`)), await historyOf(at(`${what} whole`)), 1e-6);
  });

  it('keeps the weights of the best measurement, and stops waiting for a better one', async () => {
    const hopeless = ['--kind', 'ae', ...common, '--epochs', '40', '--patience', '3', '--learning-rate', '0.02'];
    expect(await train(1, [...hopeless, '--out', at('patient')])).toMatchObject({ code: 0 });
    const { history, scores, training } = await manifestOf(at('patient'));
    const errors: number[] = history.map((point: HistoryPoint) => point.validationMse);
    expect(errors.length).toBeLessThan(60);
    expect(training.steps).toBeLessThan(180);
    expect(errors.indexOf(Math.min(...errors))).toBe(errors.length - 4);
    expect(scores.validationMse / Math.min(...errors)).toBeCloseTo(1, 3);
  });

  it('has the settings of the app, with its defaults', async () => {
    const args = ['--kind', 'rae', '--out', at('defaults'), '--epochs', '0.05'];
    expect(await train(1, args)).toMatchObject({ code: 0 });
    const { training } = JSON.parse(await readFile(path.join(at('defaults'), 'model.json'), 'utf8'));
    const { imageSize: _, latentSize, ...rest } = DEFAULT_SETTINGS;
    expect(training).toMatchObject({ ...rest, ...DEFAULT_TUNING, epochs: 0.05, align: false });
    expect((await openModel(at('defaults'))).card.latentSize).toBe(latentSize);
  });

  it('has every option of the app, or says which command takes it', async () => {
    const options = (help: string) => [...help.matchAll(/^ +(?:-h, )?(--[a-z-]+)/gm)].map(([, option]) => option);
    const own = options((await cli('train', '--help')).out);
    const theirs = options((await train(1, ['--help'])).out);
    expect(own.length).toBeGreaterThan(30);
    const missing = own.filter((option) => !theirs.includes(option));
    expect(missing).toEqual(['--size', '--height', '--no-align', '--take', '--leave-out']);
    for (const option of missing) {
      const value = option.startsWith('--no-') ? [] : ['1'];
      const { code, err } = await train(1, ['--kind', 'ae', '--out', at('refused'), option, ...value]);
      expect([code, err]).toEqual([1, expect.stringContaining(`${option} decides the images: give it to`)]);
    }
  });

  it('has the presets of the app, for the images that they are of', async () => {
    const args = ['--kind', 'vae', '--preset', 'iwae-paper', '--epochs', '0.1', '--out', at('preset')];
    const refused = await train(1, args);
    expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/is for grey images of 28 pixels/)]);

    const [images, digits] = [at('grey images'), at('digits')];
    await writeImages(images, discs(40, 1, 28, 5));
    expect(await cli('prepare', images, '--out', digits, '--size', '28', '--no-align')).toMatchObject({ code: 0 });
    expect(await train(1, args, undefined, {}, digits)).toMatchObject({ code: 0 });
    const { imageSize: _, tuning, ...rest } = PRESETS['iwae-paper'];
    const { training, latentSize } = await manifestOf(at('preset'));
    expect({ ...training, latentSize }).toMatchObject({ ...rest, ...tuning, epochs: 0.1 });
  });

  it.each([
    [1, ['--kind', 'ae', '--latent', '1'], /^--latent must be from 2 to 512, not 1\.\n$/],
    [1, ['--kind', 'ae', '--adversarial', '0.5'], /^--adversarial does nothing with --kind ae\. Leave it out\.\n$/],
    [1, ['--kind', 'ae', '--no-whiten'], /^--no-whiten does nothing with --kind ae\. Leave it out\.\n$/],
    [1, [...vaeGan, '--likelihood', 'bernoulli'], /^A discriminator judges what a convolutional network draws/],
    [1, [...vaeGan, '--linear-start', '0.8'], /^A run that starts as PCA cannot/],
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
