import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../app';
import { fly, flying, openModelFolder } from '../window/window';

test('an engine that dies is started again and the window flies on', async ({ emulate }) => {
  const { host, page } = await emulate();
  await flying(page);
  process.kill(host.engine(), 'SIGKILL');
  await flying(page);
  await fly(page, 'w');
});

test('a page that crashed is loaded anew, and when it crashes again the user is asked', async ({ emulate }) => {
  const { host, page } = await emulate();
  await flying(page);
  for (const boxes of [0, 1]) {
    const loaded = page.waitForEvent('load');
    host.happen({ type: 'crash' });
    await loaded;
    expect(host.boxes).toHaveLength(boxes);
    await flying(page);
  }
});

test('a model opened by a double click while the app runs is opened in its window', async ({ emulate, home }) => {
  const { host, page } = await emulate();
  await flying(page);
  const file = join(home, '..', 'nobody has chosen this.onnx');
  const model = await openModelFolder(page);
  host.happen({ type: 'second-instance', argv: ['latentscape', `file://${join(model, 'decoder.onnx')}`] });
  await expect(page.getByTestId('open-model-name')).toHaveText('decoder');

  // what nobody has chosen is not read, whatever a page asks for
  await writeFile(file, '');
  const refused = await page.evaluate(async (path) => {
    const { pathOf } = window.latentscape!;
    return pathOf(new File([], path));
  }, file);
  expect(refused).toBe('');
});
