import { expect, test } from '../app';
import { codeOf, decodeByHand, flying, openModelFolder, openPanel, resting, settled, shownFace } from './window';
import type { Page } from '@playwright/test';

const apart = (a: Float32Array, b: Float32Array) => Math.max(...a.map((value, i) => Math.abs(value - b[i])));

async function goToFace(page: Page, face: number, code: Float32Array): Promise<void> {
  await page.getByTestId('face-search').fill(`${face}-${face}`);
  await page.getByTestId('face-list').locator(`[data-face="${face}"]`).click();
  await atCode(page, code);
}

async function atCode(page: Page, code: Float32Array): Promise<void> {
  await expect.poll(async () => apart((await shownFace(page)).code, code), { timeout: 30_000 }).toBeLessThan(1e-4);
  await settled(page);
}

/** Puts faces together under Faces. */
async function group(page: Page, faces: string, name: string): Promise<void> {
  await page.getByTestId('face-search').fill(faces);
  await page.getByTestId('select-found').click();
  await page.getByTestId('group-name').fill(name);
  await page.getByTestId('group-create').click();
}

async function chooseFrame(page: Page, kind: string): Promise<void> {
  await openPanel(page, 'frames');
  await page.getByTestId('frame-kind').locator(`[data-value=${kind}]`).click();
  await expect(page.getByTestId('frame')).toHaveAttribute('data-kind', kind);
}

test('places and the faces all around outlive a change of frame', async ({ page }) => {
  await flying(page);
  const folder = await openModelFolder(page);
  const [first, second] = [await codeOf(folder, 5), await codeOf(folder, 9)];
  await openPanel(page, 'faces');
  await goToFace(page, 5, first);
  await resting(page);
  await goToFace(page, 9, second);
  await resting(page);

  const lattice = page.getByTestId('lattice-toggle');
  const decoded = async () => Number(await lattice.getAttribute('data-decoded'));
  await lattice.click();
  /** Once as many faces as there are places have been decoded, nothing is decoded any more. */
  const full = async () => {
    let before = -1;
    await expect
      .poll(
        async () => {
          const now = await decoded();
          const still = now > 0 && now === before;
          before = now;
          return still;
        },
        { timeout: 90_000, intervals: [1500] },
      )
      .toBe(true);
    return decoded();
  };
  const slots = await full();
  expect(slots).toBeGreaterThan(50);

  await chooseFrame(page, 'latents');
  await atCode(page, second);
  await expect(lattice).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(decoded, { timeout: 60_000 }).toBeGreaterThan(slots);

  await page.getByTestId('space').focus();
  await page.keyboard.press('[');
  await atCode(page, first);
  const { code, pixels } = await shownFace(page);
  expect(pixels.equals(await decodeByHand(folder, code))).toBe(true);
  await resting(page);
  await page.keyboard.press(']');
  await atCode(page, second);
});

test('groups have their label in their middle and make a trait; one undo takes back what came last', async ({
  page,
}) => {
  await flying(page);
  const folder = await openModelFolder(page);
  await openPanel(page, 'faces');
  await group(page, '7-7', 'Seven');
  await goToFace(page, 7, await codeOf(folder, 7));
  await resting(page);
  // the middle of one face is that face, and that is at the reticle
  const label = (await page.getByTestId('group-label').boundingBox())!;
  const centre = await page
    .locator('main')
    .evaluate((main) => Number.parseFloat(main.style.getPropertyValue('--centre')));
  expect(Math.abs(label.x + label.width / 2 - centre)).toBeLessThan(1.5);
  expect(Math.abs(label.y + label.height / 2 - 400)).toBeLessThan(1.5);

  await group(page, '20-29', 'Tens');
  await openPanel(page, 'frames');
  await page.getByTestId('frame-kind').locator('[data-value=attributes]').click();
  await page.getByTestId('group-withIt').selectOption({ label: 'Seven' });
  await page.getByTestId('group-without').selectOption({ label: 'Tens' });
  await expect(page.getByTestId('side-without')).toHaveAttribute('data-count', '10');
  await expect(page.getByTestId('attribute-name')).toHaveValue('Seven');
  await page.getByTestId('keep-attribute').click();
  await expect(page.getByTestId('frame')).toHaveAttribute('data-kind', 'attributes');
  await resting(page);

  // along x of the map only the trait changes
  const map = page.getByTestId('minimap');
  const at = async (x: number) => {
    await map.click({ position: { x, y: 56 } });
    await expect(map).toHaveAttribute('data-focus', `${x}.00,56.00`, { timeout: 20_000 });
    await resting(page);
    return (await shownFace(page)).code;
  };
  const [left, right] = [await at(40), await at(72)];
  const seven = await codeOf(folder, 7);
  const tens = await Promise.all(Array.from({ length: 10 }, (_, k) => codeOf(folder, 20 + k)));
  const direction = seven.map((value, i) => value - tens.reduce((sum, code) => sum + code[i] / 10, 0));
  const moved = right.map((value, i) => value - left[i]);
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  expect(dot(moved, direction) / Math.sqrt(dot(moved, moved) * dot(direction, direction))).toBeCloseTo(1, 4);

  await page.getByTestId('space').focus();
  await page.keyboard.press('Control+z');
  await expect(page.getByTestId('notice-success').last()).toContainText('traits');
  await expect(page.getByTestId('attribute')).toHaveCount(0);
  await expect(page.getByTestId('frame')).toHaveAttribute('data-kind', 'principal');
  await page.keyboard.press('Control+z');
  await expect(page.getByTestId('group-label')).toHaveText(['Seven']);
  await page.keyboard.press('Control+Shift+z');
  await expect(page.getByTestId('group-label')).toHaveText(['Seven', 'Tens']);
  await page.keyboard.press('Control+Shift+z');
  await expect(page.getByTestId('attribute')).toHaveCount(1);
  await expect(page.getByTestId('frame')).toHaveAttribute('data-kind', 'attributes');
});
