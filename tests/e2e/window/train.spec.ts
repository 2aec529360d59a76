import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../scripts/root.mjs';
import { expect, systemDialogs, test } from '../app';
import {
  browseTo,
  chooseFile,
  chooseFolder,
  decodeByHand,
  fly,
  flying,
  openModelFolder,
  openPanel,
  settled,
  shownFace,
} from './window';

const portraits = join(root, '../shared/data/portraits');

test.describe('training', () => {
  test.skip(!existsSync(portraits), 'the photographs are not here (../shared/data/portraits)');

  for (const kind of ['vae', 'ae'] as const) {
    test(`a small ${kind} on a few photographs, then flying through it`, async ({ page, home }) => {
      const images = join(home, 'a few faces');
      await mkdir(images);
      const names = (await readdir(portraits)).filter((name) => name.endsWith('.jpg')).sort();
      for (const name of names.slice(0, 24)) await cp(join(portraits, name), join(images, name));
      await writeFile(join(images, 'broken.jpg'), 'this is no image');

      await flying(page);
      await openPanel(page, 'training');
      await page.getByTestId('choose-folder').click();
      await chooseFolder(page, images, '25');
      await expect(page.getByTestId('image-count')).toHaveAttribute('data-count', '24');
      await page.getByTestId('skipped').getByRole('button').first().click();
      await expect(page.getByTestId('skipped')).toContainText('broken.jpg');

      await page.getByTestId(`kind-${kind}`).click();
      await page.getByTestId('run-name').fill(`Tiny ${kind}`);
      await page.getByTestId('training-details').getByRole('button').first().click();
      await page.getByTestId('setting-imageSize').selectOption('32');
      await page.getByTestId('setting-latentSize').fill('8');
      await page.getByTestId('setting-epochs').fill('20');
      await page.getByTestId('setting-batchSize').fill('8');
      await expect(page.getByTestId('estimate')).toHaveAttribute('data-seconds', /\d/, { timeout: 60_000 });
      await page.getByTestId('start-training').click();

      const run = page.getByTestId('run');
      await expect(run).toHaveAttribute('data-state', 'done', { timeout: 90_000 });
      await expect(page.getByTestId('curve-loss')).not.toHaveAttribute('data-points', '0');
      await expect(page.getByTestId('pictures-reconstructions')).toBeVisible();
      // draws from the prior and from a mixture of the codes, side by side
      const [prior, mixture] = [page.getByTestId('pictures-samples'), page.getByTestId('pictures-fromMixture')];
      expect((await prior.boundingBox())!.y).toBe((await mixture.boundingBox())!.y);
      await page.getByTestId('fly-through').click();

      await expect(page.getByTestId('space')).toHaveAttribute('data-count', /^2\d$/);
      await settled(page);
      const folder = await openModelFolder(page);
      expect(folder.startsWith(join(home, 'models'))).toBe(true);
      const { code, pixels } = await shownFace(page);
      expect(code).toHaveLength(8);
      expect(pixels.equals(await decodeByHand(folder, code))).toBe(true);
    });
  }

  test('can be paused, resumed and cancelled, and leaves nothing behind', async ({ page, home }) => {
    await flying(page);
    await openPanel(page, 'training');
    await page.getByTestId('choose-folder').click();
    await chooseFolder(page, portraits, /\d/);
    await page.getByTestId('start-training').click();
    const run = page.getByTestId('run');
    // while images are read nothing has been learned, and nothing is asked
    await page.getByTestId('cancel').click();
    await expect(run).toHaveAttribute('data-state', 'cancelled', { timeout: 20_000 });

    await page.getByTestId('train-another').click();
    await page.getByTestId('start-training').click();
    await expect(run).toHaveAttribute('data-state', 'running', { timeout: 60_000 });

    await page.getByTestId('pause').click();
    await expect(run).toHaveAttribute('data-state', 'paused');
    // A run that trains does not keep the window from flying.
    await page.getByTestId('resume').click();
    await expect(run).toHaveAttribute('data-state', 'running');
    await fly(page, 'w');

    await page.getByTestId('cancel').click();
    await page.getByTestId('confirm-cancel').click();
    await expect(run).toHaveAttribute('data-state', 'cancelled', { timeout: 20_000 });
    await expect.poll(() => (existsSync(join(home, 'models')) ? readdir(join(home, 'models')) : [])).toEqual([]);
  });
});

test('a graphics card can be chosen where there is one, and where not the form says why', async ({ page, home }) => {
  await mkdir(join(home, 'any', 'below'), { recursive: true });
  await flying(page);
  await openPanel(page, 'training');
  await page.getByTestId('choose-folder').click();
  await chooseFolder(page, join(home, 'any'));
  await page.getByTestId('training-details').getByRole('button').first().click();
  const device = (name: string) => page.getByTestId('device').locator(`[data-value="${name}"]`);
  const [card, note] = [device('gpu'), page.getByTestId('device-note')];
  await expect(note).not.toHaveText(/^Looking/, { timeout: 60_000 });
  await expect(device('cpu')).toHaveAttribute('aria-pressed', 'true');
  if (await card.isEnabled()) {
    await expect(note).toHaveText(/times as fast/);
    await card.click();
    await expect(card).toHaveAttribute('aria-pressed', 'true');
  } else {
    await expect(note).toHaveText(/No graphics card|The driver|wrong numbers/);
  }
});

test('a folder without images is told so', async ({ page, home }) => {
  const empty = join(home, 'nothing here');
  await mkdir(join(empty, 'nor here'), { recursive: true });
  await flying(page);
  await openPanel(page, 'training');
  await page.getByTestId('choose-folder').click();
  if (!systemDialogs(page)) {
    await browseTo(page, join(empty, 'nor here'));
    await expect(page.getByTestId('browser-use')).toBeDisabled();
  }
  await chooseFolder(page, empty);
  await expect(page.getByTestId('folder-failure')).toContainText('nothing here');
  await expect(page.getByTestId('start-training')).toBeDisabled();
});

test('a file that is no model is refused with a sentence, and the open one stays', async ({ page, home }) => {
  const file = join(home, 'notes.onnx');
  await writeFile(file, 'these are notes');
  await flying(page);
  const before = await openModelFolder(page);
  await openPanel(page, 'models');
  await page.getByTestId('open-model').click();
  await chooseFile(page, file);
  await expect(page.getByTestId('notice-failure')).toContainText('notes.onnx');
  await expect(page.getByTestId('notice-failure')).not.toContainText(/ at |Error:/);
  expect(await openModelFolder(page)).toBe(before);
  await settled(page);
});

test('a path that does not exist is told so', async ({ page, home }) => {
  await flying(page);
  await openPanel(page, 'models');
  await page.getByTestId('open-model').click();
  await chooseFile(page, join(home, 'no such folder'));
  // a dialog of the system's offers what is there; something may have removed it since
  const told = systemDialogs(page)
    ? page.getByTestId('notice-failure')
    : page.getByTestId('browser').getByRole('alert');
  await expect(told).toContainText('no such folder');
});
