/** The numbers beside the formulas add up, and follow the face one looks at. */
import type { Page } from '@playwright/test';
import * as ort from '../../../main/engine/onnxruntime';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../../scripts/root.mjs';
import { expect, test } from '../app';
import { fly, flying, openPanel } from './window';

const number = (text: string) => Number(text.replace(/[=+]/g, '').replaceAll('−', '-').replace(/\s/g, ''));

test('the terms of the bound add up for the face at the reticle', async ({ page }) => {
  await flying(page);
  await openPanel(page, 'theory');
  const term = async (name: string) => number(await page.getByTestId(`theory-${name}`).innerText());
  await expect(page.getByTestId('theory-bound')).toHaveAttribute('aria-busy', 'false', { timeout: 30_000 });
  // Each is rounded to a tenth.
  expect(await term('elbo')).toBeCloseTo((await term('reconstruction')) + (await term('kl')), 0);
  expect(await term('iwae')).toBeCloseTo((await term('elbo')) + (await term('gap')), 0);
  expect(await term('gap')).toBeGreaterThan(0);

  const before = await term('elbo');
  await expect(async () => {
    await fly(page, 'd'); // a little way at a time: near enough the number is the same
    expect(await term('elbo')).not.toBe(before);
  }).toPass({ timeout: 30_000 });
});

const family = join(root, 'models/beta-family');
const SIZE = 32;

test('what β changes: the slider shows what each member makes of the same faces', async ({ page }, testInfo) => {
  await flying(page);
  await openPanel(page, 'theory');
  const slider = page.getByTestId('beta-slider');
  await slider.scrollIntoViewIfNeeded();
  const { members } = JSON.parse(await readFile(join(family, 'family.json'), 'utf8')) as {
    members: { folder: string; beta: number; rate: { value: number }; klPerDimension: number[] }[];
  };
  const labels = page.getByTestId('beta-family').locator('datalist option');
  expect(await labels.evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).label))).toEqual(
    members.map(({ beta }) => String(beta)),
  );
  const faces = await tiles(page, 'beta-faces');
  const samples: string[] = [];
  for (const { folder, beta, rate, klPerDimension } of [
    members[0],
    members[Math.floor(members.length / 2)],
    members.at(-1)!,
  ]) {
    await slider.fill(String(Math.log10(beta)));
    await expect(page.getByTestId('rate-distortion')).toHaveAttribute('data-beta', String(beta));
    expect(await tiles(page, 'beta-reconstructions')).toEqual(await redrawn(join(family, folder), faces));
    expect(number(await page.getByTestId('beta-rate').innerText())).toBeCloseTo(rate.value, 1);
    await expect(page.getByTestId('beta-family').locator('.bars i')).toHaveCount(klPerDimension.length);
    samples.push((await tiles(page, 'beta-samples')).join());
    await testInfo.attach(`β = ${beta}`, { body: await page.screenshot(), contentType: 'image/png' });
  }
  expect(new Set(samples).size).toBe(3);
  await expect(page.getByTestId('beta-collapse')).toContainText('collapsed');

  // between two members, their pictures are mixed, and it says so
  await slider.fill(String(Math.log10(members[0].beta * members[1].beta) / 2));
  await expect(page.getByTestId('beta-family').locator('label')).toContainText('blended');
  const [a, b] = await Promise.all([members[0], members[1]].map(({ folder }) => redrawn(join(family, folder), faces)));
  const mixed = await tiles(page, 'beta-reconstructions');
  expect(mixed.every((value, i) => Math.abs(value - (a[i] + b[i]) / 2) <= 1)).toBe(true);

  const before = await tiles(page, 'beta-samples');
  await page.getByTestId('beta-redraw').click();
  await expect.poll(() => tiles(page, 'beta-samples')).not.toEqual(before);
});

/** The pictures in a strip, one after the other, RGBA. */
async function tiles(page: Page, strip: string): Promise<number[]> {
  return page.getByTestId(strip).evaluate((element, size) => {
    const canvas = element as HTMLCanvasElement;
    const count = Math.floor(canvas.width / size);
    const gap = (canvas.width - count * size) / (count - 1);
    const context = canvas.getContext('2d')!;
    return Array.from({ length: count }, (_, i) => [
      ...context.getImageData(i * (size + gap), 0, size, size).data,
    ]).flat();
  }, SIZE);
}

/** What the networks in a model folder, run by onnxruntime alone, make of RGBA images. */
async function redrawn(folder: string, rgba: number[]): Promise<number[]> {
  const area = SIZE * SIZE;
  const count = rgba.length / (4 * area);
  const images = new Float32Array(count * 3 * area);
  const each = (visit: (planar: number, interleaved: number) => void) => {
    for (let n = 0; n < count; n++)
      for (let c = 0; c < 3; c++) for (let i = 0; i < area; i++) visit((3 * n + c) * area + i, (n * area + i) * 4 + c);
  };
  each((planar, interleaved) => (images[planar] = rgba[interleaved] / 255));
  const run = async (file: string, input: ort.Tensor, output: string | number) => {
    const session = await ort.InferenceSession.create(join(folder, file));
    const results = await session.run({ [session.inputNames[0]]: input });
    await session.release();
    return results[typeof output === 'string' ? output : session.outputNames[output]];
  };
  const mu = await run('encoder.onnx', new ort.Tensor('float32', images, [count, 3, SIZE, SIZE]), 'mu');
  const decoded = (await run('decoder.onnx', mu, 0)).data as Float32Array;
  const pixels = new Uint8ClampedArray(rgba.length).fill(255);
  each((planar, interleaved) => (pixels[interleaved] = decoded[planar] * 255));
  return [...pixels];
}
