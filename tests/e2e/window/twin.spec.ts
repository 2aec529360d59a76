import { expect, test } from '../app';
import { codeOf, decodeByHand, fly, flying, openModelFolder, openPanel, pointAtFace, settled } from './window';
import type { Page } from '@playwright/test';
import { priorCodes } from '../../../main/engine/models/mapping';

/** Opens the panel and flies the first model that can be flown beside the open one; returns both folders. */
async function twinFlight(page: Page): Promise<{ first: string; second: string }> {
  const first = await openModelFolder(page);
  await openPanel(page, 'compare');
  const candidate = page.locator('[data-testid=twin-candidate]:enabled').first();
  await expect(candidate).toBeVisible();
  // what cannot be compared is folded away, so that the holes below stay in sight
  await expect(page.getByTestId('twin-others')).toBeVisible();
  await expect(page.locator('[data-testid=twin-candidate]:disabled')).toHaveCount(0);
  await expect(page.getByTestId('holes-toggle')).toBeInViewport();
  const second = (await candidate.getAttribute('data-path'))!;
  await candidate.click();
  await bothSettled(page);
  return { first, second };
}

async function bothSettled(page: Page): Promise<void> {
  await settled(page);
  await expect(page.getByTestId('twin-face')).toHaveAttribute('data-state', 'live', { timeout: 30_000 });
}

/** A face on screen: its RGBA bytes, and the code it was decoded from. */
async function shown(page: Page, testid: 'face' | 'twin-face'): Promise<{ code: Float32Array; pixels: Buffer }> {
  const { code, bytes } = await page.getByTestId(testid).evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return { code: canvas.dataset.code!, bytes: [...data] };
  });
  return { code: Float32Array.from(code.split(','), Number), pixels: Buffer.from(bytes) };
}

/** One of the images of a strip: its RGBA bytes. */
async function drawn(page: Page, testid: string, index: number): Promise<Buffer> {
  const bytes = await page.getByTestId(testid).evaluate((element, index) => {
    const canvas = element as HTMLCanvasElement;
    const { height } = canvas;
    const gap = (canvas.width - 5 * height) / 4;
    return [...canvas.getContext('2d')!.getImageData(index * (height + gap), 0, height, height).data];
  }, index);
  return Buffer.from(bytes);
}

const largestDifference = (a: Buffer, b: Buffer) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);

const apart = (a: Float32Array, b: Float32Array) => Math.max(...a.map((value, i) => Math.abs(value - b[i])));

test('two models of the same faces fly side by side, and both faces are exactly their decoders’ own', async ({
  page,
}) => {
  await flying(page);
  const { first, second } = await twinFlight(page);
  expect(first).not.toBe(second);
  for (const key of ['w', 'd'] as const) {
    await fly(page, key);
    await bothSettled(page);
    const [one, other] = [await shown(page, 'face'), await shown(page, 'twin-face')];
    expect(one.pixels.equals(await decodeByHand(first, one.code))).toBe(true);
    expect(other.pixels.equals(await decodeByHand(second, other.code))).toBe(true);
    expect(one.pixels.equals(other.pixels)).toBe(false);
  }
});

test('a face that is flown to is that very face in both models', async ({ page }) => {
  await flying(page);
  const { first, second } = await twinFlight(page);
  await page.getByTestId('twin-home').click();
  await expect
    .poll(async () => page.getByTestId('space').getAttribute('data-anchor'), { timeout: 20_000 })
    .toMatch(/^\d+$/);
  // pick what the pointer is over, as people do, on the side of the second model
  const twin = page.getByTestId('twin-space');
  const box = (await twin.boundingBox())!;
  const points = Array.from({ length: 16 }, (_, step): [number, number] => [
    box.x + box.width * (0.35 + 0.02 * step),
    box.y + box.height * (0.6 + 0.015 * step),
  ]);
  const index = await pointAtFace(page, points);
  expect(String(index), 'another face').not.toBe(await page.getByTestId('space').getAttribute('data-anchor'));
  await page.mouse.down();
  await page.mouse.up();
  await expect(page.getByTestId('space')).toHaveAttribute('data-anchor', String(index));
  for (const [testid, folder] of [
    ['face', first],
    ['twin-face', second],
  ] as const) {
    const code = await codeOf(folder, index);
    await expect
      .poll(async () => apart((await shown(page, testid)).code, code), { timeout: 20_000 })
      .toBeLessThan(1e-4);
  }
  await bothSettled(page);
  const other = await shown(page, 'twin-face');
  expect(other.pixels.equals(await decodeByHand(second, other.code))).toBe(true);
});

test('codes drawn from N(0, I), the same for both models, are decoded below their faces', async ({ page }) => {
  await flying(page);
  const { first, second } = await twinFlight(page);
  for (const seed of [1, 2]) {
    const codes = priorCodes(32, 5, seed);
    for (const [testid, folder] of [
      ['draws', first],
      ['twin-draws', second],
    ]) {
      for (const i of [0, 4]) {
        const wanted = await decodeByHand(folder, codes.slice(32 * i, 32 * (i + 1)));
        // five at a time may round otherwise than one alone
        await expect.poll(async () => largestDifference(await drawn(page, testid, i), wanted)).toBeLessThanOrEqual(1);
      }
    }
    await page.getByTestId('twin-redraw').click();
  }
});

/** Mean squared difference of neighbouring pixels of the first image of a strip: next to nothing where no face is drawn. */
async function detail(page: Page, testid: string): Promise<number> {
  return page.getByTestId(testid).evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, 64, 64);
    let sum = 0;
    for (let y = 0; y < 64; y++) {
      for (let x = 1; x < 64; x++) sum += (data[(y * 64 + x) * 4] - data[(y * 64 + x - 1) * 4]) ** 2 / (64 * 63);
    }
    return sum;
  });
}

test('the opening shows what both draw from the same codes, then the line between two faces, then both in flight', async ({
  page,
}) => {
  await flying(page);
  await page.getByTestId('hint-tour').click();
  const stage = page.getByTestId('tour-stage');
  await expect(stage).toHaveAttribute('data-stage', 'draws', { timeout: 60_000 });
  await expect(page.getByTestId('hint')).toBeHidden();
  await expect(page.getByTestId('tour-draws-vae')).toBeVisible({ timeout: 30_000 });
  // this AE draws grey fog from such codes
  expect(await detail(page, 'tour-draws-ae')).toBeLessThan(0.5 * (await detail(page, 'tour-draws-vae')));
  await page.getByTestId('tour-next').click();
  await expect(stage).toHaveAttribute('data-stage', 'line');
  const [ae, vae] = [await detail(page, 'tour-line-ae'), await detail(page, 'tour-line-vae')];
  expect(ae / vae).toBeLessThan(2);
  await page.getByTestId('tour-fly').click();
  await expect(stage).toBeHidden();
  await bothSettled(page);
});

test('one flies out of the cloud, swaps sides and goes back to one model', async ({ page }) => {
  await flying(page);
  const { first, second } = await twinFlight(page);
  const meter = page.getByTestId('hole-meter');
  await expect(meter).toHaveAttribute('data-state', /data|edge/);
  await page.getByTestId('fly-out').click();
  await expect(page.getByTestId('twin-hole-meter')).toHaveAttribute('data-state', 'hole', { timeout: 90_000 });

  await page.getByTestId('twin-swap').click();
  await expect(page.getByTestId('twin-pair')).toBeVisible();
  await expect.poll(async () => page.getByTestId('twin').locator('h2').first().getAttribute('title')).toBe(second);
  await expect.poll(async () => page.getByTestId('twin').locator('h2').last().getAttribute('title')).toBe(first);
  await bothSettled(page);
  const one = await shown(page, 'face');
  expect(one.pixels.equals(await decodeByHand(second, one.code))).toBe(true);

  await page.getByTestId('twin-leave').click();
  await expect(page.getByTestId('twin')).toBeHidden();
  await expect(page.getByTestId('face-panel')).toBeVisible();
});
