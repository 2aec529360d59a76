/** What a run says it needs, and that it does not need more the longer it runs. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { TrainingSettings } from '../../../../main/contract';
import { refuseIfTooLarge } from '../../../../main/engine/runs/memory/estimate';
import { resolveSettings } from '../../../../main/engine/runs/settings/settings';
import { sharedFolder } from '../../temporary';
import { blotches, ensureBuild, type Life, train } from '../lives';

const folder = sharedFolder();
let images: string;
beforeAll(async () => {
  await ensureBuild();
  images = await blotches(path.join(folder, 'images'), 64);
}, 120_000);

const hasProc = process.platform === 'linux';
const without = hasProc ? '' : ' (skipped: only Linux tells the peak of another process)';

/** A line of /proc/…/status in bytes; null when the process has ended. */
async function status(life: Life, line: 'VmHWM' | 'VmRSS'): Promise<number | null> {
  const text = await readFile(`/proc/${life.process.pid}/status`, 'utf8').catch(() => '');
  const found = new RegExp(`^${line}:\\s+(\\d+) kB`, 'm').exec(text);
  return found && 1024 * Number(found[1]);
}

// Within a third: memory depends on the allocator, on the kernels of the processor and on when garbage is collected.
test.skipIf(!hasProc).each([
  { size: 32, batch: 16, width: 'standard' },
  { size: 64, batch: 15, width: 'small' },
  { size: 64, batch: 16, width: 'small', 'residual-blocks': 1 },
  { size: 128, batch: 8, width: 'small' },
  { size: 64, batch: 16, width: 'small', 'importance-samples': 10 },
  { size: 64, batch: 16, network: 'perceptron', 'importance-samples': 20 },
])(`of a run is estimated before it starts: %j${without}`, { timeout: 120_000 }, async (own) => {
  const out = path.join(folder, `peak-${Object.values(own).join('-')}`);
  const options = { ...own, epochs: (4 * own.batch) / 57, 'checkpoint-steps': 2 };
  const life = train([
    images,
    '--kind',
    'vae',
    '--out',
    out,
    '--no-align',
    ...Object.entries(options).flatMap(([k, v]) => [`--${k}`, String(v)]),
  ]);
  let peak = 0;
  const timer = setInterval(() => void status(life, 'VmHWM').then((now) => (peak = Math.max(peak, now ?? 0))), 20);
  expect((await life.ended).code).toBe(0);
  clearInterval(timer);
  const ratio = life.find('started')!.memoryBytes / peak;
  expect(ratio).toBeGreaterThan(0.67);
  expect(ratio).toBeLessThan(1.5);
});

test.skipIf(!hasProc)(`stays the same over a long run${without}`, { timeout: 120_000 }, async () => {
  const settings =
    '--kind vae --size 32 --latent 4 --batch 16 --width small --no-align --epochs 1000 --checkpoint-steps 10';
  const life = train([images, '--out', path.join(folder, 'long'), ...settings.split(' ')]);
  const measured: { step: number; bytes: number }[] = [];
  life.onEvent((event) => {
    if (event.event !== 'progress') return;
    void status(life, 'VmRSS').then((bytes) => bytes && measured.push({ step: event.step, bytes }));
    if (event.step > 290) life.process.kill('SIGKILL');
  });
  await life.ended;
  const mean = (from: number, to: number) => {
    const within = measured.filter(({ step }) => step >= from && step < to).map(({ bytes }) => bytes);
    return within.reduce((a, b) => a + b, 0) / within.length;
  };
  // 140 steps lie between the two, with 14 checkpoints and as many measurements: a leak of one batch a step would be 28 MB.
  expect(mean(250, 290) - mean(110, 150)).toBeLessThan(14e6);
});

test.each<[string, Partial<TrainingSettings>]>([
  ['the largest of everything', { tuning: { width: 'large', residualBlocks: 4 } }],
  ['many importance samples', { batchSize: 64, tuning: { importanceSamples: 1000 } }],
  ['a perceptron with many', { batchSize: 64, tuning: { network: 'perceptron', importanceSamples: 1000 } }],
])('that cannot be had is refused before any work: %s', async (_, more) => {
  const settings = resolveSettings({
    kind: 'vae',
    images: 'images',
    out: 'out',
    name: 'm',
    imageSize: 256,
    latentSize: 512,
    epochs: 1,
    batchSize: 1024,
    beta: 1,
    learningRate: 1e-3,
    seed: 1,
    align: false,
    ...more,
  });
  await expect(refuseIfTooLarge(settings, 100_000)).rejects.toThrow(
    /^This run needs about \d+\.\d GB of memory and \d+\.\d GB are free\. Use a smaller batch/,
  );
});
