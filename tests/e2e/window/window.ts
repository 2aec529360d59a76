/** What specs of the window ask of it, and the truth they compare it with: the model's files, read without the app. */
import type { Locator, Page } from '@playwright/test';
import { parse } from 'npyjs';
import * as ort from '../../../main/engine/onnxruntime';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, systemDialogs } from '../app';

/** Waits until the first model is open and its face is shown. */
export async function flying(page: Page): Promise<void> {
  await expect(page.getByTestId('space')).not.toHaveAttribute('data-count', '0', { timeout: 60_000 });
  await settled(page);
}

/** Waits until the face shown is that of the place. */
export async function settled(page: Page): Promise<void> {
  await expect(page.getByTestId('face')).toHaveAttribute('data-state', 'live', { timeout: 30_000 });
}

/** Waits until nothing moves: neither the camera nor the face's hidden part, and the face shown is that of the place. */
export async function resting(page: Page): Promise<void> {
  await expect(page.getByTestId('space')).toHaveAttribute('data-resting', 'true', { timeout: 30_000 });
  await settled(page);
}

/** Moves the pointer along these points of the page until a face is under it; returns the number of that face. */
export async function pointAtFace(page: Page, points: readonly [x: number, y: number][]): Promise<number> {
  const hovered = page.getByTestId('hovered-face');
  for (const [x, y] of points) {
    await page.mouse.move(x, y);
    const found = await hovered.waitFor({ timeout: 1000 }).then(
      () => true,
      () => false,
    );
    if (!found) continue;
    // while the view still makes way for a panel, the face under the pointer changes
    let face: string | null = null;
    await expect
      .poll(
        async () => {
          const before = face;
          face = await hovered.getAttribute('data-face', { timeout: 1000 }).catch(() => null);
          return face !== null && face === before;
        },
        { intervals: [600] },
      )
      .toBe(true);
    return Number(face);
  }
  throw new Error('no face lies under any of the points');
}

/** The face on screen: its RGBA bytes, and the code it was decoded from. */
export async function shownFace(page: Page): Promise<{ code: Float32Array; pixels: Buffer; width: number }> {
  const { code, bytes, width } = await page.getByTestId('face').evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return { code: canvas.dataset.code!, bytes: [...data], width: canvas.width };
  });
  return { code: Float32Array.from(code.split(','), Number), pixels: Buffer.from(bytes), width };
}

/** Holds a key of flight until the face has changed; returns when the new one is shown. */
export async function fly(page: Page, key: 'w' | 'a' | 's' | 'd' | 'q' | 'e'): Promise<void> {
  const before = (await shownFace(page)).code.join();
  await page.getByTestId('space').focus();
  await page.keyboard.down(key);
  await expect.poll(async () => (await shownFace(page)).code.join(), { timeout: 30_000 }).not.toBe(before);
  await page.keyboard.up(key);
  await settled(page);
}

/** Opens a panel by its name, wherever the window has it now. */
export async function openPanel(page: Page, name: string): Promise<Locator> {
  const area = page.locator(`[data-panels~=${name}]`);
  if ((await area.getAttribute('aria-expanded')) === 'false') await area.click();
  const tab = page.getByTestId(`tab-${name}`);
  if ((await area.getAttribute('data-panels'))!.includes(' ')) await tab.click();
  // one on its way out is inert
  const panel = page.locator(`[data-testid=${name}-panel]:not([inert])`);
  await expect(panel).toBeVisible();
  return panel;
}

/** Folds away whichever panel is open. */
export async function closePanel(page: Page): Promise<void> {
  const open = page.locator('[data-panels][aria-expanded=true]');
  if (await open.isVisible()) await open.click();
  await expect(page.locator('[data-drawer]')).toBeHidden();
}

/** Folder of the model that is open. Leaves open the panel that was. */
export async function openModelFolder(page: Page): Promise<string> {
  const drawer = page.locator('[data-drawer]:not([inert])');
  const before = (await drawer.isVisible()) ? (await drawer.getAttribute('data-testid'))!.replace('-panel', '') : null;
  const panel = await openPanel(page, 'models');
  const path = await panel.locator('[data-testid=model][aria-current=true]').getAttribute('data-path');
  if (before === null) await closePanel(page);
  else await openPanel(page, before);
  return path!;
}

/** The face of a code by the decoder in a model folder, run by onnxruntime alone: RGBA bytes. */
export async function decodeByHand(folder: string, code: Float32Array): Promise<Buffer> {
  const session = await ort.InferenceSession.create(join(folder, 'decoder.onnx'));
  const output = await session.run({ [session.inputNames[0]]: new ort.Tensor('float32', code, [1, code.length]) });
  const { data, dims } = output[session.outputNames[0]];
  const [, channels, height, width] = dims;
  const values = data as Float32Array;
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) pixels[4 * i + c] = values[(channels === 3 ? c : 0) * width * height + i] * 255;
    pixels[4 * i + 3] = 255;
  }
  await session.release();
  return Buffer.from(pixels);
}

/** One row of `codes.npy`. */
export async function codeOf(folder: string, index: number): Promise<Float32Array> {
  const { data, shape } = parse(new Uint8Array(await readFile(join(folder, 'codes.npy'))).buffer);
  return (data as Float32Array).slice(index * shape[1], (index + 1) * shape[1]);
}

/** Names a path in the window's own dialog. */
export async function browseTo(page: Page, path: string): Promise<void> {
  await expect(page.getByTestId('browser-list')).toHaveAttribute('aria-busy', 'false');
  await page.getByTestId('browser-path').fill(path);
  await page.getByTestId('browser-path').press('Enter');
}

/** Chooses a folder where one was just asked for. @param images how many the window's own dialog says are in it */
export async function chooseFolder(page: Page, path: string, images?: string | RegExp): Promise<void> {
  const dialogs = systemDialogs(page);
  if (dialogs) return dialogs.pick(path);
  await browseTo(page, path);
  if (images) await expect(page.getByTestId('browser-count')).toContainText(images);
  await page.getByTestId('browser-use').click();
}

/** Chooses a file, likewise. */
export async function chooseFile(page: Page, path: string): Promise<void> {
  const dialogs = systemDialogs(page);
  if (dialogs) return dialogs.pick(path);
  await browseTo(page, path);
}

/** Drops a file on the window as a hand would. */
export async function drop(page: Page, name: string, type: string, bytes: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle(
    ({ name, type, base64 }) => {
      const data = new DataTransfer();
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      data.items.add(new File([bytes], name, { type }));
      return data;
    },
    { name, type, base64: bytes.toString('base64') },
  );
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer });
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

/** Colours faces by a table of odd and even numbers, in the panel of the faces, which is open. */
export async function colourByTable(page: Page): Promise<void> {
  const rows = Array.from({ length: 40 }, (_, face) => `${face},${face % 2 ? 'odd' : 'even'}`);
  await page.getByTestId('colour-table').setInputFiles({
    name: 'numbers.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(['face,parity', ...rows].join('\n')),
  });
  await expect(page.getByTestId('colour-legend')).toContainText('odd');
}
