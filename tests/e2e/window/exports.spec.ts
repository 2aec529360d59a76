import type { Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { parse } from 'npyjs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from '../app';
import { chooseFile, codeOf, drop, fly, flying, openModelFolder, openPanel, settled, shownFace } from './window';

/** What saving writes: the file's name and its bytes. */
async function saved(page: Page, save: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const downloading = page.waitForEvent('download', { timeout: 120_000 });
  await save();
  const download = await downloading;
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

const savedAs = (page: Page, format: string) =>
  saved(page, async () => {
    await page.getByTestId('export-format').selectOption(format);
    await page.getByTestId('export-save').click();
  });

test('two faces never have one name, and a picture dropped on the window leads back to its place', async ({ page }) => {
  await flying(page);
  const first = await saved(page, () => page.getByTestId('save-image').click());
  const { code } = await shownFace(page);
  expect((await sharp(first.bytes).metadata()).width).toBe(512);
  await fly(page, 'w');
  await fly(page, 'd');
  const second = await saved(page, () => page.getByTestId('save-image').click());
  expect(second.name).not.toBe(first.name);
  expect(first.name).toMatch(/_512px\.png$/);

  await drop(page, first.name, 'image/png', first.bytes);
  const apart = async () => Math.max(...(await shownFace(page)).code.map((value, i) => Math.abs(value - code[i])));
  await expect.poll(apart, { timeout: 30_000 }).toBeLessThan(1e-4);
});

test('a selection goes home as a sheet, as pictures with their codes, and as tables', async ({ page }) => {
  await flying(page);
  const folder = await openModelFolder(page);
  await openPanel(page, 'faces');
  await page.getByTestId('face-search').fill('10-14');
  const count = Number(await page.getByTestId('face-count').getAttribute('data-count'));
  expect(count).toBe(5);

  await page.getByTestId('export-faces').click();
  await page.getByTestId('export-size').selectOption('256');
  await page.getByTestId('export-columns').fill('2');
  await page.getByTestId('export-gap').fill('4');
  const sheet = await savedAs(page, 'png');
  const rows = Math.ceil(count / 2);
  expect(await sharp(sheet.bytes).metadata()).toMatchObject({ width: 2 * 260 + 4, height: rows * 260 + 4 });

  await page.getByTestId('export-faces').click();
  const files = unzipSync((await savedAs(page, 'pictures')).bytes);
  expect(Object.keys(files).filter((name) => name.endsWith('.png'))).toHaveLength(count);
  const codes = parse(files['codes.npy'].slice().buffer);
  expect(codes.shape[0]).toBe(count);
  const second = (codes.data as Float32Array).subarray(codes.shape[1], 2 * codes.shape[1]);
  expect([...second]).toEqual([...(await codeOf(folder, 11))]);
});

test('a path goes home as MP4 and WebM that play as long as they should', async ({ page, open }) => {
  await flying(page);
  await openPanel(page, 'paths');
  await page.getByTestId('path-tabs').getByRole('button', { name: 'Flights' }).click();
  await page.getByTestId('record').click();
  await fly(page, 'w');
  await page.getByTestId('record').click();
  const seconds = Number(/[\d.]+/.exec(await page.getByTestId('flight').locator('.seconds').innerText())![0]);

  for (const format of ['mp4', 'webm'] as const) {
    await page.getByTestId('export-flight').click();
    await page.getByTestId('export-size').selectOption('256');
    await page.getByTestId('export-fps').selectOption('12');
    const { bytes, name } = await savedAs(page, format);
    expect(name.endsWith(`.${format}`)).toBe(true);
    // the app's own page may load no media
    const player = await open('about:blank');
    const video = await player.evaluate(
      async ({ base64, type }) => {
        const element = document.createElement('video');
        element.src = `data:${type};base64,${base64}`;
        element.muted = true;
        await new Promise((resolve, reject) => {
          element.onloadeddata = resolve;
          element.onerror = () => reject(new Error(element.error?.message));
        });
        return { width: element.videoWidth, height: element.videoHeight, duration: element.duration };
      },
      { base64: bytes.toString('base64'), type: `video/${format}` },
    );
    expect(video).toMatchObject({ width: 256, height: 256 });
    expect(Math.abs(video.duration - seconds)).toBeLessThan(0.15);
  }
});

test('the view and the faces around are pictures of the size asked for', async ({ page }) => {
  await flying(page);
  await page.getByTestId('open-export').click();
  await page.getByTestId('export-what').getByRole('button', { name: '3D view' }).click();
  await page.getByTestId('export-width').selectOption('2560');
  const view = await savedAs(page, 'jpg');
  const { width, format } = await sharp(view.bytes).metadata();
  expect({ width, format }).toEqual({ width: 2560, format: 'jpeg' });
  // faces on a dark space: neither empty nor flat
  const { channels } = await sharp(view.bytes).stats();
  expect(Math.min(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(8);

  await page.getByTestId('open-export').click();
  await page.getByTestId('export-what').getByRole('button', { name: 'Faces around' }).click();
  await page.getByTestId('export-size').selectOption('128');
  await page.getByTestId('export-gap').fill('0');
  expect(await sharp((await savedAs(page, 'webp')).bytes).metadata()).toMatchObject({ width: 896, height: 896 });
  await settled(page);
});

test('a model goes home as one file, and opens from it as the same model', async ({ page, home }) => {
  await flying(page);
  const name = (await page.getByTestId('open-model-name').textContent())!;
  const before = await shownFace(page);
  await openPanel(page, 'exports');
  const { name: file, bytes } = await saved(page, () => page.getByTestId('take-model').click());
  expect(file).toMatch(/\.latentscape$/);
  const path = join(home, file);
  await writeFile(path, bytes);

  const panel = await openPanel(page, 'models');
  await page.getByTestId('open-model').click();
  await chooseFile(page, path);
  await expect(panel.locator('[data-testid=model][aria-current=true]')).toHaveAttribute('data-path', path, {
    timeout: 30_000,
  });
  await flying(page);
  await expect(page.getByTestId('open-model-name')).toHaveText(name);
  const after = await shownFace(page);
  expect(Math.max(...after.code.map((value, i) => Math.abs(value - before.code[i])))).toBeLessThan(1e-3);
  expect(Math.max(...after.pixels.map((value, i) => Math.abs(value - before.pixels[i])))).toBeLessThanOrEqual(2);
});
