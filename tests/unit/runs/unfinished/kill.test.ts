/** kill -9 at fifty moments: each time the run continues, and ends with the weights it would have had. */
import { existsSync, watch } from 'node:fs';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { folderSource, restoreModel } from '../../../../main/engine/models';
import { checkpointFile, loadCheckpoint, runFolder } from '../../../../main/engine/runs/unfinished/checkpoint';
import { random } from '../../../../main/engine/maths/random';
import { sharedFolder } from '../../temporary';
import { blotches, ensureBuild, type Life, train } from '../lives';

const INTERVAL = 4;
/**
 * Some sixty processes, one after the other: a minute on two free cores, and ten times that where others compute. A
 * process that hangs is found out before (`Life`).
 */
const TIMEOUT = 900_000;
const SAME = ['encoder.onnx', 'decoder.onnx', 'codes.npy', 'film.json', 'film-codes.npy', 'film.webp'];

/** Each half of the kills. Averages, learned σ and warm-up in one; early stopping in the other. */
const RUNS = [
  { kind: 'vae', kills: 25, options: ['--likelihood', 'learned-sigma', '--warm-up', '0.5', '--epochs', '16'] },
  { kind: 'ae', kills: 25, options: ['--patience', '4', '--epochs', '400', '--learning-rate', '0.01'] },
];

const folder = sharedFolder();
let images: string;
beforeAll(async () => {
  await ensureBuild();
  images = await blotches(path.join(folder, 'images'), 12);
}, 120_000);

const settings = ['--size', '32', '--latent', '4', '--batch', '4', '--width', 'small', '--no-align'];
const start = (out: string, { kind, options }: (typeof RUNS)[number], ...more: string[]) =>
  train([
    images,
    '--kind',
    kind,
    '--out',
    out,
    ...settings,
    ...options,
    '--checkpoint-steps',
    String(INTERVAL),
    ...more,
  ]);

/** Kills at a seeded moment of one of the phases of a run. What is over before stays over. */
const MOMENTS: Record<string, (life: Life, out: string, uniform: () => number) => Promise<void>> = {
  'at any time': async (_, __, uniform) => void (await sleep(1500 * uniform())),
  'while images are read': async (life, _, uniform) => {
    await life.until('preparing');
    await sleep(20 * uniform());
  },
  'while it learns': async (life, _, uniform) => {
    await life.until('progress');
    await sleep(200 * uniform());
  },
  'while a checkpoint is written': async (life, out, uniform) => {
    await life.until('started');
    const aborter = new AbortController();
    const writing = new Promise<void>((resolve) => {
      watch(runFolder(out), { signal: aborter.signal }, (_, name) => name === 'checkpoint.new' && resolve());
    });
    await Promise.race([writing.then(() => sleep(2 * uniform())), life.ended]);
    aborter.abort();
  },
  'while the model is saved': async (life, _, uniform) => {
    const saving = new Promise<void>((resolve) =>
      life.onEvent((event) => event.event === 'state' && event.state === 'saving' && resolve()),
    );
    await Promise.race([saving.then(() => sleep(120 * uniform())), life.ended]);
  },
};

describe.concurrent('a training process that is killed again and again', () => {
  test.each(RUNS)('$kind: continues, and ends with the same weights', { timeout: TIMEOUT }, async (run) => {
    const { uniform, integer } = random(11, run.kind);
    const place = (name: string) => path.join(folder, `${run.kind}-${name}`);
    const [older, whole] = [place('older'), place('whole')];
    expect(await start(older, run, '--seed', '9').ended).toMatchObject({ code: 0 });
    expect(await start(whole, run).ended).toMatchObject({ code: 0 });

    const landed: Record<string, number> = {};
    let finished = 0;
    for (let killed = 0; killed < run.kills;) {
      const out = place(`killed-${finished}`);
      // There is a model already: it has to be there all the time, until the new one is.
      await cp(older, out, { recursive: true });
      let seen = 0;
      for (let first = true; ; first = false) {
        // What is kept when it is killed before it has read its arguments is nothing; the same command begins it then.
        const life = start(out, run, ...(first ? ['--restart'] : ['--resume']));
        const names = Object.keys(MOMENTS);
        const name = killed < run.kills ? names[(killed + integer(2)) % names.length] : null;
        if (name) {
          await MOMENTS[name](life, out, uniform);
          if (life.process.kill('SIGKILL')) landed[name] = (landed[name] ?? 0) + 1;
        }
        const { code, signal } = await life.ended;
        const began = life.find('started')?.step;
        if (began !== undefined) {
          expect(began % INTERVAL).toBe(0);
          expect(seen - began, 'steps lost').toBeLessThanOrEqual(INTERVAL);
        }
        seen = Math.max(began ?? 0, life.find('progress')?.step ?? seen);
        await restoreModel(out);
        await expectWhole(out);
        if (signal === 'SIGKILL') killed++;
        else expect([code, life.errors, existsSync(runFolder(out))]).toEqual([0, '', false]);
        // Done: of its own accord, or killed when everything was in place.
        if (!existsSync(runFolder(out)) && (signal === null || (await isSame(out, whole)))) break;
      }
      finished++;
      for (const file of SAME) {
        const [expected, actual] = await Promise.all([whole, out].map((model) => readFile(path.join(model, file))));
        expect(actual.equals(expected), `${file} of run ${finished}`).toBe(true);
      }
      expect(await learned(out)).toEqual(await learned(whole));
      expect((await readdir(folder)).filter((each) => each.startsWith(`${path.basename(out)}.`))).toEqual([]);
    }
    console.log(`${run.kind}: ${run.kills} kills in ${finished} runs,`, landed);
  });
});

/** Every file of the model is one that was saved with it. */
async function expectWhole(model: string): Promise<void> {
  const source = await folderSource(model);
  for (const name of Object.keys(source.manifest.files)) await source.read(name);
}

async function isSame(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([a, b].map((model) => readFile(path.join(model, 'decoder.onnx'))));
  return one.equals(other);
}

/** What `model.json` says was learned, without what the clock said. */
async function learned(model: string) {
  const { history, scores, training } = (await folderSource(model)).manifest;
  return { history, scores, steps: training.steps };
}

test.each([
  ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 100)],
  ['cut in its header', (bytes: Buffer) => bytes.subarray(0, 40)],
  ['something else', () => Buffer.from('these are notes, and long enough for a header')],
])('a checkpoint that is %s is refused with a sentence', { timeout: TIMEOUT }, async (_, damage) => {
  const out = path.join(folder, 'damaged');
  await rm(runFolder(out), { recursive: true, force: true });
  const life = start(out, RUNS[0], '--epochs', '100000', '--restart');
  while (!existsSync(checkpointFile(out)) && life.process.exitCode === null) await sleep(20);
  life.process.kill('SIGKILL');
  await life.ended;
  expect((await loadCheckpoint(out))!.step % INTERVAL).toBe(0);
  await writeFile(checkpointFile(out), damage(await readFile(checkpointFile(out))));
  const again = start(out, RUNS[0], '--epochs', '100000', '--resume');
  expect((await again.ended).code).toBe(1);
  expect(again.errors).toContain('is damaged or from another version. Discard that run and train again.');
});
