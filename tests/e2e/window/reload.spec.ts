import { expect, test } from '../app';
import { fly, flying, openPanel, resting, shownFace } from './window';

test('a tab that is loaded anew goes on where it was, and another tab keeps its own model', async ({
  page,
}, testInfo) => {
  await flying(page);
  const first = (await page.getByTestId('open-model-name').textContent())!;
  // without what this one keeps, as when its address is typed
  const tab = page.context().waitForEvent('page');
  await page.evaluate(() => void open(location.href, '_blank', 'noopener'));
  const second = await tab;
  await flying(second);

  // the first tab: a place, a path and a flight
  await page.getByTestId('nearest').getByRole('button').click();
  await resting(page);
  await openPanel(page, 'paths');
  await page.getByTestId('add-face').click();
  await page.keyboard.press('r');
  await fly(page, 'd');
  await page.keyboard.press('r');
  await page.getByTestId('add-here').click();
  await resting(page);
  const place = await shownFace(page);
  const view = await page.getByTestId('minimap').getAttribute('data-eye');

  // the second tab goes to another model: the first one has nothing to do with it
  await second.getByTestId('compare').locator('[aria-pressed=false]').first().click();
  await expect(second.getByTestId('open-model-name')).not.toHaveText(first, { timeout: 30_000 });
  const other = (await second.getByTestId('open-model-name').textContent())!;

  await page.reload();
  await flying(page);
  await expect(page.getByTestId('open-model-name')).toHaveText(first);
  await expect
    .poll(
      async () => {
        const { code } = await shownFace(page);
        return Math.max(...code.map((value, i) => Math.abs(value - place.code[i])));
      },
      { timeout: 20_000 },
    )
    .toBeLessThan(1e-3);
  await expect(page.getByTestId('minimap')).toHaveAttribute('data-eye', view!);
  await expect(page.getByTestId('stops')).toHaveAttribute('data-count', '2');
  await page.getByTestId('paths-panel').locator('[data-value=flights]').click();
  await expect(page.getByTestId('flight')).toHaveCount(1);
  await testInfo.attach('loaded anew', { body: await page.screenshot(), contentType: 'image/png' });

  await second.reload();
  await flying(second);
  await expect(second.getByTestId('open-model-name')).toHaveText(other);
});
