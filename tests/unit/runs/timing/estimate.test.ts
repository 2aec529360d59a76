import { describe, expect, it } from 'vitest';
import type { PlannedRun } from '../../../../main/contract';
import { Estimates } from '../../../../main/engine/runs';
import { smallRun } from '../small-run';

const plan = (more: Partial<PlannedRun> = {}): PlannedRun => {
  const {
    images: _,
    out: __,
    name: ___,
    ...rest
  } = smallRun({ images: '-', out: '-', epochs: 100, batchSize: 8, ...more });
  return rest;
};

describe('an estimate of a run', () => {
  it('tells steps, time and memory, and twice the epochs take about twice as long without being tried again', async () => {
    const estimates = new Estimates();
    const once = await estimates.run(plan(), 80, 3);
    expect(once.steps).toBe(900); // of 80 images 8 are held out
    expect(once.seconds).toBeGreaterThan(0.05);
    expect(once.memoryBytes).toBeLessThan(once.freeBytes);
    const from = performance.now();
    const twice = await estimates.run(plan({ epochs: 200 }), 80, 3);
    expect(performance.now() - from).toBeLessThan(500);
    expect(twice.seconds! / once.seconds!).toBeGreaterThan(1.3);
    expect(twice.seconds! / once.seconds!).toBeLessThan(2.1);
  });

  it('of a run that cannot fit says so without trying it', async () => {
    const found = await new Estimates().run(
      plan({ imageSize: 256, batchSize: 1024, tuning: { width: 'large' } }),
      80,
      3,
    );
    expect(found.seconds).toBeNull();
    expect(found.memoryBytes).toBeGreaterThan(found.freeBytes);
  });

  it('counts steps against a discriminator as the longer ones they are', async () => {
    const estimates = new Estimates();
    const plain = await estimates.run(plan(), 80, 3);
    const gan = await estimates.run(plan({ tuning: { width: 'small', adversarial: 0.5 } }), 80, 3);
    expect(gan.seconds).toBeGreaterThan(1.2 * plain.seconds!);
  });

  it('of wrong settings is refused', async () => {
    await expect(new Estimates().run(plan({ latentSize: 0 }), 80, 3)).rejects.toMatchObject({ code: 'bad-settings' });
  });
});
