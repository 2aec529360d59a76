/** What lies over the space finds room in windows of usual sizes. */
import type { Page } from '@playwright/test';
import { expect, test } from '../app';
import { flying, openPanel } from './window';

async function box(page: Page, testid: string) {
  const { x, y, width, height } = (await page.getByTestId(testid).boundingBox())!;
  return { left: x, top: y, right: x + width, bottom: y + height };
}

test('in windows of usual sizes nothing lies over anything else or is cut off', async ({ page }) => {
  await flying(page);
  await expect(page.getByTestId('hint')).toBeVisible();
  for (const [width, height] of [
    [1440, 900],
    [1280, 800],
    [1280, 720],
    [1024, 640],
  ]) {
    await page.setViewportSize({ width, height });
    await expect
      .poll(async () => {
        const [hint, map, face, rail, help] = await Promise.all(
          ['hint', 'minimap', 'face-panel', 'rail', 'help-button'].map((testid) => box(page, testid)),
        );
        const apart = (a: typeof hint, b: typeof hint) =>
          a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
        return [
          apart(hint, map),
          apart(hint, face),
          apart(hint, rail),
          apart(map, face),
          help.bottom <= rail.bottom,
          rail.bottom < height,
        ];
      })
      .toEqual([true, true, true, true, true, true]);
  }
});

test('what is told lies over neither the map nor the face, whichever panel is open', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await flying(page);
  await openPanel(page, 'models');
  await page.getByTestId('save-image').click();
  await expect(page.getByTestId('notice-success')).toBeVisible();
  const [notice, map, face, panel] = await Promise.all(
    ['notice-success', 'minimap', 'face-panel', 'models-panel'].map((testid) => box(page, testid)),
  );
  expect(notice.bottom).toBeLessThan(map.top);
  expect(notice.right).toBeLessThanOrEqual(face.left);
  expect(notice.left).toBeGreaterThanOrEqual(panel.right);
});
