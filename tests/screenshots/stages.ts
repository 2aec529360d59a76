/** Every picture of README and guide: its name, and how the window gets there. */
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { writeFaces } from '../../main/engine/images/synthetic/write';
import { expect } from '../e2e/app';
import { browseTo, openPanel, settled } from '../e2e/window/window';
import { hold, openModel, rest } from './shot';

export type Stage = (page: Page, home: string) => Promise<void>;

export const SHOTS: Record<string, Stage> = {
  async flying(page) {
    await hold(page, 'w', 500);
  },

  async models(page) {
    const panel = await openPanel(page, 'models');
    await panel.getByTestId('model-details').getByRole('button').first().click();
  },

  async training(page, home) {
    const images = join(home, 'faces');
    await writeFaces(images, { count: 600, seed: 1, size: 64 });
    await openPanel(page, 'training');
    await page.getByTestId('choose-folder').click();
    await browseTo(page, images);
    await page.getByTestId('browser-use').click();
    await expect(page.getByTestId('image-count')).toHaveAttribute('data-count', '600');
    // Small images, for pictures of something soon.
    await page.getByTestId('training-details').getByRole('button').first().click();
    await page.getByTestId('setting-imageSize').selectOption('32');
    await page.getByTestId('setting-latentSize').fill('16');
    await page.getByTestId('setting-beta').fill('0.3');
    // once all images have been looked through
    await expect(page.getByTestId('start-training')).toBeEnabled({ timeout: 150_000 });
    await page.getByTestId('start-training').click();
    const epoch = page.getByTestId('run-numbers').locator('dd').first();
    await expect(epoch).toHaveText(/^(1[2-9]|[2-9]\d)/, { timeout: 300_000 });
  },

  async frames(page) {
    const panel = await openPanel(page, 'frames');
    await expect(panel.getByTestId('strip-0')).toBeVisible();
  },

  async faces(page) {
    await openPanel(page, 'faces');
    for (const numbers of ['1-60', '200-250']) {
      await page.getByTestId('face-search').fill(numbers);
      await page.getByTestId('select-found').click();
      await page.getByTestId('group-create').click();
    }
    await page.getByTestId('face-search').fill('');
    await expect(page.getByTestId('face-group')).toHaveCount(2);
  },

  async lattice(page) {
    await hold(page, 'w', 1200);
    await page.getByTestId('lattice-toggle').click();
    await rest(page, 6000);
  },

  async posterior(page) {
    await page.getByTestId('nearest').getByRole('button').click();
    await settled(page);
    const panel = await openPanel(page, 'posterior');
    await expect(panel.getByTestId('overlaps')).toBeVisible();
  },

  async paths(page) {
    // Two faces that differ, from the middle of the cloud.
    for (const [i, face] of [1, 8].entries()) {
      await openPanel(page, 'faces');
      await page.getByTestId('face-list').getByRole('button').nth(face).click();
      await rest(page);
      await settled(page);
      await openPanel(page, 'paths');
      await page.getByTestId('add-face').click();
      await expect(page.getByTestId('stops')).toHaveAttribute('data-count', String(i + 1));
    }
    const panel = page.getByTestId('paths-panel');
    await expect(panel.getByTestId('path-spherical')).toHaveAttribute('data-image-length', /\d/);
    await panel.getByTestId('find-geodesic').click();
    await expect(panel.getByTestId('path-geodesic')).toHaveAttribute('data-image-length', /\d/, { timeout: 180_000 });
    await page.keyboard.press('h');
  },

  async scores(page) {
    // An AE, whose draws from the prior are noise until a mixture is fitted.
    await openModel(page, 'portraits-ae');
    const panel = await openPanel(page, 'scores');
    await panel.getByTestId('fit-mixture').click();
    await expect(panel.getByTestId('mixture-samples')).toBeVisible();
  },

  async theory(page) {
    await openPanel(page, 'theory');
    await page.getByTestId('theory-bound').scrollIntoViewIfNeeded();
    await expect(page.getByTestId('theory-bound')).toHaveAttribute('aria-busy', 'false');
  },

  async beta(page) {
    await openPanel(page, 'theory');
    await page.getByTestId('beta-slider').evaluate((slider) => slider.scrollIntoView({ block: 'start' }));
  },

  async twin(page) {
    await openPanel(page, 'compare');
    await page.getByTestId('tour').click();
    await page.getByTestId('tour-skip').click();
    await page.getByTestId('fly-out').click();
    await expect(page.getByTestId('twin-face')).toHaveAttribute('data-state', 'live');
    await expect(page.getByTestId('twin-hole-meter')).toHaveAttribute('data-state', 'hole', { timeout: 120_000 });
  },

  async holes(page) {
    await openPanel(page, 'compare');
    await page.getByTestId('holes-toggle').click();
    await expect(page.getByTestId('holes-model')).toHaveAttribute('data-side', '17', { timeout: 180_000 });
  },

  async film(page) {
    const panel = await openPanel(page, 'models');
    await panel.getByTestId('watch-film').first().click();
    const other = page.getByTestId('film-beside').locator('option').nth(1);
    await page.getByTestId('film-beside').selectOption(await other.getAttribute('value'));
    await expect(page.getByTestId('film-second')).toBeVisible();
    await page.getByTestId('film-play').click();
  },

  async help(page) {
    await page.keyboard.press('?');
  },
};
