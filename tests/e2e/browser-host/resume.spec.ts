import type { Page } from '@playwright/test';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { blotches } from '../../unit/runs/lives';
import { expect, test } from '../app';
import { allGone, type StartedApp } from '../start';
import { browseTo, flying, openPanel } from '../window/window';

/** Starts a run by clicking, and waits until something of it is saved. */
async function train(page: Page, home: string, name: string): Promise<void> {
  const images = await blotches(join(home, 'images'), 24);
  await flying(page);
  await openPanel(page, 'training');
  await page.getByTestId('choose-folder').click();
  await browseTo(page, images);
  await page.getByTestId('browser-use').click();
  await page.getByTestId('kind-rae').click();
  await page.getByTestId('run-name').fill(name);
  await page.getByTestId('training-details').getByRole('button').first().click();
  await page.getByTestId('setting-imageSize').selectOption('32');
  await page.getByTestId('setting-latentSize').fill('8');
  await page.getByTestId('setting-epochs').fill('120');
  await page.getByTestId('setting-batchSize').fill('8');
  await page.getByTestId('start-training').click();
  await expect
    .poll(() => existsSync(join(home, 'models', `${name}.training`, 'checkpoint')), { timeout: 90_000 })
    .toBe(true);
}

const trainer = (app: StartedApp): number => app.process('engine/runs/processes/process.js');

test('a run whose process is killed goes on by clicking, and so does its curve', async ({ start, open, home }) => {
  const app = start(['--host', 'browser', '--no-open']);
  const page = await open(await app.address());
  await train(page, home, 'Killed');
  process.kill(trainer(app), 'SIGKILL');

  const run = page.getByTestId('run');
  await expect(run).toHaveAttribute('data-state', 'failed');
  await expect(page.getByTestId('run-failure')).toContainText('is saved');
  await expect(page.getByTestId('unfinished-run')).toHaveAttribute('data-step', '200');
  await page.screenshot({ path: test.info().outputPath('failed.png') });
  await page.getByTestId('resume-unfinished').click();
  await expect(run).not.toHaveAttribute('data-state', 'failed');
  // The curve of before is there from the start.
  await expect(page.getByTestId('curve-loss')).toHaveAttribute('data-points', /^[1-9]/);
  await expect(run).toHaveAttribute('data-state', 'done', { timeout: 120_000 });
  await expect(page.getByTestId('unfinished-run')).toHaveCount(0);
  expect(await readdir(join(home, 'models'))).toEqual(['Killed']);
});

test('a run that hangs can be cancelled all the same', async ({ start, open, home }) => {
  const app = start(['--host', 'browser', '--no-open']);
  const page = await open(await app.address());
  await train(page, home, 'Hung');
  // as a driver that never comes back does: no message reaches the process any more
  process.kill(trainer(app), 'SIGSTOP');
  await page.getByTestId('cancel').click();
  await page.getByTestId('confirm-cancel').click();
  await expect(page.getByTestId('run')).toHaveAttribute('data-state', 'cancelled', { timeout: 30_000 });
  await expect(page.getByTestId('unfinished-run')).toHaveCount(0);
  expect(await readdir(join(home, 'models'))).toEqual([]);
});

test('a run that loses its engine is listed, and can be discarded', async ({ start, open, home }) => {
  const app = start(['--host', 'browser', '--no-open']);
  const page = await open(await app.address());
  await train(page, home, 'Orphan');
  const child = trainer(app);
  process.kill(app.process('engine/process.js'), 'SIGKILL');
  await allGone([child]);

  await expect(page.getByTestId('unfinished-run')).toContainText('Orphan', { timeout: 60_000 });
  await expect(page.getByTestId('resume-unfinished')).toBeEnabled();
  await page.screenshot({ path: test.info().outputPath('listed.png') });
  await page.getByTestId('discard-unfinished').click();
  await page.getByTestId('confirm-discard').click();
  await expect(page.getByTestId('unfinished')).toHaveCount(0);
  expect(await readdir(join(home, 'models'))).toEqual([]);
});

for (const victim of ['npm', 'scripts/start.mjs'] as const) {
  test(`kill -9 of ${victim} leaves no process behind, and the run can be resumed`, async ({ start, open, home }) => {
    const app = start(['--host', 'browser', '--no-open']);
    const page = await open(await app.address());
    await train(page, home, 'Left');
    const pids = app.descendants().map(({ pid }) => pid);
    expect(pids).toContain(trainer(app));
    await page.close();
    process.kill(victim === 'npm' ? app.npm.pid! : app.process(victim), 'SIGKILL');
    await allGone(pids);
    expect(existsSync(join(home, 'models', 'Left.training', 'run.json'))).toBe(true);
  });
}
