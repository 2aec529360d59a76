import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { AREAS } from '../../../renderer/state/window/areas';
import { expect, test } from '../app';
import { flying, openPanel } from './window';

/** What is wrong for those who do not see, or see little: rule, element, and what is missing. */
async function problems(page: Page): Promise<string[]> {
  // what comes in is half transparent on its way
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
  // its other mode opens a page of its own, for frames of other origins: there are none
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
  );
}

for (const theme of ['dark', 'light'] as const) {
  test(`every panel can be used by everybody, in the ${theme} theme`, async ({ page }) => {
    await flying(page);
    await openPanel(page, 'settings');
    await page.getByTestId('theme').locator(`[data-value=${theme}]`).click();
    await page.getByTestId('motion').locator('[data-value=reduced]').click();
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    const found: Record<string, string[]> = {};
    for (const panel of Object.values(AREAS).flat()) {
      await openPanel(page, panel);
      found[panel] = await problems(page);
    }
    await page.getByTestId('help-button').click();
    found.help = await problems(page);
    expect(Object.fromEntries(Object.entries(found).filter(([, list]) => list.length > 0))).toEqual({});
  });
}
