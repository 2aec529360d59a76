import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { expect, test } from '../app';
import { codeOf, decodeByHand, fly, flying, openModelFolder, pointAtFace, resting, settled, shownFace } from './window';

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
  await expect.poll(async () => distance(await shownFace(page), code), { timeout: 20_000 }).toBeLessThan(1e-4);
  await settled(page);
  const face = await shownFace(page);
  expect(face.pixels.equals(await decodeByHand(folder, face.code))).toBe(true);

  await page.getByTestId('home').click();
  await expect.poll(async () => distance(await shownFace(page), code), { timeout: 20_000 }).toBeGreaterThan(1e-2);
});

test('dragging looks around: other places come to the reticle, and no face is picked', async ({ page }) => {
  await flying(page);
  await resting(page);
  const before = await shownFace(page);
  const anchor = await page.getByTestId('space').getAttribute('data-anchor');
  const { width, height } = (await page.getByTestId('space').boundingBox())!;
  const drag = async (dx: number) => {
    await page.mouse.move(0.4 * width, 0.5 * height);
    await page.mouse.down();
    await page.mouse.move(0.4 * width + dx, 0.5 * height, { steps: 6 });
    await page.mouse.up();
    await resting(page);
  };
  await drag(120);
  expect(distance(await shownFace(page), before.code)).toBeGreaterThan(1e-2);
  await expect(page.getByTestId('space')).toHaveAttribute('data-anchor', anchor!);
  // as far back, and one looks at the same place again
  await drag(-120);
  expect(distance(await shownFace(page), before.code)).toBeLessThan(1e-3);
});

test('a click on a face of the cloud goes there', async ({ page }) => {
  await flying(page);
  const folder = await openModelFolder(page);
  const { width, height } = (await page.getByTestId('space').boundingBox())!;
  // somewhere around the middle there are faces: looks for one as a person does, with the pointer
  const ways = Array.from({ length: 12 }, (_, ring): [number, number] => [
    width * (0.3 + 0.03 * ring),
    height * (0.35 + 0.025 * ring),
  ]);
  const index = await pointAtFace(page, ways);
  const code = await codeOf(folder, index);
  expect(distance(await shownFace(page), code)).toBeGreaterThan(1e-2);
  await page.mouse.down();
  await page.mouse.up();
  await expect(page.getByTestId('hidden')).toHaveAttribute('data-anchor', String(index));
  await resting(page);
  expect(distance(await shownFace(page), code)).toBeLessThan(1e-4);
});

test('Save image writes exactly the face shown', async ({ page }) => {
  await flying(page);
  const { pixels, width } = await shownFace(page);
  await page.getByTestId('save-size').selectOption(String(width));
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
  const size = Number(/\d+/.exec(await page.getByTestId('save-size').locator('option:checked').innerText())![0]);
  expect(size).toBeGreaterThan((await shownFace(page)).width);
  const { width, height } = await sharp(file).metadata();
  expect([width, height]).toEqual([size, size]);
});

/** Largest difference between the code of the face shown and another one. */
function distance({ code }: { code: Float32Array }, other: Float32Array): number {
  return Math.max(...code.map((value, i) => Math.abs(value - other[i])));
}
