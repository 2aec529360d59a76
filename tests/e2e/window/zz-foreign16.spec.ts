/** A decoder that somebody else made: how it is read is shown, and corrected. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foreignDecoder } from '../../unit/models/networks';
import { expect, test } from '../app';
import { chooseFile, flying, openPanel, settled, shownFace } from './window';

test('how a decoder is read is corrected, and the face follows', async ({ page }) => {
  const folder = await mkdtemp(join(tmpdir(), 'latentscape-foreign-'));
  const file = join(folder, 'strange.onnx');
  await writeFile(file, foreignDecoder());
  try {
    await flying(page);
    const panel = await openPanel(page, 'models');
    await panel.getByTestId('open-model').click();
    await chooseFile(page, file);
    const form = page.getByTestId('layout-form');
    await expect(form).toBeVisible();
    await expect(page.getByTestId('layout-range')).toHaveValue('0..1');
    await settled(page);
    const before = await shownFace(page);

    await page.getByTestId('layout-range').selectOption('logits');
    await page.getByTestId('layout-class').selectOption('3');
    await page.getByTestId('layout-apply').click();
    await expect(page.getByTestId('layout-range')).toHaveValue('logits');
    await expect(page.getByTestId('layout-class')).toHaveValue('3');
    await expect.poll(async () => (await shownFace(page)).pixels.equals(before.pixels)).toBe(false);

    await form.scrollIntoViewIfNeeded();
    await page.screenshot({ path: '/tmp/foreign16.png' });
    // what does not fit says so, and the last one that did stays
    await form.getByLabel('Width').fill('17');
    await page.getByTestId('layout-apply').click();
    await expect(page.getByText(/does not fit 17×16 pixels/)).toBeVisible();
    await expect(page.getByTestId('layout-class')).toHaveValue('3');
  } finally {
    await rm(folder, { recursive: true });
  }
});
