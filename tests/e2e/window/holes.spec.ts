import * as ort from '../../../main/engine/onnxruntime';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from '../app';
import { flying, openModelFolder, openPanel, shownFace } from './window';
import type { Page } from '@playwright/test';

/** How much the fog of drift, which is plum to orange, tints a part of the window around a point: mean red less green, 0..255. */
async function tint(page: Page, x: number, y: number): Promise<number> {
  const clip = { x: x - 40, y: y - 30, width: 80, height: 60 };
  const { channels } = await sharp(await page.screenshot({ clip })).stats();
  return channels[0].mean - channels[1].mean;
}

/** `‖E(D(z)) − z‖` by the networks in a model folder, run by onnxruntime alone. */
async function driftByHand(folder: string, code: Float32Array): Promise<number> {
  const decoder = await ort.InferenceSession.create(join(folder, 'decoder.onnx'));
  const encoder = await ort.InferenceSession.create(join(folder, 'encoder.onnx'));
  const z = new ort.Tensor('float32', code, [1, code.length]);
  const decoded = await decoder.run({ [decoder.inputNames[0]]: z });
  const encoded = await encoder.run({ [encoder.inputNames[0]]: decoded[decoder.outputNames[0]] });
  const mu = encoded.mu.data as Float32Array;
  await decoder.release();
  await encoder.release();
  return Math.hypot(...mu.map((value, i) => value - code[i]));
}

test('the meter reads the drift of the face shown', async ({ page }) => {
  await flying(page);
  const folder = await openModelFolder(page);
  await openPanel(page, 'compare');
  const meter = page.getByTestId('hole-meter');
  await expect(meter).toHaveAttribute('data-state', /data|edge|hole/);
  const { code } = await shownFace(page);
  const drift = await driftByHand(folder, code);
  await expect.poll(async () => Number(await meter.getAttribute('data-drift'))).toBeCloseTo(drift, 4);
});

test('the hole map comes coarse to fine, is seen, and its numbers are those of a direct computation', async ({
  page,
}) => {
  await flying(page);
  const folder = await openModelFolder(page);
  const { code } = await shownFace(page);
  await openPanel(page, 'compare');
  await page.getByTestId('holes-toggle').click();
  const model = page.getByTestId('holes-model');
  const sides = new Set<string>();
  await expect
    .poll(
      async () => {
        const side = await model.getAttribute('data-side');
        if (side) sides.add(side);
        return (await model.getAttribute('data-done')) === 'true' && side;
      },
      { timeout: 120_000, intervals: [50] },
    )
    .toBe('17');
  expect(sides.size, 'grids seen on the way').toBeGreaterThan(1);
  // one sees where the holes are: there is no fog around the start, in the middle of the data, and there is beyond them
  const centre = await page
    .locator('main')
    .evaluate((main) => Number.parseFloat(main.style.getPropertyValue('--centre')));
  await expect.poll(() => tint(page, centre, 60)).toBeGreaterThan(8 + (await tint(page, centre, 400)));

  const downloading = page.waitForEvent('download');
  await page.getByTestId('holes-save-csv').click();
  const file = await (await downloading).path();
  const [head, ...lines] = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(head).toBe('x,y,z,drift,log_density');
  expect(lines).toHaveLength(17 ** 3);
  const rows = lines.map((line) => line.split(',').map(Number));
  expect(rows.flat().every(Number.isFinite)).toBe(true);
  // the middle of the grid is the place where flights start, whose code is known
  const middle = rows[(17 ** 3 - 1) / 2];
  expect(Math.hypot(...middle.slice(0, 3))).toBeLessThan(1e-3);
  expect(middle[3]).toBeCloseTo(await driftByHand(folder, code), 2);
  // the cube is twice the cloud's root-mean-square radius of 10 units
  expect(rows[0].slice(0, 3).map((x) => Math.round(100 * x) / 100)).toEqual([-20, -20, -20]);
  expect(rows[1][0] - rows[0][0]).toBeCloseTo(2.5, 3);

  // hidden again, nothing is measured any more
  await page.getByTestId('holes-toggle').click();
  await expect(model).toBeHidden();
});
