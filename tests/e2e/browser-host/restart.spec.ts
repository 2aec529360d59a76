import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../app';
import { colourByTable, fly, flying, openPanel, resting, shownFace } from '../window/window';

test('after a restart the window goes on where it was: model, place, frame, panel, path, flights and colours', async ({
  start,
  open,
  home,
}) => {
  const app = start(['--host', 'browser', '--no-open']);
  const page = await open(await app.address());
  await flying(page);
  const before = (await page.getByTestId('open-model-name').textContent())!;
  await page.getByTestId('compare').locator('[aria-pressed=false]').last().click();
  await expect(page.getByTestId('open-model-name')).not.toHaveText(before, { timeout: 30_000 });
  const model = (await page.getByTestId('open-model-name').textContent())!;
  await openPanel(page, 'frames');
  await page.getByTestId('frame-kind').locator('[data-value=latents]').click();
  await expect(page.getByTestId('frame')).toHaveAttribute('data-kind', 'latents');
  await openPanel(page, 'faces');
  await colourByTable(page);
  await openPanel(page, 'paths');
  await page.keyboard.press('r');
  await fly(page, 'd');
  await page.keyboard.press('r');
  await page.getByTestId('add-here').click();
  await resting(page);
  const { code } = await shownFace(page);
  // kept without a word from the page, as a crash leaves it
  const kept = async () => {
    const session = await readFile(join(home, 'session.json'), 'utf8');
    const { stops, flights, table } = JSON.parse(session) as { stops: unknown[]; flights: unknown[]; table: unknown };
    return [stops.length, flights.length, table !== null];
  };
  await expect.poll(kept).toEqual([1, 1, true]);
  await page.goto('about:blank');
  app.interrupt();
  await app.ended();

  // another address, another profile of the browser
  const again = await open(await start(['--host', 'browser', '--no-open']).address());
  await flying(again);
  await expect(again.getByTestId('open-model-name')).toHaveText(model);
  await expect(again.getByTestId('paths-panel')).toBeVisible();
  await expect(again.getByTestId('stops')).toHaveAttribute('data-count', '1');
  await again.getByTestId('path-tabs').locator('[data-value=flights]').click();
  await expect(again.getByTestId('flight')).toHaveCount(1);
  await resting(again);
  const shown = (await shownFace(again)).code;
  expect(Math.max(...shown.map((value, i) => Math.abs(value - code[i])))).toBeLessThan(1e-3);
  await openPanel(again, 'frames');
  await expect(again.getByTestId('frame')).toHaveAttribute('data-kind', 'latents');
  await expect(again.getByTestId('colour-legend')).toContainText('odd');
});
