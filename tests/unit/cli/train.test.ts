import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openModel } from '../../../main/engine/models';
import { temporaryFolder } from '../temporary';
import { cli } from './terminal';

let images: string;
let out: string;
beforeAll(async () => {
  images = path.join(await mkdtemp(path.join(os.tmpdir(), 'latentscape-test-')), 'dots');
  await mkdir(images);
  for (let i = 0; i < 24; i++) {
    const [x, y] = [8 + (i % 5) * 4, 8 + (i % 3) * 8];
    const pixels = Array.from({ length: 32 * 32 }, (_, k) =>
      Math.hypot((k % 32) - x, Math.floor(k / 32) - y) < 6 ? [255, 255, 255] : [9 * i, 40, 90],
    );
    await sharp(Uint8Array.from(pixels.flat()), { raw: { width: 32, height: 32, channels: 3 } })
      .png()
      .toFile(path.join(images, `${i}.png`));
  }
  await writeFile(path.join(images, 'broken.png'), 'x');
}, 60_000);
afterAll(() => rm(path.dirname(images), { recursive: true }));
beforeEach(async () => {
  out = path.join(await temporaryFolder(), 'model');
});
const settings = ['--size', '32', '--latent', '4', '--batch', '8', '--no-align'];

it('trains, tells every step of the way, and ends with what came of it', { timeout: 60_000 }, async () => {
  const args = [
    'train',
    images,
    '--kind',
    'vae',
    '--out',
    out,
    ...settings,
    '--epochs',
    '4',
    '--name',
    'Dots',
    '--json',
  ];
  const { code, err, events } = await cli(...args);
  expect([code, err]).toEqual([0, '']);
  const names = events.map(({ event }) => event);
  expect(names).toEqual(expect.arrayContaining(['preparing', 'skipped', 'started', 'progress', 'state', 'done']));
  expect(names).not.toContain('pictures');
  expect(events).toContainEqual({
    event: 'skipped',
    file: 'broken.png',
    reason: 'it is not an image, or its beginning is damaged',
  });
  expect(events.at(-1)).toEqual({
    event: 'done',
    model: out,
    steps: 11,
    seconds: expect.any(Number),
    imagesPerSecond: expect.any(Number),
    loss: expect.any(Number),
    validationMse: expect.any(Number),
  });
  const model = await openModel(out);
  expect(model.card).toMatchObject({ name: 'Dots', kind: 'vae', latentSize: 4, imageSize: 32, canEncode: true });
  const info = await cli('info', out, '--json');
  expect(info.events[0].facts).toMatchObject({ data: 'dots', seed: 1, steps: 11, leftOut: 1 });

  const again = await cli('train', images, '--kind', 'ae', '--out', out, ...settings, '--epochs', '1');
  expect(again).toMatchObject({ code: 0 });
  expect(again.out).toMatch(/^Wrote .*model: 3 steps in .*, .* images\/s, validation MSE [\d.e-]+\.\n$/);
  expect((await openModel(out)).card.kind).toBe('ae');
});

it('takes a finished run for finished, unless it was on other images', { timeout: 60_000 }, async () => {
  const folder = path.join(path.dirname(out), 'few');
  await mkdir(folder);
  for (let i = 0; i < 8; i++) await copyFile(path.join(images, `${i}.png`), path.join(folder, `${i}.png`));
  const args = ['train', folder, '--kind', 'ae', '--out', out, ...settings, '--epochs', '1', '--resume'];
  expect(await cli(...args)).toMatchObject({ code: 0, out: expect.stringContaining('Wrote') });
  const again = await cli(...args);
  expect(again).toMatchObject({ code: 0, err: expect.stringContaining('there is nothing to resume') });

  // of another size in the place of each: whichever was held out, it was trained on others
  const files = Array.from({ length: 8 }, (_, i) => path.join(folder, `${i}.png`));
  for (const file of files) await copyFile(path.join(images, '20.png'), file);
  const anew = await cli(...args);
  expect(anew).toMatchObject({ code: 0, err: expect.stringContaining('There is no unfinished run') });
  expect(anew.out).toContain('Wrote');

  await rm(files[0]);
  expect((await cli(...args)).err).toContain('There is no unfinished run');
});

/** The command line as a process of its own, which signals can reach. */
function start(...args: string[]) {
  const tsx = pathToFileURL(path.resolve('node_modules/tsx/dist/esm/index.mjs')).href;
  const child = spawn(process.execPath, ['--import', tsx, 'main/cli.ts', ...args]);
  let lines: { event: string; step?: number; loss?: number }[] = [];
  let rest = '';
  const ended = new Promise<{ code: number | null; lines: typeof lines }>((resolve) =>
    child.once('close', (code) => resolve({ code, lines })),
  );
  const until = (event: string) =>
    new Promise<void>((resolve) => {
      child.stdout.on('data', () => lines.some((line) => line.event === event) && resolve());
    });
  child.stdout.on('data', (chunk) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop()!;
    lines = [...lines, ...parts.map((part) => JSON.parse(part))];
  });
  return { child, until, ended };
}

it('stops at Ctrl-C and keeps what it has learned, even if the signal comes twice', { timeout: 60_000 }, async () => {
  const run = start('train', images, '--kind', 'ae', '--out', out, ...settings, '--epochs', '100000', '--json');
  await run.until('progress');
  run.child.kill('SIGINT');
  run.child.kill('SIGINT'); // npm passes on what the terminal has sent already
  const { code, lines } = await run.ended;
  expect(code).toBe(130);
  // no measurement is due before the signal: the loss is that of the steps so far
  expect(lines.at(-1)!.event).toBe('done');
  expect(lines.at(-1)!.loss).toBeGreaterThan(0);
  expect((await openModel(out)).card.kind).toBe('ae');
});

it('keeps nothing at Ctrl-C when nothing has been learned yet', { timeout: 60_000 }, async () => {
  const run = start(
    'train',
    images,
    '--kind',
    'ae',
    '--out',
    out,
    '--size',
    '128',
    '--batch',
    '256',
    '--no-align',
    '--epochs',
    '1e5',
    '--json',
  );
  await run.until('preparing');
  run.child.kill('SIGINT');
  const { code, lines } = await run.ended;
  expect(code).toBe(130);
  expect(lines.at(-1)).toEqual({ event: 'failed', code: 'cancelled', message: 'Cancelled: nothing was kept.' });
  expect(existsSync(out)).toBe(false);
  expect(await readdir(path.dirname(out))).toEqual([]);
});

/** Grey images of 28×28, in a new folder. */
async function drawDigits(folder: string, count: number): Promise<void> {
  await mkdir(folder);
  for (let i = 0; i < count; i++) {
    const grey = Buffer.from(Uint8Array.from({ length: 784 }, (_, k) => (k * (i + 3)) % 256));
    await sharp(grey, { raw: { width: 28, height: 28, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toFile(path.join(folder, `${i}.png`));
  }
}

describe('the settings of a paper', () => {
  const args = (folder: string) => ['train', folder, '--kind', 'vae', '--out', out, '--preset', 'iwae-paper', '--json'];

  it('are kept where the command line says nothing else', { timeout: 60_000 }, async () => {
    const digits = path.join(path.dirname(out), 'digits');
    await drawDigits(digits, 24);
    const { code } = await cli(...args(digits), '--epochs', '1', '--latent', '7', '--importance-samples', '3');
    expect(code).toBe(0);
    const model = await openModel(out);
    expect(model.card).toMatchObject({ imageSize: 28, latentSize: 7 });
    const facts = JSON.parse(await readFile(path.join(out, 'model.json'), 'utf8')) as { training: object };
    expect(facts.training).toMatchObject({
      network: 'perceptron',
      batchSize: 20,
      epochs: 1,
      schedule: 'staircase',
      binarise: true,
      importanceSamples: 3,
      align: false,
      motif: 'digits',
    });
    expect(model.card.motif).toBe('digits');
    await model.release();
  });

  it('are measured on test images: it says how, and where there are none', { timeout: 60_000 }, async () => {
    const parent = path.dirname(out);
    const digits = path.join(parent, 'train');
    await drawDigits(digits, 8);
    const few = [...args(digits).filter((word) => word !== '--json'), '--epochs', '1'];
    expect((await cli(...few)).err).toContain(`There is no folder "test" beside ${digits}.`);
    await mkdir(path.join(parent, 'test'));
    const { err } = await cli(...few);
    expect(err).toContain(`score ${out} ${path.join(parent, 'test')} --iwae 5000`);
  });

  it('are refused for other images, before anything is read', async () => {
    const { code, events } = await cli(...args(images));
    expect(code).not.toBe(0);
    expect((events.at(-1) as { message: string }).message).toMatch(/"iwae-paper" is for grey images of 28×28/);
    expect(existsSync(out)).toBe(false);
  });
});
