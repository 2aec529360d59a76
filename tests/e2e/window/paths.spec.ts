import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import sharp from 'sharp';
import { decodeCodes } from '../../../main/engine/models';
import { expect, test } from '../app';
import { codeOf, decodeByHand, fly, flying, openModelFolder, openPanel, resting, settled, shownFace } from './window';

const codeIn = async (element: Locator, name: string) =>
  Float32Array.from((await element.getAttribute(name))!.split(','), Number);

const pixelsOf = async (canvas: Locator, x = 0) =>
  Buffer.from(
    await canvas.evaluate((element, left) => {
      const { height } = element as HTMLCanvasElement;
      return [...(element as HTMLCanvasElement).getContext('2d')!.getImageData(left, 0, height, height).data];
    }, x),
  );

async function pickNearest(page: Page): Promise<number> {
  const nearest = page.getByTestId('nearest');
  const index = Number(await nearest.getAttribute('data-index'));
  await nearest.getByRole('button').click();
  await settled(page);
  return index;
}

/** The face shown once the camera has come to rest. */
async function atRest(page: Page) {
  await resting(page);
  return shownFace(page);
}

/** Waits until the face shown is, to rounding, that of a code. */
async function shows(page: Page, code: Float32Array): Promise<void> {
  const apart = async () => Math.max(...(await shownFace(page)).code.map((value, i) => Math.abs(value - code[i])));
  await expect.poll(apart, { timeout: 30_000 }).toBeLessThan(1e-4);
}

test('a posterior is drawn from as the reparameterisation says, and overlaps others', async ({ page }) => {
  await flying(page);
  const folder = await openModelFolder(page);
  const index = await pickNearest(page);
  await openPanel(page, 'posterior');
  const scrubbed = page.getByTestId('scrubbed');
  const mean = await codeOf(folder, index);
  await expect(scrubbed).toBeVisible();
  // ε = 0 is the mean itself
  expect([...(await codeIn(scrubbed, 'data-code'))]).toEqual([...mean]);
  const box = (await page.getByTestId('noise').boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.75 * box.width, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
  await expect.poll(async () => [...(await codeIn(scrubbed, 'data-code'))].join()).not.toBe([...mean].join());
  await expect(scrubbed).toHaveAttribute('data-state', 'live');
  const code = await codeIn(scrubbed, 'data-code');
  expect((await pixelsOf(page.getByTestId('scrubbed-face'))).equals(await decodeByHand(folder, code))).toBe(true);
  // at (x, y) of the pad (z − μ) / σ is x·u + y·v: of mean square x² + y², over enough draws of u and v
  const logVar = decodeCodes(await readFile(`${folder}/log-variances.npy`), mean.length, 'log-variances');
  const noiseOf = (at: Float32Array) =>
    [...at].map((value, i) => (value - mean[i]) / Math.exp(logVar[index * mean.length + i] / 2));
  const pad = page.getByTestId('noise');
  const [x, y] = [Number(await pad.getAttribute('data-x')), Number(await pad.getAttribute('data-y'))];
  const squares = noiseOf(code).map((value) => value ** 2);
  let last = code;
  while (squares.length < 400) {
    await page.getByTestId('redraw').click();
    await expect
      .poll(async () => [...(await codeIn(scrubbed, 'data-code'))].join(), { timeout: 10_000 })
      .not.toBe([...last].join());
    last = await codeIn(scrubbed, 'data-code');
    squares.push(...noiseOf(last).map((value) => value ** 2));
  }
  const size = squares.reduce((sum, value) => sum + value, 0) / squares.length / (x * x + y * y);
  // 400 squares of normal values: a standard deviation of √(2 / 400) = 0.07, so five of them either way
  expect(size).toBeGreaterThan(0.65);
  expect(size).toBeLessThan(1.35);
  const overlaps = page.getByTestId('overlaps').locator('tbody tr');
  await expect(overlaps).toHaveCount(5);
  for (const row of await overlaps.all()) {
    const [inView, overall] = [await row.getAttribute('data-in-view'), await row.getAttribute('data-overall')].map(
      Number,
    );
    expect(inView).toBeGreaterThan(overall); // a shadow hides what sets the whole apart
    expect(inView).toBeLessThanOrEqual(1);
  }
  await page.screenshot({ path: test.info().outputPath('posterior.png') });

  // what was drawn is flown to, and the panel stays with what it was drawn from
  await page.getByTestId('posterior-fly').click();
  await shows(page, last);
  await expect(overlaps).toHaveCount(5);

  // a drawn face has none: the panel leads to one that has
  await page.keyboard.press('n');
  await expect(page.getByTestId('no-posterior')).toHaveAttribute('data-reason', 'no-face', { timeout: 30_000 });
  await page.getByTestId('no-posterior').getByRole('button').click();
  await expect(scrubbed).toBeVisible({ timeout: 30_000 });
});

test('an autoencoder has points and no posteriors, and the panel says so', async ({ page }) => {
  await flying(page);
  await page.getByTestId('compare').locator('[data-value$="-ae"]').click();
  await expect(page.getByTestId('open-model-name')).toContainText('AE');
  await openPanel(page, 'posterior');
  await expect(page.getByTestId('no-posterior')).toHaveAttribute('data-reason', 'points', { timeout: 30_000 });
});

test('paths between two faces lie side by side, the geodesic the shortest in image space', async ({ page }) => {
  test.setTimeout(240_000);
  await flying(page);
  const folder = await openModelFolder(page);
  const index = await pickNearest(page);
  await openPanel(page, 'paths');
  await page.getByTestId('add-face').click();
  await page.getByTestId('space').focus();
  await page.keyboard.press('h');
  await resting(page);
  await fly(page, 'd');
  await page.getByTestId('add-here').click();
  await expect(page.getByTestId('stop-picture')).toBeVisible();
  const straight = page.getByTestId('path-straight');
  await expect(straight).toHaveAttribute('data-code-length', /\d/, { timeout: 60_000 });
  const strip = straight.getByTestId('strip');
  const first = await codeIn(strip, 'data-first');
  expect([...first]).toEqual([...(await codeOf(folder, index))]);
  expect((await pixelsOf(strip)).equals(await decodeByHand(folder, first))).toBe(true);

  const lengths = async (kind: string) => {
    const row = page.getByTestId(`path-${kind}`);
    await expect(row).toHaveAttribute('data-image-length', /\d/, { timeout: 180_000 });
    return Promise.all(['data-code-length', 'data-image-length'].map(async (n) => Number(await row.getAttribute(n))));
  };
  const [line, sphere] = [await lengths('straight'), await lengths('spherical')];
  await page.getByTestId('find-geodesic').click();
  const geodesic = await lengths('geodesic');
  expect(line[0]).toBeLessThanOrEqual(Math.min(sphere[0], geodesic[0]) + 1e-3);
  expect(geodesic[1]).toBeLessThan(Math.min(line[1], sphere[1]));
  await page.screenshot({ path: test.info().outputPath('paths.png') });

  await page.keyboard.press('Control+z');
  await expect(page.getByTestId('stops')).toHaveAttribute('data-count', '1');
});

test('a place is marked, named, found again after a new start of the page, and its removal undone', async ({
  page,
}) => {
  await flying(page);
  await fly(page, 'd');
  const { code, pixels } = await atRest(page);
  await openPanel(page, 'paths');
  await page.getByTestId('path-tabs').locator('[data-value=places]').click();
  await page.getByTestId('mark').click();
  const bookmark = page.getByTestId('bookmark');
  expect([...(await codeIn(bookmark, 'data-code'))].map(Math.fround)).toEqual([...code]);
  await expect(page.getByTestId('bookmark-face')).toBeVisible();
  expect((await pixelsOf(page.getByTestId('bookmark-face'))).equals(pixels)).toBe(true);
  await page.getByTestId('bookmark-name').fill('The smile');
  await page.getByTestId('bookmark-name').press('Enter');

  await page.reload();
  await flying(page);
  await page.getByTestId('path-tabs').locator('[data-value=places]').click();
  await expect(page.getByTestId('bookmark-name')).toHaveValue('The smile');
  await page.getByTestId('remove-bookmark').click();
  await expect(bookmark).toHaveCount(0);
  await page.getByTestId('undo').click();
  await expect(page.getByTestId('bookmark-name')).toHaveValue('The smile');
  await fly(page, 'a');
  await page.getByTestId('visit').click();
  await shows(page, code);

  await page.getByTestId('go-back').click();
  await expect.poll(async () => (await shownFace(page)).code.join(), { timeout: 20_000 }).not.toBe(code.join());
});

test('a flight is recorded, replayed to its end and saved', async ({ page }) => {
  test.setTimeout(120_000);
  await flying(page);
  const folder = await openModelFolder(page);
  await openPanel(page, 'paths');
  await page.getByTestId('path-tabs').locator('[data-value=flights]').click();
  const start = (await shownFace(page)).code;
  await page.getByTestId('record').click();
  await fly(page, 'd');
  const end = (await atRest(page)).code;
  await page.getByTestId('record').click();
  await expect(page.getByTestId('flight')).toHaveCount(1);

  await page.getByTestId('space').focus();
  await page.keyboard.press('h');
  await resting(page);
  await page.getByTestId('replay').click();
  await shows(page, end);

  const save = async (format: string) => {
    const downloading = page.waitForEvent('download');
    await page.getByTestId('export-flight').click();
    await page.getByTestId('export-format').selectOption(format);
    const sized = page.getByTestId('export-size');
    if (await sized.isVisible()) await sized.selectOption('128');
    const gap = page.getByTestId('export-gap');
    if (await gap.isVisible()) await gap.fill('0');
    await page.getByTestId('export-save').click();
    const bytes = await readFile(await (await downloading).path());
    await expect(page.getByTestId('export-dialog')).toBeHidden();
    return bytes;
  };
  const codes = decodeCodes(await save('npy'), end.length, 'codes');
  expect([...codes.subarray(0, end.length)]).toEqual([...start]);
  expect(Math.max(...codes.subarray(-end.length).map((value, i) => Math.abs(value - end[i])))).toBeLessThan(1e-4);
  const frames = codes.length / end.length;
  const film = await sharp(await save('animated-webp'), { animated: true }).metadata();
  expect([film.width, film.pages]).toEqual([128, frames]);
  const sheet = sharp(await save('png'))
    .ensureAlpha()
    .extract({ left: 0, top: 0, width: 128, height: 128 });
  expect((await sheet.raw().toBuffer()).equals(await decodeByHand(folder, start))).toBe(true);
});
