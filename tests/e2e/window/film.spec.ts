import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'npyjs';
import sharp from 'sharp';
import { toScene } from '../../../main/engine/space/frames/frame';
import { aligned, procrustes } from '../../../main/engine/maths/procrustes';
import { principalFrame } from '../../../main/engine/space/frames/principal';
import { writeFaces } from '../../../main/engine/images/synthetic/write';
import { train, RunControl } from '../../../main/engine/runs';
import { expect, test } from '../app';
import { chooseFolder, flying, openPanel } from './window';
import type { Page } from '@playwright/test';

const D = 4;

async function numbers(file: string): Promise<Float32Array> {
  return Float32Array.from(parse(new Uint8Array(await readFile(file)).buffer).data as Float32Array);
}

/** Where the faces followed lie at each frame, by the files of a model alone. */
async function filmOf(folder: string): Promise<{ steps: number[]; size: number; positions: Float32Array }> {
  const { steps, faces } = JSON.parse(await readFile(join(folder, 'film.json'), 'utf8'));
  const frame = principalFrame(await numbers(join(folder, 'codes.npy')), D);
  const positions = toScene(await numbers(join(folder, 'film-codes.npy')), frame);
  return { steps, size: 3 * faces.length, positions };
}

async function shownFirst(page: Page, side: 'first' | 'second'): Promise<number[]> {
  const text = await page.getByTestId(`film-${side}-space`).getAttribute('data-first');
  return text!.split(',').map(Number);
}

/** RGB of a canvas. */
async function pixelsOf(page: Page, testid: string): Promise<{ width: number; height: number; rgb: number[] }> {
  return page.getByTestId(testid).evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
    return { width, height, rgb: [...data].filter((_, i) => i % 4 < 3) };
  });
}

test('a training in the window is watched again as a film, beside that of another model', async ({ page, home }) => {
  const images = join(home, 'drawn');
  await mkdir(join(home, 'models'), { recursive: true });
  await writeFaces(images, { count: 30, seed: 4, size: 32 });
  const common = { images, imageSize: 32, latentSize: D, epochs: 6, batchSize: 9, learningRate: 2e-3, align: false };
  const ae = join(home, 'models', 'An AE');
  const quiet = { control: new RunControl(), onEvent: () => {} };
  await train({ ...common, kind: 'ae', out: ae, name: 'An AE', beta: 1, seed: 1, tuning: { width: 'small' } }, quiet);

  // the VAE of the same faces is trained in the window
  await flying(page);
  await openPanel(page, 'training');
  await page.getByTestId('choose-folder').click();
  await chooseFolder(page, images);
  await expect(page.getByTestId('image-count')).toHaveAttribute('data-count', '30');
  await page.getByTestId('kind-vae').click();
  await page.getByTestId('run-name').fill('A VAE');
  await page.getByTestId('training-details').getByRole('button').first().click();
  await page.getByTestId('setting-imageSize').selectOption('32');
  await page.getByTestId('setting-latentSize').fill(String(D));
  await page.getByTestId('setting-epochs').fill('6');
  await page.getByTestId('setting-batchSize').fill('9');
  await page.getByTestId('setting-align').uncheck();
  await page.getByTestId('start-training').click();
  await expect(page.getByTestId('run')).toHaveAttribute('data-state', 'done', { timeout: 90_000 });
  const vae = join(home, 'models', 'A VAE');
  const { steps, size, positions } = await filmOf(vae);
  await expect(page.getByTestId('code-use')).toHaveAttribute('data-collapse', 'none');

  await page.getByTestId('run').getByTestId('watch-film').click();
  const scrub = page.getByTestId('film-scrub');
  await expect(scrub).toHaveAttribute('max', String(steps.length - 1));
  // it plays by itself, to its end
  const side = page.getByTestId('film-first');
  await expect(side).toHaveAttribute('data-step', String(steps.at(-1)), { timeout: 60_000 });
  await expect(page.getByTestId('film-play')).toHaveAttribute('aria-label', 'Play');

  const sheet = await sharp(join(vae, 'film.webp')).raw().toBuffer({ resolveWithObject: true });
  const { tile, reconstructions, samples } = JSON.parse(await readFile(join(vae, 'film.json'), 'utf8'));
  for (const frame of [0, 7, steps.length - 1]) {
    await scrub.fill(String(frame));
    await expect(side).toHaveAttribute('data-step', String(steps[frame]));
    (await shownFirst(page, 'first')).forEach((value, k) => expect(value).toBeCloseTo(positions[frame * size + k], 4));
    for (const [kind, left, count] of [
      ['reconstructions', 0, reconstructions],
      ['samples', reconstructions, samples],
    ] as const) {
      const { width, height, rgb } = await pixelsOf(page, `film-first-${kind}`);
      const apart = tile + tile / 16;
      expect([width, height]).toEqual([(count - 1) * apart + tile, tile]);
      let worst = 0;
      for (let at = 0; at < 3 * tile * tile * count; at++) {
        const [picture, y, x] = [
          Math.floor(at / (3 * tile * tile)),
          Math.floor(at / (3 * tile)) % tile,
          at % (3 * tile),
        ];
        const there = sheet.data[((frame * tile + y) * sheet.info.width + (left + picture) * tile) * 3 + x];
        worst = Math.max(worst, Math.abs(there - rgb[(y * width + picture * apart) * 3 + x]));
      }
      expect(worst).toBeLessThanOrEqual(2);
    }
  }

  // keys alone: a frame back
  await scrub.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(side).toHaveAttribute('data-step', String(steps.at(-2)));

  // the AE beside it, at the same share of its run, turned so that its faces lie like the first one's at the end
  await page.getByTestId('film-beside').selectOption({ label: 'An AE' });
  const other = page.getByTestId('film-second');
  const second = await filmOf(ae);
  const turned = aligned(second.positions, procrustes(second.positions.slice(-size), positions.slice(-size), 3));
  await expect(other).toHaveAttribute('data-step', String(second.steps.at(-2)));
  await scrub.fill(String(steps.length - 1));
  await expect(other).toHaveAttribute('data-step', String(second.steps.at(-1)));
  const [x, y, z] = await shownFirst(page, 'second');
  [x, y, z].forEach((value, k) => expect(value).toBeCloseTo(turned[turned.length - size + k], 3));
  await expect(page.getByTestId('film')).toContainText('second space is rotated');

  // turning one view turns the other
  const before = await pixelsOf(page, 'film-second-space');
  await page.getByTestId('film-first-space').focus();
  await page.keyboard.press('ArrowLeft');
  await expect
    .poll(async () => (await pixelsOf(page, 'film-second-space')).rgb.join() === before.rgb.join())
    .toBe(false);

  await page.keyboard.press('Escape');
  await expect(page.getByTestId('film')).toHaveCount(0);
});
