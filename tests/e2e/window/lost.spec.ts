import { expect, test } from '../app';
import { flying, resting, settled, shownFace } from './window';
import type { Page } from '@playwright/test';

const back = (page: Page) => page.getByTestId('back-to-faces');
const button = (page: Page) => back(page).getByRole('button', { includeHidden: true });
/** Where the eye and the reticle are. */
const pose = (page: Page) => page.getByTestId('minimap').evaluate((map) => `${map.dataset.eye} ${map.dataset.focus}`);

/** Waits until hands have moved the camera, and it has come to rest again. */
async function moved(page: Page, hands: () => Promise<void>): Promise<void> {
  const before = await pose(page);
  await hands();
  await expect.poll(() => pose(page), { timeout: 30_000 }).not.toBe(before);
  await resting(page);
}

test('nobody gets lost: the way out ends with an arrow home, and faces in view', async ({ page }, testInfo) => {
  await flying(page);
  await expect(button(page)).toBeHidden();
  await page.getByTestId('space').focus();
  await page.keyboard.down('w');
  await expect(button(page)).toBeVisible({ timeout: 60_000 });
  // on and on, and yet no farther: the key is held, and the camera stands still
  let before: string | null = null;
  const still = async () => before === (before = await pose(page));
  await expect.poll(still, { intervals: [500], timeout: 60_000 }).toBe(true);
  await page.keyboard.up('w');
  await resting(page);
  await testInfo.attach('W held to the edge', { body: await page.screenshot(), contentType: 'image/png' });
  await expect(back(page)).toHaveAttribute('data-faces', 'true');
  // the verdict, which counts all dimensions, does not deny it
  const place = await page.getByTestId('typicality').getAttribute('data-place');
  const said = place === 'inside' ? /you are beyond them/ : /few faces|hardly any face/;
  await expect(page.getByTestId('typicality-what')).toHaveText(said);

  // turned away from all of them: at home, for on the way there a key ends the journey among the faces
  await page.keyboard.press('h');
  await resting(page);
  await expect(button(page)).toBeHidden();
  await page.keyboard.down('j');
  await expect(back(page)).toHaveAttribute('data-faces', 'false', { timeout: 60_000 });
  await page.keyboard.up('j');
  await testInfo.attach('turned around', { body: await page.screenshot(), contentType: 'image/png' });
  await button(page).click();
  await expect(button(page)).toBeHidden({ timeout: 10_000 });
});

test('zooming out with the wheel moves the camera and not the face, and a resting pointer asks about nothing that left', async ({
  page,
}, testInfo) => {
  await flying(page);
  await page.getByTestId('nearest').getByRole('button').click();
  await resting(page);
  const space = page.getByTestId('space');
  const before = await shownFace(page);
  const box = (await space.boundingBox())!;
  await page.mouse.move(box.width / 2, box.height / 2);
  await moved(page, async () => {
    for (let n = 0; n < 12; n++) await page.mouse.wheel(0, 120);
  });
  await testInfo.attach('zoomed out', { body: await page.screenshot(), contentType: 'image/png' });
  expect([...(await shownFace(page)).code]).toEqual([...before.code]);

  // over faces a card may stand; on the move there is none
  await page.mouse.move(box.width / 2 + 5, box.height / 2 + 5);
  await expect(page.getByTestId('hovered-face')).toBeVisible({ timeout: 10_000 });
  await page.keyboard.down('j');
  await expect(page.getByTestId('hovered-face')).toBeHidden();
  await page.keyboard.up('j');
});

test('another model of the same faces is looked at as the one before', async ({ page }) => {
  await flying(page);
  await page.mouse.move(500, 400);
  await moved(page, async () => {
    await page.mouse.down();
    await page.mouse.move(640, 420, { steps: 5 });
    await page.mouse.up();
  });
  await moved(page, () => page.mouse.wheel(0, -200));
  const heading = async () => {
    const minimap = page.getByTestId('minimap');
    const [focus, eye] = await Promise.all(
      ['data-focus', 'data-eye'].map(async (name) => (await minimap.getAttribute(name))!.split(',').map(Number)),
    );
    return [Math.atan2(eye[1] - focus[1], eye[0] - focus[0]), Math.hypot(eye[1] - focus[1], eye[0] - focus[0])];
  };
  const before = await heading();
  const name = await page.getByTestId('open-model-name').textContent();
  await page.getByTestId('compare').locator('[aria-pressed=false]').first().click();
  await expect(page.getByTestId('open-model-name')).not.toHaveText(name!, { timeout: 30_000 });
  await settled(page);
  const after = await heading();
  expect(after[0]).toBeCloseTo(before[0], 1);
  expect(after[1] / before[1]).toBeGreaterThan(0.9);
  expect(after[1] / before[1]).toBeLessThan(1.1);
});

test('graphics that are lost for good are told, with a button that goes on where one was', async ({
  page,
}, testInfo) => {
  await flying(page);
  const before = await shownFace(page);
  await page.getByTestId('space').evaluate((canvas: HTMLCanvasElement) => {
    canvas.getContext('webgl2')!.getExtension('WEBGL_lose_context')!.loseContext();
  });
  const told = page.getByTestId('no-graphics');
  await expect(told).toBeVisible({ timeout: 20_000 });
  await testInfo.attach('no graphics', { body: await page.screenshot(), contentType: 'image/png' });
  await told.getByRole('button').click();
  await flying(page);
  await expect(told).toBeHidden();
  // up to rounding on the way through the frame
  await expect
    .poll(async () => {
      const { code } = await shownFace(page);
      return Math.max(...code.map((value, i) => Math.abs(value - before.code[i])));
    })
    .toBeLessThan(1e-3);
});
