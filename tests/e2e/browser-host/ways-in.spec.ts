import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from '../../../bin/chromium.mjs';
import { expect, test } from '../app';
import { flying } from '../window/window';

test('the address is handed to the browser in a file for this user alone, and is on no command line', async ({
  start,
  home,
}) => {
  test.skip(process.platform !== 'linux', 'only Linux shows what every program was started with');
  // a browser without a display, started as the app starts its own
  const browser = join(home, 'browser.sh');
  const flags = '--headless=new --use-angle=swiftshader --enable-unsafe-swiftshader --disable-gpu-sandbox';
  writeFileSync(browser, `#!/bin/sh\nexec "${findChromium()!.path}" ${flags} "$@"\n`, { mode: 0o755 });
  const app = start(['--host', 'browser'], { CHROME_PATH: browser, DISPLAY: ':99' });
  await app.printed(/Opening it in/);

  const doorOf = () =>
    app.descendants().flatMap(({ command }) => / --app=(file:\S+open-[\w-]+\.html)/.exec(command)?.[1] ?? [])[0];
  await expect.poll(doorOf, { timeout: 60_000 }).toBeDefined();
  const door = fileURLToPath(doorOf());
  expect(statSync(door).mode & 0o777).toBe(0o600);
  const token = /token=([\w-]+)/.exec(readFileSync(door, 'utf8'))![1];
  for (const { command } of app.descendants()) expect(command).not.toContain(token);
  expect(app.output).not.toContain(token);

  // It leads there: the window connects, so that its end is the end of the app.
  await expect
    .poll(() => app.descendants().some(({ command }) => command.includes('--type=renderer')), { timeout: 60_000 })
    .toBe(true);
  const opened = app.descendants().find(({ command }) => command.includes('--app=file:'))!;
  await expect
    .poll(() => statSync(join(home, 'session.json'), { throwIfNoEntry: false }) !== undefined, { timeout: 90_000 })
    .toBe(true);
  process.kill(opened.pid);
  await app.printed(/The window was closed\./);
  expect(await app.ended()).toBe(0);
  expect(statSync(door, { throwIfNoEntry: false })).toBeUndefined();
});

test('another program on another port of this machine gets no session, and cannot take it away', async ({
  start,
  open,
}) => {
  const app = start(['--host', 'browser', '--no-open']);
  const page = await open(await app.address());
  await flying(page);
  const { port } = new URL(page.url());
  const cookies: string[] = [];
  const other = createServer((request, response) => {
    cookies.push(request.headers.cookie ?? '');
    response.setHeader('set-cookie', `latentscape-${port}=x; Path=/`);
    response.end('<h1>Hello</h1>');
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const opening = page.context().waitForEvent('page');
  await page.evaluate(
    (address) => void window.open(address, '_blank', 'noopener'),
    `http://127.0.0.1:${(other.address() as AddressInfo).port}/`,
  );
  await expect((await opening).locator('h1')).toHaveText('Hello');
  const own = `latentscape-${port}=x`; // what the other one has set itself
  expect(cookies.join().replaceAll(own, '')).not.toContain(`latentscape-${port}=`);
  const readable = await page.evaluate(() => document.cookie);
  expect(readable.replaceAll(own, '')).not.toContain(`latentscape-${port}=`);
  await page.reload();
  await flying(page);
  other.close();
});
