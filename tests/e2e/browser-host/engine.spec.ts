import { expect, test } from '../app';
import { fly, flying } from '../window/window';

test('an engine that dies is started again and the window flies on', async ({ start, open }) => {
  const app = start(['--host', 'browser', '--no-open']);
  const page = await open(await app.address());
  await flying(page);
  const engine = app.process('engine/process.js');
  process.kill(engine, 'SIGKILL');
  await app.printed(/The engine stopped unexpectedly \(SIGKILL\)\. It has been started again\./);
  expect(app.process('engine/process.js')).not.toBe(engine);

  await fly(page, 'w');
});

test('reloading the page and opening the printed address again go on where the app is', async ({ start, open }) => {
  const app = start(['--host', 'browser', '--no-open']);
  const page = await open(await app.address());
  await flying(page);
  expect(new URL(page.url()).search).toBe('');
  await page.reload();
  await flying(page);
  await page.goto(await app.address());
  await flying(page);
});

test('another browser cannot use the address once more', async ({ start, open, errors }) => {
  const app = start(['--host', 'browser', '--no-open']);
  await flying(await open(await app.address()));
  const stranger = await open(await app.address());
  await expect(stranger.locator('body')).toContainText('used already');
  expect(errors.splice(0).every((error) => error.includes('403'))).toBe(true);
});

test('the window says that the app was stopped', async ({ start, open, errors }) => {
  const app = start(['--host', 'browser', '--no-open']);
  const page = await open(await app.address());
  await flying(page);
  app.interrupt();
  await app.ended();
  await expect(page.getByTestId('connection-lost')).toBeVisible();
  // The attempts to connect again.
  for (const error of errors.splice(0)) expect(error).toContain('ERR_CONNECTION_REFUSED');
});
