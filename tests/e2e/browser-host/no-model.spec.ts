import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PANELS, WITHOUT_MODEL } from '../../../renderer/state/window/areas';
import { root } from '../../../scripts/root.mjs';
import { expect, test } from '../app';
import { browseTo, flying, openPanel } from '../window/window';

test('without any model the window says so, leads to the models, and opens one', async ({ start, open, home }) => {
  const models = join(home, 'none');
  await mkdir(models);
  const app = start(['--host', 'browser', '--no-open'], { LATENTSCAPE_MODELS: models });
  const page = await open(await app.address());
  await expect(page.getByTestId('face-panel')).toContainText('Open a model to see faces here.');
  // keys of flight have nothing to fly through, and do no harm
  for (const key of ['w', 'h', 'n', 'g', 'b', 'r', 'x', 'Enter']) await page.keyboard.press(key);
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-query').fill('12');
  await page.keyboard.press('Escape');

  for (const name of PANELS) {
    const panel = await openPanel(page, name);
    if (!WITHOUT_MODEL.includes(name)) await expect(panel.getByTestId('no-model')).toBeVisible();
  }
  await openPanel(page, 'scores');
  await page.getByTestId('no-model').getByRole('button').click();
  await expect(page.getByTestId('models-panel')).toBeVisible();
  await page.getByTestId('open-model').click();
  await browseTo(page, join(root, 'models/portraits-rae'));
  await page.getByTestId('browser-use').click();
  await flying(page);
  await expect(page.getByTestId('open-model-name')).toHaveText('Portraits RAE');
});
