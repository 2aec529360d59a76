import { expect, test } from '../app';
import { codeOf, flying, openModelFolder, openPanel, resting, settled } from './window';
import type { Page } from '@playwright/test';
import { parse } from 'npyjs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

/** Draws around a square of the space. */
async function lasso(page: Page, x: number, y: number, half: number): Promise<void> {
  await page.getByTestId('start-lasso').click();
  await page.mouse.move(x - half, y - half);
  await page.mouse.down();
  for (const [right, down] of [
    [half, -half],
    [half, half],
    [-half, half],
  ]) {
    await page.mouse.move(x + right, y + down, { steps: 4 });
  }
  await page.mouse.up();
}

const count = async (page: Page) => Number(await page.getByTestId('face-count').getAttribute('data-count'));

test('a search shows exactly the faces asked for', async ({ page }) => {
  await flying(page);
  await openPanel(page, 'faces');
  const all = Number(await page.getByTestId('space').getAttribute('data-count'));
  expect(await count(page)).toBe(all);
  await page.getByTestId('face-search').fill('10-20');
  await expect(page.getByTestId('face-list')).toHaveAttribute('data-count', '11');
  await page.getByTestId('face-search').fill(`${all}`);
  await expect(page.getByTestId('face-list')).toHaveAttribute('data-count', '0');
});

test('a lasso makes a selection, a selection a group; both can be taken back, and the group is kept', async ({
  page,
}) => {
  await flying(page);
  await openPanel(page, 'faces');
  const all = await count(page);
  await lasso(page, 660, 400, 90);
  await expect(page.getByTestId('group-create')).toBeVisible();
  const selected = await count(page);
  expect(selected).toBeGreaterThan(0);
  expect(selected).toBeLessThan(all);

  await page.getByTestId('group-name').fill('Middle');
  await page.getByTestId('group-create').click();
  const group = page.getByTestId('face-group');
  await expect(group).toHaveAttribute('data-faces', String(selected));
  await expect(page.getByTestId('group-label')).toHaveText('Middle');

  await page.getByTestId('undo').click();
  await expect(group).toHaveCount(0);
  await page.getByTestId('redo').click();
  await expect(group).toHaveAttribute('data-faces', String(selected));

  await page.reload();
  await flying(page);
  await expect(group).toHaveAttribute('data-faces', String(selected));
});

test('the nearest faces are those of the codes', async ({ page }) => {
  await flying(page);
  const folder = await openModelFolder(page);
  await openPanel(page, 'faces');
  const around = page.getByTestId('neighbours-of').locator('[data-value=face]');
  await around.click();
  const anchor = Number(await page.getByTestId('hidden').getAttribute('data-anchor'));
  const code = await codeOf(folder, anchor);
  const { data, shape } = parse(new Uint8Array(await readFile(join(folder, 'codes.npy'))).buffer);
  const codes = data as Float32Array;
  const square = (face: number) => code.reduce((sum, c, k) => sum + (codes[face * shape[1] + k] - c) ** 2, 0);
  const nearest = Array.from({ length: shape[0] }, (_, face) => face)
    .sort((a, b) => square(a) - square(b))
    .slice(0, 24);
  await expect(page.getByTestId('neighbours')).toHaveAttribute('data-faces', nearest.join(','));
  await page.getByTestId('neighbours').locator('button').nth(1).click();
  await expect(page.getByTestId('hidden')).toHaveAttribute('data-anchor', String(nearest[1]));
  await settled(page);
});

test('the lattice is remembered, and the face at the reticle stays the one there', async ({ page }) => {
  await flying(page);
  const toggle = page.getByTestId('lattice-toggle');
  await page.keyboard.press('g');
  await expect(toggle).toHaveAttribute('aria-pressed', 'true');
  await settled(page);
  await page.reload();
  await flying(page);
  await expect(toggle).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByTestId('notice-failure')).toHaveCount(0);
});

/** How colourful the space is, in a part of it that no panel covers. */
async function colour(page: Page): Promise<number> {
  const { data } = await sharp(await page.screenshot({ clip: { x: 540, y: 220, width: 300, height: 360 } }))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  let sum = 0;
  for (let i = 0; i < data.length; i += 3) {
    const pixel = data.subarray(i, i + 3);
    sum += Math.max(...pixel) - Math.min(...pixel);
  }
  return sum / (data.length / 3);
}

test('coloured by its group, a face stands out from the others, which are grey', async ({ page }) => {
  await flying(page);
  await openPanel(page, 'faces');
  for (const numbers of ['1-20', '21-40']) {
    await page.getByTestId('face-search').fill(numbers);
    await page.getByTestId('select-found').click();
    await page.getByTestId('group-create').click();
  }
  await page.getByTestId('face-search').fill('');
  await expect(page.getByTestId('face-group')).toHaveCount(2);
  await resting(page);
  const faces = await colour(page);

  // both groups, then one of them, then all faces as they are
  await page.getByTestId('coloured').selectOption({ index: 1 });
  await expect.poll(() => colour(page)).toBeLessThan(faces / 2);
  const groups = await colour(page);
  await page.getByTestId('coloured').selectOption({ index: 3 });
  await expect.poll(() => colour(page)).toBeLessThan(groups);
  await page.getByTestId('coloured').selectOption({ index: 0 });
  await expect.poll(() => colour(page)).toBeGreaterThan((faces + groups) / 2);
});
