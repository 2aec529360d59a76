import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { expect, test } from '../app';
import { codeOf, decodeByHand, fly, flying, openModelFolder, settled, shownFace } from './window';

test('the first start shows a face within seconds and flies at once', async ({ page }) => {
  await flying(page);
  const before = await shownFace(page);
  await fly(page, 'w');
  expect((await shownFace(page)).pixels.equals(before.pixels)).toBe(false);
});

test('the face on screen is the decoder’s own for its code, to the last bit', async ({ page }) => {
  await flying(page);
  const folder = await openModelFolder(page);
  for (const key of ['w', 'd', 'e'] as const) {
    await fly(page, key);
    const { code, pixels } = await shownFace(page);
    expect(pixels.equals(await decodeByHand(folder, code))).toBe(true);
  }
});

test('a face that is picked is flown to, and on arrival it is exactly that one', async ({ page }) => {
  await flying(page);
  const folder = await openModelFolder(page);
  await page.getByTestId('where').scrollIntoViewIfNeeded();
  const nearest = page.getByTestId('nearest');
  const index = Number(await nearest.getAttribute('data-index'));
  await nearest.getByRole('button').click();
  await expect(page.getByTestId('hidden')).toHaveAttribute('data-anchor', String(index));
  const code = await codeOf(folder, index);
  await expect.poll(async () => await distance(await shownFace(page), code), { timeout: 20_000 }).toBeLessThan(1e-4);
  await settled(page);
  const face = await shownFace(page);
  expect(face.pixels.equals(await decodeByHand(folder, face.code))).toBe(true);

  await page.getByTestId('home').click();
  await expect.poll(async () => await distance(await shownFace(page), code), { timeout: 20_000 }).toBeGreaterThan(1e-2);
});

test('dragging looks around, and a click on a face of the cloud goes there', async ({ page }) => {
  await flying(page);
  const space = page.getByTestId('space');
  const { width, height } = (await space.boundingBox())!;
  const hovered = page.getByTestId('hovered-face');
  // Somewhere around the middle there are faces: look for one as a person does, with the pointer.
  let found = false;
  for (let ring = 0; ring < 12 && !found; ring++) {
    const [x, y] = [width * (0.3 + 0.03 * ring), height * (0.35 + 0.025 * ring)];
    await page.mouse.move(x, y);
    await page.waitForTimeout(250);
    found = await hovered.isVisible();
  }
  expect(found, 'a face under the pointer').toBe(true);
  await page.mouse.down();
  await page.mouse.up();
  await expect(page.getByTestId('hidden')).toHaveAttribute('data-anchor', /\d+/);
  await settled(page);
});

test('Save image writes exactly the face shown', async ({ page }) => {
  await flying(page);
  const { pixels, width } = await shownFace(page);
  const downloading = page.waitForEvent('download');
  await page.getByTestId('save-image').click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/\.png$/);
  const file = await readFile(await download.path());
  const { data, info } = await sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width, height: width, channels: 4 });
  expect(data.equals(pixels)).toBe(true);
  await expect(page.getByTestId('notice-success')).toBeVisible();
});

test('a larger image has the size asked for', async ({ page }) => {
  await flying(page);
  await page.getByTestId('save-size').selectOption({ index: 1 });
  const downloading = page.waitForEvent('download');
  await page.getByTestId('save-image').click();
  const file = await readFile(await (await downloading).path());
  const size = (await page.getByTestId('save-size').inputValue()).match(/\d+/);
  const { width, height } = await sharp(file).metadata();
  expect([width, height]).toEqual([width, width]);
  if (size) expect(width).toBe(Number(size[0]));
});

/** Largest difference between the code of the face shown and another one. */
async function distance({ code }: { code: Float32Array }, other: Float32Array): Promise<number> {
  return Math.max(...code.map((value, i) => Math.abs(value - other[i])));
}
