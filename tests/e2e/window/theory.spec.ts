/** The numbers beside the formulas add up, and follow the face one looks at. */
import { expect, test } from '../app';
import { flying } from './window';

const number = (text: string) => Number(text.replace(/[=+]/g, '').replaceAll('−', '-').replace(/\s/g, ''));

test('the terms of the bound add up for the face at the reticle', async ({ page }) => {
  await flying(page);
  await page.getByTestId('rail-theory').click();
  const term = async (name: string) => number(await page.getByTestId(`theory-${name}`).innerText());
  await expect(page.getByTestId('theory-bound')).toHaveAttribute('aria-busy', 'false', { timeout: 30_000 });
  // Each is rounded to a tenth.
  expect(await term('elbo')).toBeCloseTo((await term('reconstruction')) + (await term('kl')), 0);
  expect(await term('iwae')).toBeCloseTo((await term('elbo')) + (await term('gap')), 0);
  expect(await term('gap')).toBeGreaterThan(0);

  const before = await term('elbo');
  await page.getByTestId('nearest').getByRole('button').click();
  await expect.poll(() => term('elbo'), { timeout: 30_000 }).not.toBe(before);
});
