import { expect, test } from '../app';
import { flying, openPanel } from './window';

test('synthetic faces are drawn here and chosen to train on', async ({ page }) => {
  await flying(page);
  await openPanel(page, 'training');
  const fold = page.getByTestId('synthetic-faces');
  await fold.getByRole('button').first().click();
  await page.getByTestId('synthetic-count').fill('2');
  await expect(page.getByTestId('synthetic-draw')).toBeDisabled();
  await page.getByTestId('synthetic-count').fill('5000');
  await page.getByTestId('synthetic-draw').click();
  await expect(fold.getByRole('progressbar')).toBeVisible();
  await page.getByTestId('synthetic-cancel').click();
  await expect(page.getByTestId('synthetic-draw')).toBeVisible();
  await expect(fold.getByRole('alert')).toHaveCount(0);

  await page.getByTestId('synthetic-count').fill('60');
  await page.getByTestId('synthetic-draw').click();
  await expect(page.getByTestId('image-count')).toHaveAttribute('data-count', '60');
  await page.getByTestId('training-details').getByRole('button').first().click();
  await expect(page.getByTestId('setting-align')).not.toBeChecked();
  await expect(page.getByTestId('run-name')).toHaveValue(/^Synthetic faces 60/);
  await expect(page.getByTestId('start-training')).toBeEnabled();
});
