import type { Page } from '@playwright/test';
import { expect, test } from '../app';
import { codeOf, decodeByHand, flying, openModelFolder, openPanel, resting, settled, shownFace } from './window';

async function chooseFrame(page: Page, kind: string): Promise<void> {
  await page.getByTestId('frame-kind').locator(`[data-value=${kind}]`).click();
}

const shownFrame = (page: Page) => page.getByTestId('frame');

/** Largest difference between two codes. */
const apart = (a: Float32Array, b: Float32Array) => Math.max(...a.map((value, i) => Math.abs(value - b[i])));

test('another frame shows the same face, at the place that its code has there', async ({ page }) => {
  await flying(page);
  const folder = await openModelFolder(page);
  const before = await shownFace(page);
  await openPanel(page, 'frames');
  await expect(shownFrame(page)).toHaveAttribute('data-kind', 'principal');

  await chooseFrame(page, 'latents');
  await expect(shownFrame(page)).toHaveAttribute('data-kind', 'latents');
  await resting(page);
  const after = await shownFace(page);
  expect(apart(after.code, before.code)).toBeLessThan(1e-4);
  expect(after.pixels.equals(await decodeByHand(folder, after.code))).toBe(true);

  // three latents of many omit what the others hold
  const omitted = Number(await page.getByTestId('omitted').getAttribute('data-share'));
  expect(omitted).toBeGreaterThan(0.5);
  expect(omitted).toBeLessThan(1);
});

test('a frame of four faces has A at its origin and B ten units along x', async ({ page }) => {
  await flying(page);
  const folder = await openModelFolder(page);
  await openPanel(page, 'frames');
  await chooseFrame(page, 'faces');
  const face = async (letter: string) =>
    Number(await page.getByTestId(`frame-face-${letter}`).getAttribute('data-face'));
  const [a, b] = [await codeOf(folder, await face('A')), await codeOf(folder, await face('B'))];
  await page.getByTestId('show-faces').click();
  await expect(shownFrame(page)).toHaveAttribute('data-kind', 'faces');
  await resting(page);

  // home is the origin, with the hidden part of the face in the middle, which is A
  await page.getByTestId('home').click();
  await expect.poll(async () => apart((await shownFace(page)).code, a), { timeout: 20_000 }).toBeLessThan(1e-4);
  await settled(page);
  const shown = await shownFace(page);
  expect(shown.pixels.equals(await decodeByHand(folder, shown.code))).toBe(true);
  expect(apart(a, b)).toBeGreaterThan(0.1);
});

test('a hidden coordinate that is steered changes the code by exactly that much, and reset undoes it', async ({
  page,
}) => {
  await flying(page);
  const folder = await openModelFolder(page);
  await openPanel(page, 'frames');
  await chooseFrame(page, 'latents');
  await expect(shownFrame(page)).toHaveAttribute('data-kind', 'latents');
  await resting(page);
  const before = await shownFace(page);
  const slider = page.getByTestId('hidden-0');
  const start = Number(await slider.getAttribute('data-value'));

  await slider.fill('2');
  await expect.poll(async () => apart((await shownFace(page)).code, before.code)).toBeGreaterThan(1e-3);
  await settled(page);
  const after = await shownFace(page);
  // a frame of latents hides the others one by one: a single number of the code has changed
  const changed = [...after.code.keys()].filter((i) => Math.abs(after.code[i] - before.code[i]) > 1e-5);
  expect(changed).toHaveLength(1);
  const { mean, spread } = await statistics(folder, changed[0], before.code.length);
  expect(after.code[changed[0]]).toBeCloseTo(mean + 2 * spread, 3);
  expect(before.code[changed[0]]).toBeCloseTo(mean + start * spread, 3);
  expect(after.pixels.equals(await decodeByHand(folder, after.code))).toBe(true);
  expect(after.pixels.equals(before.pixels)).toBe(false);

  await expect(page.getByTestId('strip-0')).toHaveAttribute('data-ready', 'true', { timeout: 20_000 });
  await page.getByTestId('hidden-reset').click();
  await expect
    .poll(async () => apart((await shownFace(page)).code, before.code), { timeout: 20_000 })
    .toBeLessThan(1e-4);
});

test('the layout is computed while one flies on, and the face stays', async ({ page }) => {
  await flying(page);
  const before = await shownFace(page);
  await openPanel(page, 'frames');
  await chooseFrame(page, 'layout');
  await expect(shownFrame(page)).toHaveAttribute('data-kind', 'layout', { timeout: 90_000 });
  await resting(page);
  expect(apart((await shownFace(page)).code, before.code)).toBeLessThan(1e-4);
});

test('says that a face of the data is inside the data', async ({ page }) => {
  await flying(page);
  await page.getByTestId('nearest').getByRole('button').click();
  await expect(page.getByTestId('typicality')).toHaveAttribute('data-place', 'inside', { timeout: 20_000 });
  await expect
    .poll(async () => Number(await page.getByTestId('typicality').getAttribute('data-distance')), { timeout: 20_000 })
    .toBeLessThan(1e-3);
});

/** Mean and standard deviation of one latent among the model's codes. */
async function statistics(folder: string, latent: number, latentSize: number) {
  const values: number[] = [];
  for (let n = 0; ; n++) {
    const code = await codeOf(folder, n);
    if (code.length < latentSize) break;
    values.push(code[latent]);
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { mean, spread };
}
