import type { Page } from '@playwright/test';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from '../app';
import {
  chooseFile,
  codeOf,
  decodeByHand,
  drop,
  flying,
  openModelFolder,
  openPanel,
  resting,
  settled,
  shownFace,
} from './window';

/** Where the face lies in the photo, pixels. */
const FACE = { left: 150, top: 40, side: 192 };

/** The shape of RGBA bytes of a square image. */
const squareOf = ({ length }: Buffer) => {
  const side = Math.sqrt(length / 4);
  return { width: side, height: side, channels: 4 } as const;
};

/** A photograph of a face that the model in `folder` knows, on a grey wall. */
async function photoOf(folder: string, face: number): Promise<Buffer> {
  const pixels = await decodeByHand(folder, await codeOf(folder, face));
  const head = await sharp(pixels, { raw: squareOf(pixels) })
    .resize(FACE.side, FACE.side)
    .png()
    .toBuffer();
  return sharp({ create: { width: 440, height: 280, channels: 3, background: '#7d7b78' } })
    .composite([{ input: head, left: FACE.left, top: FACE.top }])
    .jpeg({ quality: 95 })
    .toBuffer();
}

async function pixelsOf(page: Page, testid: string): Promise<number[]> {
  return page.getByTestId(testid).evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    return [...canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data];
  });
}

const difference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a, (value, i) => Math.abs(value - b[i])).reduce((sum, value) => sum + value, 0) / a.length;

const likeness = (page: Page) => page.getByTestId('photo-likeness');

test('a photo that is dropped is found, flown to, kept, and then a face like any other', async ({ page }) => {
  await flying(page);
  const folder = await openModelFolder(page);
  const before = Number(await page.getByTestId('space').getAttribute('data-count'));
  await drop(page, 'aunt.jpg', 'image/jpeg', await photoOf(folder, 7));
  await expect(page.getByTestId('photo-found')).toHaveAttribute('data-found', 'face', { timeout: 30_000 });
  await expect(likeness(page)).toHaveAttribute('data-likeness', 'known');

  // framed as the model's images are: the face fills the frame as it fills them
  const [left, top, side] = (await page.getByTestId('photo-frame').getAttribute('data-frame'))!.split(',').map(Number);
  expect(Math.abs(left * 280 - FACE.left)).toBeLessThan(16);
  expect(Math.abs(top * 280 - FACE.top)).toBeLessThan(16);
  expect(Math.abs(side * 280 - FACE.side)).toBeLessThan(24);
  const face = await decodeByHand(folder, await codeOf(folder, 7));
  expect(difference(await pixelsOf(page, 'photo-original'), face)).toBeLessThan(16);

  // what is seen at the reticle is what the panel shows as redrawn
  await resting(page);
  expect([...(await shownFace(page)).pixels]).toEqual(await pixelsOf(page, 'photo-reconstruction'));

  await page.getByTestId('photo-name').fill('Aunt Ada');
  await page.getByTestId('photo-keep').click();
  await expect(page.getByTestId('photo-kept')).toBeVisible();
  await expect(page.getByTestId('space')).toHaveAttribute('data-count', String(before + 1));
  await resting(page);
  await expect(page.getByTestId('nearest')).toHaveAttribute('data-index', String(before));
  const { code } = await shownFace(page);

  // in the lists, and after a reload
  await page.reload();
  await flying(page);
  await openPanel(page, 'faces');
  await page.getByTestId('face-search').fill(String(before));
  await page.getByTestId('face-list').locator(`[data-face="${before}"]`).click();
  await resting(page);
  const again = (await shownFace(page)).code;
  expect(Math.max(...again.map((value, i) => Math.abs(value - code[i])))).toBeLessThan(1e-4);

  // in the other model of the same faces
  await openPanel(page, 'compare');
  await page.locator('[data-testid=twin-candidate]:enabled').first().click();
  await expect(page.getByTestId('twin-face')).toHaveAttribute('data-state', 'live', { timeout: 30_000 });
  await openPanel(page, 'my-photo');
  await expect(page.getByTestId('kept-photos')).toHaveAttribute('data-count', '1');
  await page.getByTestId('forget-photo').click();
  await expect(page.getByTestId('space')).toHaveAttribute('data-count', String(before));
  await page.getByTestId('undo-forget-photo').click();
  await expect(page.getByTestId('space')).toHaveAttribute('data-count', String(before + 1));
  await page.getByTestId('forget-photo').click();
  await expect(page.getByTestId('space')).toHaveAttribute('data-count', String(before));
  await expect(page.getByTestId('twin-face')).toHaveAttribute('data-state', 'live', { timeout: 30_000 });
});

test('the frame can be nudged by hand, and what is in it decides the code', async ({ page }) => {
  await flying(page);
  const folder = await openModelFolder(page);
  await openPanel(page, 'my-photo');
  const file = { name: 'aunt.jpg', mimeType: 'image/jpeg', buffer: await photoOf(folder, 3) };
  await page.getByTestId('photo-file').setInputFiles(file);
  await expect(likeness(page)).toBeVisible({ timeout: 30_000 });
  const original = await pixelsOf(page, 'photo-original');
  const frame = page.getByTestId('photo-frame');
  const start = (await frame.getAttribute('data-frame'))!;
  const box = (await frame.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 - 60, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => difference(await pixelsOf(page, 'photo-original'), original)).toBeGreaterThan(10);
  await expect(likeness(page)).not.toHaveAttribute('data-likeness', 'known');
  await frame.focus();
  const moved = Number((await frame.getAttribute('data-frame'))!.split(',')[0]);
  const left = Number(start.split(',')[0]);
  const side = Number(start.split(',')[2]);
  for (let i = 0; i < Math.round((left - moved) / (0.02 * side)); i++) await page.keyboard.press('ArrowRight');
  await expect(likeness(page)).toHaveAttribute('data-likeness', 'known');
});

test('a decoder without an encoder searches for the code of a pasted photo', async ({ page, home }) => {
  await flying(page);
  const folder = await openModelFolder(page);
  await openPanel(page, 'models');
  await page.getByTestId('open-model').click();
  // its encoder does not lie beside it
  const decoder = join(home, 'alone.onnx');
  await copyFile(join(folder, 'decoder.onnx'), decoder);
  await chooseFile(page, decoder);
  await expect(page.getByTestId('layout-form')).toBeVisible({ timeout: 30_000 });
  await settled(page);
  const pixels = await decodeByHand(folder, await codeOf(folder, 11));
  const png = await sharp(pixels, { raw: squareOf(pixels) })
    .png()
    .toBuffer();
  await page.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], 'image.png', { type: 'image/png' }));
    window.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, png.toString('base64'));
  await expect(page.getByTestId('photo-cancel')).toBeVisible();
  await expect(likeness(page)).toBeVisible({ timeout: 60_000 });
  expect(difference(await pixelsOf(page, 'photo-reconstruction'), pixels)).toBeLessThan(8);
});
