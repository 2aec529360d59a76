/** Memory that really runs out, where this system lets us make a control group with little of it. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { TrainingEvent } from '../../../../main/contract';
import type * as runs from '../../../../main/engine/runs/processes/runs';
import { checkpointFile, loadCheckpoint } from '../../../../main/engine/runs/unfinished/checkpoint';
import { root } from '../../../../scripts/root.mjs';
import { sharedFolder } from '../../temporary';
import { blotches, ensureBuild, train } from '../lives';
import { smallRun } from '../small-run';

/** A run needs some 200 MB; the rest is for the program that takes it all. */
const LIMIT = 700e6;

/** The folder of a new control group with `LIMIT`; null where none can be made. */
function memoryGroup(): string | null {
  for (const [parent, limit] of [
    ['/sys/fs/cgroup/memory', 'memory.limit_in_bytes'],
    ['/sys/fs/cgroup', 'memory.max'],
  ]) {
    const group = path.join(parent, `latentscape-test-${process.pid}`);
    try {
      mkdirSync(group);
    } catch {
      continue;
    }
    try {
      writeFileSync(path.join(group, limit), String(LIMIT));
      if (existsSync(path.join(group, 'memory.swap.max'))) writeFileSync(path.join(group, 'memory.swap.max'), '0');
      return group;
    } catch {
      rmdirSync(group);
    }
  }
  return null;
}

const folder = sharedFolder();
let images: string;
let group: string | null = null;
beforeAll(async () => {
  await ensureBuild();
  images = await blotches(path.join(folder, 'images'), 12);
  group = memoryGroup();
}, 120_000);
afterAll(async () => {
  // Empty a moment after its last process has ended.
  if (group) await vi.waitFor(() => rmdirSync(group!), 5000);
});
beforeEach((context) => context.skip(group === null, 'no control group can be made here'));

/** Puts a process in the group. */
const join = (pid: number) => writeFileSync(path.join(group!, 'cgroup.procs'), String(pid));

/** A program in the group that takes more and more memory. */
function hog() {
  const more = 'const taken = []; setInterval(() => taken.push(Buffer.alloc(2e7, 1)), 20)';
  const child = spawn(process.execPath, ['-e', more], { stdio: 'ignore' });
  join(child.pid!);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(stop);
  return stop;
}

const settings = '--kind vae --size 32 --latent 4 --batch 4 --width small --no-align --checkpoint-steps 20'.split(' ');

test('a run that the kernel ends continues to the same weights', { timeout: 240_000 }, async () => {
  const start = (out: string, ...more: string[]) => train([images, '--out', out, ...settings, ...more]);
  const [whole, killed] = [path.join(folder, 'whole'), path.join(folder, 'killed')];
  const epochs = ['--epochs', '200'];
  const life = start(killed, ...epochs);
  join(life.process.pid!);
  writeFileSync(`/proc/${life.process.pid}/oom_score_adj`, '1000'); // this one, and not the other
  while (!existsSync(checkpointFile(killed))) await sleep(20);
  const stop = hog();
  const { signal } = await life.ended;
  await stop();
  expect(signal).toBe('SIGKILL');

  const { step } = (await loadCheckpoint(killed))!;
  const again = start(killed, '--resume');
  expect(await again.ended).toMatchObject({ code: 0 });
  expect(again.find('started')!.step).toBe(step);
  expect(life.find('progress')!.step - step).toBeLessThanOrEqual(20);
  expect(await start(whole, ...epochs).ended).toMatchObject({ code: 0 });
  for (const file of ['encoder.onnx', 'decoder.onnx', 'codes.npy']) {
    const [expected, actual] = await Promise.all([whole, killed].map((model) => readFile(path.join(model, file))));
    expect(actual.equals(expected), file).toBe(true);
  }
});

test('the engine says what happened, what is saved, and lives on', { timeout: 120_000 }, async () => {
  // The compiled one: it starts the process that trains.
  const compiled = pathToFileURL(path.join(root, 'dist/main/engine/runs/processes/runs.js')).href;
  const { Runs } = (await import(/* @vite-ignore */ compiled)) as typeof runs;
  const events: TrainingEvent[] = [];
  const engine = new Runs({ library: folder, emit: (_, event) => void events.push(event) });
  const out = path.join(folder, 'in the engine');
  onTestFinished(() => engine.dispose());
  const before = await children();
  await engine.start(smallRun({ images, out, name: 'm', epochs: 100_000, tuning: { checkpointSteps: 20 } }));
  for (const pid of await children()) if (!before.includes(pid)) join(pid);
  while (!existsSync(checkpointFile(out))) await sleep(20);
  const stop = hog();
  while (engine.snapshots()[0].state !== 'failed') await sleep(20);
  await stop();
  const { step } = (await loadCheckpoint(out))!;
  expect(engine.snapshots()[0].failure).toMatchObject({
    key: 'no-memory.run-killed',
    code: 'no-memory',
    message:
      'Memory ran out, and the system ended the training process. ' +
      `Everything up to step ${step} is saved, and the run can be resumed.`,
  });
  expect(events.at(-1)).toMatchObject({ event: 'failed', code: 'no-memory' });
  await engine.continue(out);
  while (events.at(-1)?.event !== 'progress') await sleep(20);
  expect(events.findLast((event) => event.event === 'started')).toMatchObject({ step });
});

/** Processes that this one has started. */
async function children(): Promise<number[]> {
  const threads = await readdir('/proc/self/task');
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/self/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  return lists.join(' ').trim().split(/\s+/).filter(Boolean).map(Number);
}
