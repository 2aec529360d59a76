import { expect, test } from '../app';
import { flying, resting, shownFace } from './window';
import type { CDPSession, Page } from '@playwright/test';

const apart = (a: Float32Array, b: Float32Array) => Math.max(...a.map((value, i) => Math.abs(value - b[i])));
const minus = (a: Float32Array, b: Float32Array) => a.map((value, i) => value - b[i]);

/** Cosine of the angle between two directions. */
function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * y[i], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

/** The code at the reticle once nothing moves any more. */
async function codeAtRest(page: Page): Promise<Float32Array> {
  await resting(page);
  return (await shownFace(page)).code;
}

/** Where hands end up that begin at home. */
async function fromHome(page: Page, home: Float32Array, hands: () => Promise<void>): Promise<Float32Array> {
  await page.keyboard.press('h');
  await expect.poll(async () => apart((await shownFace(page)).code, home), { timeout: 30_000 }).toBeLessThan(1e-4);
  await resting(page);
  await hands();
  await expect.poll(async () => apart((await shownFace(page)).code, home), { timeout: 30_000 }).toBeGreaterThan(1e-3);
  return codeAtRest(page);
}

const touch = (cdp: CDPSession, type: 'touchStart' | 'touchMove' | 'touchEnd', ...points: [number, number][]) =>
  cdp.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });

test('a finger looks around exactly as the mouse does, and two fingers pinch as a trackpad does', async ({ page }) => {
  await flying(page);
  const cdp = await page.context().newCDPSession(page);
  const home = await codeAtRest(page);

  const mouse = await fromHome(page, home, async () => {
    await page.mouse.move(500, 500);
    await page.mouse.down();
    await page.mouse.move(560, 470, { steps: 6 });
    await page.mouse.up();
    await page.mouse.move(5, 5);
  });
  const finger = await fromHome(page, home, async () => {
    await touch(cdp, 'touchStart', [500, 500]);
    for (let n = 1; n <= 6; n++) await touch(cdp, 'touchMove', [500 + 10 * n, 500 - 5 * n]);
    await touch(cdp, 'touchEnd');
  });
  expect(apart(finger, mouse)).toBeLessThan(1e-3 * apart(mouse, home));

  /** How far the eye is from the face, as the map shows it, once the hands have brought it nearer. */
  const nearer = async (hands: () => Promise<void>): Promise<number> => {
    await page.keyboard.press('h');
    await expect.poll(async () => apart((await shownFace(page)).code, home), { timeout: 30_000 }).toBe(0);
    await resting(page);
    const away = async () => {
      const at = (name: string) => page.getByTestId('minimap').getAttribute(name);
      const [a, b] = (await Promise.all([at('data-eye'), at('data-focus')])).map((text) =>
        text!.split(',').map(Number),
      );
      return Math.hypot(a[0] - b[0], a[1] - b[1]);
    };
    const before = await away();
    await hands();
    await expect.poll(away, { timeout: 30_000 }).toBeLessThan(0.9 * before);
    await resting(page);
    // nearer to the same face
    expect(apart((await shownFace(page)).code, home)).toBeLessThan(1e-4);
    return (await away()) / before;
  };
  const trackpad = await nearer(async () => {
    await page.mouse.move(500, 500);
    await page.keyboard.down('Control');
    // fifty pixels of a trackpad's pinch make things e^0.6 times as large
    await page.mouse.wheel(0, -50);
    await page.keyboard.up('Control');
  });
  const pinch = await nearer(async () => {
    const half = (share: number) => 40 * Math.exp(0.6 * share);
    await touch(cdp, 'touchStart', [500 - half(0), 500], [500 + half(0), 500]);
    for (let n = 1; n <= 8; n++) await touch(cdp, 'touchMove', [500 - half(n / 8), 500], [500 + half(n / 8), 500]);
    await touch(cdp, 'touchEnd');
  });
  expect(trackpad).toBeCloseTo(Math.exp(-0.6), 1);
  expect(pinch).toBeCloseTo(trackpad, 1);
});

test('a gamepad flies where the key flies, and its main button picks the face at the reticle', async ({ page }) => {
  await page.addInitScript(() => {
    const pad = {
      connected: true,
      mapping: 'standard',
      axes: [0, 0, 0, 0],
      buttons: Array.from({ length: 17 }, () => ({ pressed: false, touched: false, value: 0 })),
    };
    Object.assign(globalThis, { pad });
    navigator.getGamepads = () => [pad as unknown as Gamepad];
  });
  await page.reload();
  await flying(page);
  const home = await codeAtRest(page);
  const away = () =>
    expect.poll(async () => apart((await shownFace(page)).code, home), { timeout: 30_000 }).toBeGreaterThan(0.1);
  const key = await fromHome(page, home, async () => {
    await page.keyboard.down('w');
    await away();
    await page.keyboard.up('w');
  });
  const stick = (forward: number) =>
    page.evaluate((push) => ((globalThis as unknown as { pad: { axes: number[] } }).pad.axes[1] = -push), forward);
  const pad = await fromHome(page, home, async () => {
    // within the dead zone nothing moves
    await stick(0.1);
    expect(apart(await codeAtRest(page), home)).toBeLessThan(1e-4);
    await stick(1);
    await away();
    await stick(0);
  });
  expect(cosine(minus(pad, home), minus(key, home))).toBeCloseTo(1, 3);

  // at a face, where at least one is at the reticle: which one, Enter tells
  await page.getByTestId('nearest').getByRole('button').click();
  const space = page.getByTestId('space');
  const release = async () => {
    await resting(page);
    await page.getByTestId('release').click();
    await expect(space).not.toHaveAttribute('data-anchor', /./);
    await resting(page);
  };
  await release();
  await space.press('Enter');
  await expect(space).toHaveAttribute('data-anchor', /./);
  const face = await space.getAttribute('data-anchor');
  await release();
  const press = (pressed: boolean) =>
    page.evaluate((on) => {
      const { pad } = globalThis as unknown as { pad: { buttons: { pressed: boolean }[] } };
      pad.buttons[0].pressed = on;
    }, pressed);
  await press(true);
  await expect(space).toHaveAttribute('data-anchor', face!);
  await press(false);
});
