import { expect, test } from '../app';
import { flying, openPanel } from './window';

test('models are a gallery: copied, renamed, deleted and taken back', async ({ page }) => {
  await flying(page);
  const panel = await openPanel(page, 'models');
  const tile = (name: string) => panel.getByTestId('model-tile').filter({ hasText: name });
  const act = async (name: string, what: string) => {
    await tile(name).first().getByTestId('model-actions').click();
    await page.locator(`[data-testid=${what}]:visible`).click();
  };
  await expect(tile('Portraits AE').getByTestId('mosaic')).toHaveAttribute('data-seen', 'true');
  // those that come with the app stay as they are
  await tile('Portraits AE').getByTestId('model-actions').click();
  await expect(page.locator('[data-testid=delete-model]:visible')).toHaveCount(0);
  await page.keyboard.press('Escape');

  await act('Portraits AE', 'duplicate');
  await expect(tile('Portraits AE copy')).toBeVisible();
  await act('Portraits AE copy', 'rename');
  await page.getByTestId('model-name').fill('My own');
  await page.keyboard.press('Enter');
  await expect(tile('My own').getByTestId('mosaic')).toHaveAttribute('data-seen', 'true');
  await tile('My own').getByTestId('model').click();
  await expect(page.getByTestId('open-model-name')).toHaveText('My own', { timeout: 30_000 });

  // the open one is deleted: another one takes its place
  await act('My own', 'delete-model');
  await expect(tile('My own')).toHaveCount(0);
  await expect(page.getByTestId('open-model-name')).not.toHaveText('My own', { timeout: 30_000 });
  await page.getByTestId('undo-delete').click();
  await expect(tile('My own')).toBeVisible();
  await expect(page.getByTestId('undo-delete')).toHaveCount(0);
});
