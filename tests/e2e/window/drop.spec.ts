/** Things dropped on the window where the browser does not say where they lie. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { decoder } from '../../unit/models/networks';
import { expect, systemDialogs, test } from '../app';
import { flying } from './window';

/** Drops files or folders of this machine, as from a file manager. */
async function drop(page: Page, ...files: string[]): Promise<void> {
  const devTools = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devTools.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data });
  }
  await devTools.detach();
}

const picture = (i: number) =>
  sharp({ create: { width: 40, height: 40, channels: 3, background: { r: 9 * i, g: 80, b: 120 } } })
    .png()
    .toBuffer();

test.beforeEach(({ page }) => test.skip(systemDialogs(page) !== null, 'this host tells where files lie'));

test('a folder, files, a zip and a model are taken over', async ({ page }) => {
  await flying(page);
  const folder = await mkdtemp(join(tmpdir(), 'latentscape-drop-'));
  try {
    const at = (...names: string[]) => join(folder, ...names);
    const images = await Promise.all(Array.from({ length: 24 }, (_, i) => picture(i)));
    await mkdir(at('Our faces', 'more'), { recursive: true });
    for (const [i, bytes] of images.entries())
      await writeFile(at('Our faces', i < 12 ? 'more' : '', `${i}.png`), bytes);
    await drop(page, at('Our faces'));
    await expect(page.getByTestId('image-count')).toHaveAttribute('data-count', '24');
    await expect(page.getByTestId('run-name')).toHaveValue(/^Our faces/);

    const some = Array.from({ length: 9 }, (_, i) => at('Our faces', `${i + 12}.png`));
    await drop(page, ...some);
    await expect(page.getByTestId('image-count')).toHaveAttribute('data-count', '9');

    const zipped = images.slice(0, 20).map((bytes, i) => [`faces/${i}.png`, new Uint8Array(bytes)] as const);
    await writeFile(at('My zip.zip'), zipSync(Object.fromEntries(zipped)));
    await drop(page, at('My zip.zip'));
    await expect(page.getByTestId('image-count')).toHaveAttribute('data-count', '20');
    await expect(page.getByTestId('run-name')).toHaveValue(/^My zip/);

    await writeFile(at('page.onnx'), '<!doctype html>');
    await drop(page, at('page.onnx'));
    await expect(page.getByText(/is a web page, not a model/)).toBeVisible();

    await writeFile(at('other.onnx'), decoder({ latentSize: 4, channels: 3, size: 16 }));
    await drop(page, at('other.onnx'));
    await expect(page.getByTestId('space')).toHaveAttribute('data-count', '512');
  } finally {
    await rm(folder, { recursive: true });
  }
});
