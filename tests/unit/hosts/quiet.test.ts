import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { root } from '../../../scripts/root.mjs';
import { ensureBuild } from '../../../scripts/setup.mjs';
import { smallRun } from '../runs/small-run';
import { blotches } from '../runs/lives';
import { temporaryFolder } from '../temporary';
import { connectTo } from './engine-client';
import { silent } from './silent';
import { leaks, watched, whyNotWatched } from './watch';

/** onnxruntime's telemetry makes its file at once, and looks up its makers' machine 20 to 25 seconds later. */
const LONG_ENOUGH = 30_000;

/** Everything the app may write to: a home of its own, temporary files, and the models people name. */
async function places() {
  const folder = await temporaryFolder();
  const [user, home, temporary, work] = ['user', 'home', 'tmp', 'work'].map((name) => join(folder, name));
  for (const each of [user, temporary, work]) await mkdir(each);
  const { npm_lifecycle_event: _, XDG_CACHE_HOME: __, ...rest } = process.env;
  const env = { ...rest, HOME: user, TMPDIR: temporary, LATENTSCAPE_HOME: home, ORT_DISABLE_TELEMETRY: '' };
  return { folder, user, work, record: join(folder, 'record'), own: [home, temporary, work], env };
}

/** Everything a program prints, as it comes. */
function output(program: ChildProcess): { text: string } {
  const said = { text: '' };
  for (const stream of [program.stdout!, program.stderr!]) stream.on('data', (data) => (said.text += String(data)));
  return said;
}

async function interrupt(program: ChildProcess): Promise<void> {
  process.kill(-program.pid!, 'SIGINT');
  await once(program, 'exit');
}

/** The app without its page: it opens a model, tries the graphics card, trains and scores. */
async function app(began: number): Promise<void> {
  const { env, work, user, record, own } = await places();
  const images = await blotches(join(work, 'images'), 16);
  const host = watched(
    record,
    [process.execPath, join(root, 'scripts/start.mjs'), '--host', 'browser', '--no-open'],
    env,
  );
  const said = output(host);
  const address = /http:\/\/127\.0\.0\.1:\d+\/[\w-]+\/\?token=[\w-]+/;
  await expect.poll(() => said.text, { timeout: 60_000 }).toMatch(address);

  let trained!: () => void;
  const training = new Promise<void>((resolve) => (trained = resolve));
  const engine = await connectTo(address.exec(said.text)![0], {
    ...silent,
    onTraining: (_, event) => event.event === 'done' && trained(),
  });
  const bundled = (await engine.listModels()).find(({ origin }) => origin === 'bundled')!;
  const { id, card } = await engine.openModel(bundled.path);
  await engine.decode(id, new Float32Array(card.latentSize));
  await engine.graphicsCard();
  await engine.startTraining(smallRun({ images, out: join(work, 'model') }));
  await engine.score(id, images);
  await training;
  await sleep(Math.max(0, LONG_ENOUGH - (performance.now() - began)));
  engine.close();
  await interrupt(host);

  expect(await leaks(record, own)).toEqual([]);
  expect(await readdir(user)).toEqual([]);
}

/** A training from the terminal, with as many epochs as last until telemetry would speak. */
async function commandLine(): Promise<void> {
  const { env, work, user, record, own } = await places();
  const images = await blotches(join(work, 'images'), 200);
  const settings = ['--kind', 'vae', '--size', '32', '--latent', '4', '--width', 'small', '--epochs', '5000'];
  const command = [join(root, 'dist/main/cli.js'), 'train', images, '--out', join(work, 'model'), ...settings];
  const train = watched(record, [process.execPath, ...command, '--no-align'], env);
  const said = output(train);
  await sleep(LONG_ENOUGH);
  expect(train.exitCode, said.text).toBeNull();
  await interrupt(train);

  expect(await leaks(record, own)).toEqual([]);
  expect(await readdir(user)).toEqual([]);
}

it.skipIf(whyNotWatched)(
  'nothing leaves the machine, and nothing is left outside the app’s folders, by its window or its command line',
  async () => {
    await ensureBuild();
    await Promise.all([app(performance.now()), commandLine()]);
  },
  180_000,
);
