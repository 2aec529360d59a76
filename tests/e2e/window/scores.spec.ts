import { existsSync } from 'node:fs';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../../scripts/root.mjs';
import { expect, test } from '../app';
import { chooseFolder, decodeByHand, flying, openModelFolder, openPanel, settled, shownFace } from './window';

const portraits = join(root, '../shared/data/portraits');
/** Photographs that are measured, a fifth of them held out: all there are would take minutes. */
const [FEW, HELD_OUT] = [60, 12];

test.describe('scores', () => {
  test('an AE is repaired by a mixture, and a sample of it flown to', async ({ page }, testInfo) => {
    await flying(page);
    await page.getByTestId('compare').locator('[data-value$="portraits-ae"]').click();
    await expect(page.getByTestId('open-model-name')).toHaveText('Portraits AE');
    await settled(page);

    await openPanel(page, 'scores');
    await expect(page.getByTestId('prior-samples').getByRole('button')).toHaveCount(24);
    await page.getByTestId('fit-mixture').click();
    await expect(page.getByTestId('measuring')).toBeVisible();
    await expect(page.getByTestId('mixture-samples').getByRole('button')).toHaveCount(24, { timeout: 120_000 });
    // what was measured on images, and is kept with the model, stays
    await expect(page.getByTestId('scores-data')).toContainText('held-out images of');
    const distance = async (which: string) =>
      Number(/[\d.]+/.exec((await page.getByTestId(`${which}-quality`).textContent())!)![0]);
    expect(await distance('mixture')).toBeLessThan(0.5 * (await distance('prior')));
    await testInfo.attach('repaired', { body: await page.screenshot(), contentType: 'image/png' });

    const sample = page.getByTestId('mixture-samples').getByRole('button').nth(5);
    const pixels = await sample.locator('canvas').evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      return [...canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data];
    });
    await sample.click();
    // The code passes through the frame and back in single precision: a grey level may round otherwise.
    const apart = async () =>
      (await shownFace(page)).pixels.reduce((most, value, i) => Math.max(most, Math.abs(value - pixels[i])), 0);
    await expect.poll(apart, { timeout: 30_000 }).toBeLessThanOrEqual(2);
    await settled(page);
    const { code, pixels: shown } = await shownFace(page);
    expect(shown.equals(await decodeByHand(await openModelFolder(page), code))).toBe(true);
  });

  test('measures a VAE on photographs, and can be cancelled', async ({ page }, testInfo) => {
    test.setTimeout(400_000); // half a minute of one core, more on a busy machine
    test.skip(!existsSync(portraits), `the photographs are not here (${portraits})`);
    const some = testInfo.outputPath('photographs');
    for (const name of (await readdir(portraits)).sort().slice(0, FEW))
      await cp(join(portraits, name), join(some, name));
    await flying(page);
    const folder = await openModelFolder(page);
    const { latentSize } = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as { latentSize: number };
    await openPanel(page, 'scores');
    await page.getByTestId('measure').click();
    await chooseFolder(page, some);
    await expect(page.getByTestId('measuring')).toBeVisible();
    await page.getByTestId('cancel-measuring').click();
    await expect(page.getByTestId('measuring')).toBeHidden();
    await expect(page.getByTestId('scores-failure')).toBeHidden();

    await page.getByTestId('measure').click();
    await chooseFolder(page, some);
    await expect(page.getByTestId('measuring')).toBeVisible();
    await expect(page.getByTestId('measuring')).toBeHidden({ timeout: 300_000 });
    await expect(page.getByTestId('scores-data')).toContainText(`${HELD_OUT} images of`);
    await expect(page.getByTestId('score-mse')).toContainText(`PCA ${latentSize}`);
    await expect(page.getByTestId('kl-bars').locator('i')).toHaveCount(latentSize);
    const panel = page.getByTestId('scores-panel');
    await testInfo.attach('measured', { body: await page.screenshot(), contentType: 'image/png' });
    for (const section of ['bound-scores', 'sampling-scores', 'drift-scores']) {
      await panel.getByTestId(section).scrollIntoViewIfNeeded();
      await testInfo.attach(section, { body: await page.screenshot(), contentType: 'image/png' });
    }
  });
});
