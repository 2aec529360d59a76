/** A decoder that takes longer than a frame of the display: coarse faces while one flies, the whole one at rest. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { bundleModel, openModel, writeModel } from '../../../main/engine/models';
import { encoder, slowDecoder } from '../../unit/models/networks';
import { codesOf, tinyFiles } from '../../unit/models/tiny';
import { expect, test } from '../app';
import { chooseFile, flying, openPanel, resting, shownFace } from './window';

const [WIDTH, HEIGHT] = [256, 320];

test('flying shows coarse faces where the decoder is slow, and the whole face at rest', async ({ page }) => {
  test.setTimeout(900_000);
  const folder = await mkdtemp(join(tmpdir(), 'latentscape-slow-'));
  const file = join(folder, 'slow.latentscape');
  try {
    await writeFile(file, await slowModel(join(folder, 'slow')));
    await flying(page);
    const panel = await openPanel(page, 'models');
    await panel.getByTestId('open-model').click();
    await chooseFile(page, file);
    await expect(page.getByTestId('open-model-name')).toHaveText('Slow', { timeout: 400_000 });
    await resting(page);
    await noteFaces(page);

    // there are whole faces until the coarse decoder has been made
    await page.getByTestId('space').focus();
    await page.keyboard.down('d');
    await expect.poll(() => widths(page), { timeout: 400_000 }).toContain(WIDTH);
    await page.keyboard.up('d');
    await expect
      .poll(
        async () => {
          await page.keyboard.press('a', { delay: 400 });
          return (await widths(page)).some((width) => width < WIDTH);
        },
        { timeout: 400_000 },
      )
      .toBe(true);

    await resting(page);
    expect((await shownFace(page)).width).toBe(WIDTH);
    const shape = await page.getByTestId('face').evaluate((canvas) => (canvas as HTMLCanvasElement).height);
    expect(shape).toBe(HEIGHT);
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** A model of few faces in one file: their pictures are drawn when it is written. */
async function slowModel(folder: string): Promise<Uint8Array> {
  const files = tinyFiles({ name: 'Slow' });
  const image = { size: WIDTH, height: HEIGHT, channels: 3 } as const;
  const codes = codesOf(12, 4);
  await writeModel(folder, {
    ...files,
    manifest: { ...files.manifest, latentSize: 4, image },
    decoder: slowDecoder(WIDTH, HEIGHT),
    encoder: encoder(4, 3, WIDTH, true, HEIGHT),
    codes,
    logVar: codes.map(() => -3),
  });
  const model = await openModel(folder);
  const bundle = await bundleModel(model.source!);
  await model.release();
  return bundle;
}

/** Remembers how wide every face is that is shown from now on. */
const noteFaces = (page: Page) =>
  page.getByTestId('face').evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const seen: number[] = [];
    Object.assign(window, { seenWidths: seen });
    new MutationObserver(() => seen.push(canvas.width)).observe(canvas, { attributeFilter: ['data-code'] });
  });

const widths = (page: Page) => page.evaluate(() => (window as unknown as { seenWidths: number[] }).seenWidths);
