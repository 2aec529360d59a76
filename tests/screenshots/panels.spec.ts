/** Every panel in both themes, in each language: to be looked at, in `test-results/panels`. No picture of the guide. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../scripts/root.mjs';
import { AREAS } from '../../renderer/state/window/areas';
import { expect } from '../e2e/app';
import { openPanel } from '../e2e/window/window';
import { rest, test } from './shot';

const FOLDER = join(root, 'test-results/panels');

test('panels', async ({ page, language }) => {
  await mkdir(FOLDER, { recursive: true });
  const shoot = async (theme: string, name: string) => {
    await rest(page, 1500);
    await page.screenshot({ path: join(FOLDER, `${language}-${theme}-${name}.png`) });
  };
  for (const theme of ['dark', 'light']) {
    await openPanel(page, 'settings');
    await page.getByTestId('theme').locator(`[data-value=${theme}]`).click();
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    for (const panel of Object.values(AREAS).flat()) {
      await openPanel(page, panel);
      await shoot(theme, panel);
    }
    await page.keyboard.press('Control+k');
    await shoot(theme, 'palette');
    await page.keyboard.press('Escape');
    await page.getByTestId('help-button').click();
    await shoot(theme, 'help');
    await page.keyboard.press('Escape');
  }
});
