import type { Page } from '@playwright/test';
import { expect, test } from '../app';
import { decodeByHand, flying, openModelFolder, openPanel, resting, shownFace } from './window';
import { priorCodes } from '../../../main/engine/models/mapping';

const gallery = (page: Page) => page.getByTestId('gallery');
const code = async (page: Page) => (await shownFace(page)).code.join();

/** A draw of the gallery: its RGBA bytes. */
async function drawn(page: Page, number: number): Promise<Buffer> {
  const canvas = page.getByTestId('drawn-face').nth(number).locator('canvas');
  const bytes = await canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    return [...(element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height).data];
  });
  return Buffer.from(bytes);
}

test('one key flies to a face that nobody has, and held to one after the other', async ({ page }) => {
  await flying(page);
  const seen = [await code(page)];
  await page.getByTestId('surprise').click();
  await expect.poll(() => code(page), { timeout: 30_000 }).not.toBe(seen[0]);
  await resting(page);
  seen.push(await code(page));
  await expect(page.getByTestId('typicality')).not.toHaveAttribute('data-place', 'hole');

  await page.getByTestId('space').focus();
  await page.keyboard.down('n');
  for (let more = 0; more < 2; more++) {
    const before = await page.getByTestId('position').textContent();
    await expect.poll(() => page.getByTestId('position').textContent(), { timeout: 30_000 }).not.toBe(before);
  }
  await page.keyboard.up('n');
  await resting(page);
  expect(seen).not.toContain(await code(page));
});

test('a gallery holds the draws of its seed; they can be flown to, kept and exported', async ({ page }) => {
  await flying(page);
  const folder = await openModelFolder(page);
  await openPanel(page, 'new-faces');
  await page.getByTestId('draw-from').locator('[data-value=prior]').click();
  await expect(gallery(page)).toHaveAttribute('data-from', 'prior', { timeout: 30_000 });
  await page.getByTestId('draw-count').selectOption('12');
  await expect(page.getByTestId('drawn-face')).toHaveCount(12);
  await page.getByTestId('draw-seed').fill('7');
  await page.getByTestId('draw').click();
  await expect(gallery(page)).toHaveAttribute('data-seed', '7');
  const codes = priorCodes(32, 12, 7);
  const fifth = codes.slice(4 * 32, 5 * 32);
  expect((await drawn(page, 4)).equals(await decodeByHand(folder, fifth))).toBe(true);

  await page.getByTestId('drawn-face').nth(4).click();
  await resting(page);
  const there = (await shownFace(page)).code;
  expect(Math.max(...there.map((value, i) => Math.abs(value - fifth[i])))).toBeLessThan(1e-4);

  await page.getByTestId('keep-drawn').nth(2).focus();
  await page.keyboard.press('Enter');
  await page.getByTestId('export-drawn').click();
  await expect(page.getByTestId('export-format')).toBeVisible();
  const downloading = page.waitForEvent('download');
  await page.getByTestId('export-save').click();
  expect((await downloading).suggestedFilename()).toContain('prior_seed-7');
  await openPanel(page, 'paths');
  await page.getByTestId('path-tabs').locator('[data-value=places]').click();
  await expect(page.getByTestId('bookmark-name')).toHaveValue('Draw 3 of seed 7');
});
