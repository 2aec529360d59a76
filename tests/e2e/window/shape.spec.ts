import { AREAS } from '../../../renderer/state/window/areas';
import { expect, test } from '../app';
import { flying, openPanel } from './window';

test('every panel opens in the same place, and inside the window, from the smallest to the largest', async ({
  page,
}) => {
  // nothing glides in: a panel stands where it opens
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await flying(page);
  for (const [width, height] of [
    [683, 467], // 1024 × 700 at 150 %
    [1024, 700],
    [2560, 1440],
  ]) {
    await page.setViewportSize({ width, height });
    const seen = new Set<string>();
    for (const panel of Object.values(AREAS).flat()) {
      const opened = await openPanel(page, panel);
      const box = (await opened.boundingBox())!;
      seen.add(`${Math.round(box.x)} ${Math.round(box.width)}`);
      expect(box.y + box.height).toBeLessThanOrEqual(height);
      const face = (await page.getByTestId('face-panel').boundingBox())!;
      expect(box.x + box.width).toBeLessThan(face.x);
      const scrolls = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      expect([panel, scrolls]).toEqual([panel, false]);
    }
    expect([...seen]).toHaveLength(1);
    const cutOff = await page.getByTestId('save-image').evaluate((button) => button.scrollWidth - button.clientWidth);
    expect(cutOff).toBe(0);
  }
});

test('the palette goes everywhere by the keyboard, and the face card folds', async ({ page }) => {
  await flying(page);
  const command = async (query: string) => {
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette-query').fill(query);
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('palette')).toHaveCount(0);
  };
  await command('posterior');
  await expect(page.getByTestId('posterior-panel')).toBeVisible();
  await command('portraits rae');
  await expect(page.getByTestId('open-model-name')).toHaveText('Portraits RAE', { timeout: 30_000 });
  await command('12');
  await expect(page.getByTestId('space')).toHaveAttribute('data-anchor', '12');
  await command('ae and vae');
  await expect(page.getByTestId('tour-stage')).toHaveAttribute('aria-busy', 'false', { timeout: 60_000 });
  await page.keyboard.press('Escape');
  await command('one model');
  await expect(page.getByTestId('twin')).toHaveCount(0);

  const card = page.getByTestId('face-panel');
  const wide = (await card.boundingBox())!.width;
  await page.getByTestId('space').focus();
  await page.keyboard.press('v');
  await expect(page.getByTestId('save-image')).toBeHidden();
  expect((await card.boundingBox())!.width).toBeLessThan(wide / 2);
  await page.keyboard.press('v');
  await expect(page.getByTestId('save-image')).toBeVisible();
});
