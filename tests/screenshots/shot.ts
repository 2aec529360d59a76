/** What the shots share: the app in a language, flying, and a picture of its window. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { root } from '../../scripts/root.mjs';
import { expect, test as base } from '../e2e/app';
import { closePanel, flying, openPanel } from '../e2e/window/window';

export interface LanguageOption {
  language: 'en' | 'zh-CN';
}

const VIEW = { width: 1280, height: 800 };
/** Bytes count for whoever clones the repository; faces survive this well. */
const WEBP = { quality: 86, smartSubsample: true };

export const test = base.extend<LanguageOption>({
  language: ['en', { option: true }],

  // The first model is open, in the language asked for, and no hint is shown.
  page: async ({ page, language }, use) => {
    await page.setViewportSize(VIEW);
    await flying(page);
    if ((await page.locator('html').getAttribute('lang')) !== language) await page.getByTestId('language').click();
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    await page.getByTestId('hint').getByRole('button').last().click();
    await use(page);
  },
});

/** Opens a bundled model by the name of its folder. */
export async function openModel(page: Page, folder: string): Promise<void> {
  const panel = await openPanel(page, 'models');
  const model = panel.locator(`[data-testid=model][data-path$="${folder}"]`);
  await model.click();
  await expect(model).toHaveAttribute('aria-current', 'true');
  await closePanel(page);
  await flying(page);
}

/** Time for what has no end one could wait for: easing, thumbnails, the sharp picture after coming to rest. */
export const rest = (page: Page, milliseconds = 3000) => page.waitForTimeout(milliseconds);

/** Holds a key of flight for a while. */
export async function hold(page: Page, key: string, milliseconds: number): Promise<void> {
  await page.getByTestId('space').focus();
  await page.keyboard.down(key);
  await page.waitForTimeout(milliseconds);
  await page.keyboard.up(key);
}

/** Writes docs/pictures/LANGUAGE/NAME.webp. */
export async function save(page: Page, language: string, name: string): Promise<void> {
  const file = join(root, 'docs/pictures', language, `${name}.webp`);
  await mkdir(dirname(file), { recursive: true });
  await sharp(await page.screenshot())
    .webp(WEBP)
    .toFile(file);
}
