import { expect, test } from '../app';
import { flying } from '../window/window';

test('another tab keeps a model of its own, and each has its own again when it is loaded anew', async ({ page }) => {
  await flying(page);
  const first = (await page.getByTestId('open-model-name').textContent())!;
  // without what this one keeps, as when its address is typed
  const tab = page.context().waitForEvent('page');
  await page.evaluate(() => void open(location.href, '_blank', 'noopener'));
  const second = await tab;
  await flying(second);
  await second.getByTestId('compare').locator('[aria-pressed=false]').first().click();
  await expect(second.getByTestId('open-model-name')).not.toHaveText(first, { timeout: 30_000 });
  const other = (await second.getByTestId('open-model-name').textContent())!;

  await page.reload();
  await flying(page);
  await expect(page.getByTestId('open-model-name')).toHaveText(first);
  await second.reload();
  await flying(second);
  await expect(second.getByTestId('open-model-name')).toHaveText(other);
});
