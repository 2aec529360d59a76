import { expect, test } from '../app';
import { colourByTable, fly, flying, openPanel, resting, shownFace } from './window';

test('a window that is loaded anew goes on where it was: model, place, view, path, flight and colours', async ({
  page,
}, testInfo) => {
  await flying(page);
  const first = (await page.getByTestId('open-model-name').textContent())!;
  await page.getByTestId('nearest').getByRole('button').click();
  await resting(page);
  await openPanel(page, 'paths');
  await page.getByTestId('add-face').click();
  await page.keyboard.press('r');
  await fly(page, 'd');
  await page.keyboard.press('r');
  await page.getByTestId('add-here').click();
  await resting(page);
  await openPanel(page, 'faces');
  await colourByTable(page);
  await openPanel(page, 'paths');
  const place = await shownFace(page);
  const view = await page.getByTestId('minimap').getAttribute('data-eye');

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
  await openPanel(page, 'faces');
  await expect(page.getByTestId('colour-legend')).toContainText('odd');
  await testInfo.attach('loaded anew', { body: await page.screenshot(), contentType: 'image/png' });
});
