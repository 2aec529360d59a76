import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../app';
import { codeOf, decodeByHand, flying, openModelFolder, openPanel, resting, shownFace } from './window';

const trait = (page: Page, name: string): Locator => page.locator(`[data-testid=trait][data-name="${name}"]`);
const amount = async (row: Locator) => Number(await row.getAttribute('data-amount'));

/** Moves a slider as a hand does. */
async function slide(row: Locator, value: number): Promise<void> {
  await row.getByTestId('trait-slider').evaluate((element, value) => {
    const input = element as HTMLInputElement;
    input.value = String(value);
    input.dispatchEvent(new Event('input', { bubbles: true }));
    input.dispatchEvent(new Event('change', { bubbles: true }));
  }, value);
}

/** Brightness of the upper corners of a face, 0..255. */
function background(pixels: Uint8Array | Buffer): number {
  const side = Math.sqrt(pixels.length / 4);
  let sum = 0;
  for (let y = 0; y < 20; y++) {
    for (let x = 0; x < 5; x++)
      sum += (pixels[(y * side + x) * 4 + 1] + pixels[(y * side + side - 1 - x) * 4 + 1]) / 200;
  }
  return sum;
}

test('a trait is a slider on the face one looks at, and a lock keeps another one still', async ({ page }) => {
  await flying(page);
  const folder = await openModelFolder(page);
  await openPanel(page, 'traits');
  const bright = trait(page, 'Light background');
  const warm = trait(page, 'Warm colours');
  await expect(bright).toBeVisible({ timeout: 60_000 });
  await bright.getByTestId('trait-open').click();
  expect(Number(await bright.getByTestId('trait-accuracy').getAttribute('data-value'))).toBeGreaterThan(0.8);
  await expect(bright.getByTestId('trait-strip')).toHaveAttribute('data-ready', 'true', { timeout: 30_000 });

  const before = await shownFace(page);
  await slide(bright, -1.5);
  await resting(page);
  const dark = await shownFace(page);
  expect(await amount(bright)).toBeCloseTo(-1.5, 1);
  await slide(bright, 1.5);
  await resting(page);
  const light = await shownFace(page);
  expect(background(light.pixels) - background(dark.pixels)).toBeGreaterThan(10);
  expect(light.pixels.equals(await decodeByHand(folder, light.code))).toBe(true);

  // before and after
  await page.getByTestId('trait-before').hover();
  await page.mouse.down();
  await expect.poll(async () => apart((await shownFace(page)).code, before.code)).toBeLessThan(0.01);
  await page.mouse.up();
  await expect.poll(async () => apart((await shownFace(page)).code, light.code)).toBeLessThan(0.01);

  // without a lock warmth changes as well
  await slide(bright, 0);
  await resting(page);
  const free = await amount(warm);
  await slide(bright, 1.5);
  await resting(page);
  expect(Math.abs((await amount(warm)) - free)).toBeGreaterThan(0.05);
  await warm.getByTestId('trait-lock').click();
  const held = await amount(warm);
  await slide(bright, -1);
  await resting(page);
  expect(await amount(bright)).toBeCloseTo(-1, 1);
  expect(Math.abs((await amount(warm)) - held)).toBeLessThan(0.02);
});

test('a trait comes from a table, is kept, and as an axis leaves the cloud a cloud', async ({ page }) => {
  await flying(page);
  await openPanel(page, 'traits');
  await page.getByTestId('label-traits').getByRole('button').first().click();
  const table = ['face,club,height'];
  for (let face = 0; face < 60; face++) table.push(`${face},${face % 2 ? 'red' : 'blue'},${face}`);
  const buffer = Buffer.from(table.join('\n'));
  await page.getByTestId('trait-table').setInputFiles({ name: 'labels.csv', mimeType: 'text/csv', buffer });
  await expect(page.getByTestId('labels-said')).toContainText('60');
  await page.getByTestId('keep-labels').click();
  for (const name of ['club: blue', 'club: red', 'height'])
    await expect(trait(page, name)).toBeVisible({ timeout: 30_000 });

  await trait(page, 'height').getByTestId('trait-open').click();
  await trait(page, 'height').getByTestId('trait-axis').click();
  await openPanel(page, 'frames');
  await expect(page.getByTestId('frame')).toHaveAttribute('data-kind', 'attributes');
  await resting(page);
  await page.reload();
  await flying(page);
  await openPanel(page, 'traits');
  await expect(trait(page, 'height')).toBeVisible({ timeout: 60_000 });
  await page.getByTestId('trait-open').first().click();
});

test('A − B + C is decoded from exactly that sum', async ({ page }) => {
  await flying(page);
  const folder = await openModelFolder(page);
  const rows: Float32Array[] = [];
  for (const [slot, face] of [
    ['a', 3],
    ['b', 30],
    ['c', 60],
  ] as const) {
    await openPanel(page, 'faces');
    await page.getByTestId('face-search').fill(`${face}`);
    await page.getByTestId('face-list').locator(`[data-face="${face}"]`).click();
    await resting(page);
    await openPanel(page, 'traits');
    const open = page.getByTestId(`mix-${slot}`);
    if (!(await open.isVisible())) await page.getByTestId('mixing').getByRole('button').first().click();
    await open.click();
    rows.push(await codeOf(folder, face));
  }
  await page.getByTestId('mix-result').click();
  await resting(page);
  const { code } = await shownFace(page);
  const sum = rows[0].map((value, i) => value - rows[1][i] + rows[2][i]);
  expect(apart(code, sum)).toBeLessThan(1e-3);
});

const apart = (a: Float32Array, b: Float32Array) => Math.max(...a.map((value, i) => Math.abs(value - b[i])));
