/** Looking through a folder image by image before training on it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { drawFace } from '../../../main/engine/images/synthetic/draw';
import { drawFactors } from '../../../main/engine/images/synthetic/factors';
import { expect, test } from '../app';
import { chooseFolder, flying, openPanel } from './window';

const SIDE = 80;

test('images are left out, cropped, and then trained on so', async ({ page }) => {
  const folder = await mkdtemp(join(tmpdir(), 'latentscape-curation-'));
  try {
    const face = (i: number) =>
      sharp(Buffer.from(drawFace(drawFactors(5, i), SIDE)), { raw: { width: SIDE, height: SIDE, channels: 3 } });
    await mkdir(join(folder, 'women'));
    for (let i = 0; i < 20; i++)
      await face(i)
        .png()
        .toFile(join(folder, i < 5 ? 'women' : '', `face ${i}.png`));
    await face(7).jpeg({ quality: 70 }).toFile(join(folder, 'x again.jpg'));
    await face(30).blur(4).png().toFile(join(folder, 'y blurred.png'));
    await writeFile(join(folder, 'z broken.png'), 'x');

    await flying(page);
    await openPanel(page, 'training');
    await page.getByTestId('choose-folder').click();
    await chooseFolder(page, folder);
    await expect(page.getByTestId('image-count')).toHaveAttribute('data-count', '22');
    await page.getByTestId('curate').click();
    const dialog = page.getByTestId('curation');
    const grid = page.getByTestId('curation-grid');
    await expect(grid).toHaveAttribute('data-count', '22');
    await dialog.locator('[data-value=centre]').click();
    await expect(grid.locator('[data-file="x again.jpg"]')).toHaveAttribute('data-marks', 'copy');
    await expect(grid.locator('[data-file="y blurred.png"]')).toHaveAttribute('data-marks', 'blurred');

    await page.getByTestId('curation-filter').selectOption('copy');
    await expect(grid).toHaveAttribute('data-count', '1');
    await page.getByTestId('leave-out-shown').click();
    await page.getByTestId('curation-filter').selectOption('all');
    await page.getByTestId('curation-label').selectOption('women');
    await expect(grid).toHaveAttribute('data-count', '5');
    await page.getByTestId('curation-label').selectOption('');
    await grid.locator('[data-file="y blurred.png"]').click();
    await expect(page.getByTestId('curation-used')).toHaveAttribute('data-count', '20');

    const frame = page.getByTestId('crop-frame');
    await frame.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('+');
    await expect(page.getByTestId('crop-view')).toHaveAttribute('data-own', 'true');
    await page.getByTestId('crop-reset').click();
    await expect(page.getByTestId('crop-view')).toHaveAttribute('data-own', 'false');

    await page.getByTestId('curation-use').click();
    await expect(page.getByTestId('image-count')).toHaveAttribute('data-count', '20');
    // opened again, it is as it was left
    await page.getByTestId('curate').click();
    await expect(page.getByTestId('curation-used')).toHaveAttribute('data-count', '20');

    // and so it is kept, with its name, until the folder changes
    await page.keyboard.press('Escape');
    await page.getByTestId('data-set-name').fill('Ours');
    await page.getByTestId('data-set-name').press('Enter');
    await expect(page.getByTestId('run-name')).toHaveValue(/^Ours/);
    await face(40).png().toFile(join(folder, 'z new.png'));
    await page.reload();
    await flying(page);
    await openPanel(page, 'training');
    const kept = page.getByTestId('data-set');
    await expect(kept).toContainText('Ours');
    // a press too many is taken back
    await page.getByTestId('forget-data-set').click();
    await expect(kept).toHaveCount(0);
    await page.getByTestId('undo-forget-data-set').click();
    await expect(kept).toContainText('Ours');
    await expect(page.getByTestId('undo-forget-data-set')).toHaveCount(0);
    await kept.click();
    await expect(page.getByTestId('image-count')).toHaveAttribute('data-count', '21');
    await expect(page.getByTestId('data-set-changes')).toContainText('1 new');
  } finally {
    await rm(folder, { recursive: true });
  }
});
