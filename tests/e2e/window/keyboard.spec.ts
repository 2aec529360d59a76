import type { Page } from '@playwright/test';
import { expect, test } from '../app';
import { flying, openPanel, resting, shownFace } from './window';

/** The element that keys go to, which somebody who does not use a pointer must be able to see. */
async function focused(page: Page) {
  const now = () =>
    page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const ring = element !== document.body && element.checkVisibility() && getComputedStyle(element).outlineStyle;
      return { testid: element.dataset.testid ?? element.ariaLabel, ring };
    });
  await expect.poll(async () => (await now()).ring).toBe('solid');
  return (await now()).testid;
}

async function press(page: Page, ...keys: string[]) {
  for (const key of keys) await page.keyboard.press(key);
  return focused(page);
}

async function command(page: Page, query: string) {
  await press(page, 'Control+k');
  await page.keyboard.type(query);
  return press(page, 'Enter');
}

test('the keyboard does it all, and one sees where it is', async ({ page }) => {
  await flying(page);
  // into an area, along its tabs, and out of it by its own button, which goes with it
  expect(await press(page, '1')).toBe('frames-panel');
  expect(await press(page, 'Tab', 'Tab', 'ArrowRight')).toBe('tab-faces');
  expect(await press(page, '5')).toBe('models-panel');
  expect(await press(page, 'Tab', 'Enter')).toBe('space');

  // a model from the list: its tile is built anew when it is open
  await press(page, '5');
  for (let tabs = 0; (await press(page, 'Tab')) !== 'model'; tabs++) expect(tabs).toBeLessThan(6);
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-testid=model][aria-current=true]')).toHaveAttribute('data-path', /portraits-ae$/, {
    timeout: 30_000,
  });
  await focused(page);
  expect(await press(page, 'Escape')).toBe('space');

  // a face, a new one, a picture of it
  expect(await command(page, '12')).toBe('space');
  await resting(page);
  const known = (await shownFace(page)).code.join();
  await command(page, 'surprise');
  await expect.poll(async () => (await shownFace(page)).code.join(), { timeout: 60_000 }).not.toBe(known);
  await resting(page);
  const download = page.waitForEvent('download');
  await command(page, 'save image');
  expect((await download).suggestedFilename()).toMatch(/\.png$/);

  // language and theme, where they are set
  expect(await press(page, '6')).toBe('settings-panel');
  await press(page, 'Tab', 'Tab', 'Tab', 'Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await press(page, 'Tab', 'Tab', 'Tab', 'Enter');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await press(page, 'Escape');

  // dialogs give the focus back
  expect(await press(page, '?')).not.toBe('space');
  expect(await press(page, 'Escape')).toBe('space');

  // whoever points is shown no ring where the focus was not put
  const panel = await openPanel(page, 'compare');
  await panel.locator('[data-testid=twin-candidate]:enabled').first().click();
  await expect(page.getByTestId('twin-leave')).toBeVisible({ timeout: 30_000 });
  expect(await panel.evaluate((drawer) => getComputedStyle(drawer).outlineStyle)).toBe('none');
});

test('whoever chooses by the keyboard keeps the focus where the choice was made', async ({ page, host }) => {
  test.skip(host !== 'browser', 'the other hosts ask with a dialog of the system');
  await flying(page);
  await press(page, '5', 'Tab', 'Tab');
  expect(await press(page, 'Enter')).toBe('browser-path');
  // its own place is there, and is typed over
  await expect(page.getByTestId('browser-path')).not.toHaveValue('');
  await expect(page.getByTestId('browser-list')).toHaveAttribute('aria-busy', 'false');
  await page.keyboard.type('~/');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('browser-path')).not.toHaveValue(/~/);
  expect(await press(page, 'Escape')).toBe('open-model');
});
