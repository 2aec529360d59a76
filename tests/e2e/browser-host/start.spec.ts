import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { electronVersion } from '../../../bin/electron-runtime.mjs';
import { expect, test, whyNoElectron } from '../app';
import { allGone } from '../start';

test('--help tells what can be asked for', async ({ start }) => {
  const app = start(['--help']);
  expect(await app.ended()).toBe(0);
  for (const option of ['--host', '--port', '--no-open', '--retry-electron']) expect(app.output).toContain(option);
});

for (const [args, sentence] of [
  [['--nonsense'], "Unknown option '--nonsense'."],
  [['--host', 'netscape'], '--host is either "electron" or "browser", not "netscape".'],
  [['--port', '99999'], '--port is a number from 0 (any free one) to 65535, not "99999".'],
  [['--port', 'abc'], '--port is a number'],
  [['somewhere'], "Unexpected argument 'somewhere'."],
] as const) {
  test(`npm start -- ${args.join(' ')} ends with a sentence`, async ({ start }) => {
    const app = start([...args]);
    expect(await app.ended()).toBe(1);
    expect(app.output).toContain(sentence);
    expect(app.output).not.toContain('    at ');
  });
}

test('says which host and why, and uses the port it is given', async ({ start }) => {
  const first = start(['--host', 'browser', '--no-open']);
  const address = await first.address();
  expect(first.output).toContain('Starting in the browser host: asked for with --host.');

  const { port } = new URL(address);
  const second = start(['--host', 'browser', '--no-open', '--port', port]);
  expect(await second.ended()).toBe(1);
  expect(second.output).toContain(`Port ${port} is already in use.`);

  first.interrupt();
  await first.ended();
  const third = start(['--host', 'browser', '--no-open', '--port', port]);
  expect(new URL(await third.address()).port).toBe(port);
  expect(await third.address()).not.toBe(address);
});

test('without a display it prints the address and stays up', async ({ start }) => {
  test.skip(process.platform !== 'linux', 'only on Linux can a display be taken away');
  const app = start([], { DISPLAY: '', WAYLAND_DISPLAY: '' });
  const { status } = await fetch(await app.address());
  expect(status).toBe(200);
  expect(app.output).toContain('Starting in the browser host: there is no display.');
});

test('where nothing can be kept it says so and starts all the same', async ({ start, home }) => {
  const file = join(home, 'a file');
  await writeFile(file, '');
  const app = start(['--host', 'browser', '--no-open'], { LATENTSCAPE_HOME: join(file, 'home') });
  expect((await fetch(await app.address())).status).toBe(200);
  expect(app.output).toContain('models can be looked at, but not trained');
  expect(app.output).not.toContain('    at ');
});

test('a refusal to fetch Electron is remembered and told', async ({ start, home }) => {
  test.skip(whyNoElectron() === null, 'Electron’s runtime is here');
  const reason = 'a refusal of this test';
  await writeFile(join(home, 'electron-refused.json'), JSON.stringify({ version: electronVersion(), reason }));
  const app = start(['--host', 'electron'], { DISPLAY: ':99' });
  expect(await app.ended()).toBe(1);
  expect(app.output).toContain(reason);
  expect(app.output).toContain('--retry-electron tries again');
});

test.describe('stopping', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`${signal} ends every process`, async ({ start }) => {
      const app = start(['--host', 'browser', '--no-open']);
      await app.address();
      const pids = app.descendants().map(({ pid }) => pid);
      expect(pids.length).toBeGreaterThanOrEqual(2); // the host and the engine
      if (signal === 'SIGINT') app.interrupt();
      else process.kill(app.process('scripts/start.mjs'), signal);
      const code = await app.ended();
      // At Ctrl-C, npm's own shell dies of the signal, and npm says so.
      if (signal === 'SIGTERM') expect(code).toBe(0);
      await allGone(pids);
    });
  }

  test('SIGTERM for npm ends every process', async ({ start }) => {
    const app = start(['--host', 'browser', '--no-open']);
    await app.address();
    const pids = app.descendants().map(({ pid }) => pid);
    app.npm.kill('SIGTERM');
    await allGone(pids);
  });

  test('the engine ends when the host is killed', async ({ start }) => {
    const app = start(['--host', 'browser', '--no-open']);
    await app.address();
    const engine = app.process('engine/process.js');
    process.kill(app.process('scripts/start.mjs'), 'SIGKILL');
    await allGone([engine]);
  });
});

test.describe('the browser it opens', () => {
  test.skip(process.platform === 'win32', 'the stand-ins for a browser are scripts');

  /** A program that is started instead of a browser. Its last arguments are the browser's own. */
  async function browser(home: string, script: string): Promise<NodeJS.ProcessEnv> {
    const path = join(home, 'browser.mjs');
    await mkdir(home, { recursive: true });
    await writeFile(path, `#!/usr/bin/env node\n${script}`);
    await chmod(path, 0o755);
    return { CHROME_PATH: path, DISPLAY: process.env.DISPLAY || ':99' };
  }

  test('cannot open a window: the address is printed and still works', async ({ start, home }) => {
    const app = start(['--host', 'browser'], await browser(home, 'process.exit(1)'));
    const { status } = await fetch(await app.address());
    expect(status).toBe(200);
    expect(app.output).toContain('could not open a window');
  });

  test('closes its window: the app ends', async ({ start, home }) => {
    const env = await browser(
      home,
      `const { readFileSync } = await import('node:fs');
       const door = readFileSync(new URL(process.argv.find((arg) => arg.startsWith('--app=')).slice(6)), 'utf8');
       const address = /url=([^"]+)/.exec(door)[1];
       const cookie = (await fetch(address)).headers.get('set-cookie').split(';')[0];
       const { origin, host } = new URL(address);
       const { WebSocket } = await import(${JSON.stringify(import.meta.resolve('ws'))});
       new WebSocket('ws://' + host + '/engine', { headers: { cookie, origin } }).once('open', () => setTimeout(() => process.exit(0), 500));`,
    );
    const app = start(['--host', 'browser'], env);
    await app.printed(/The window was closed\./);
    expect(await app.ended()).toBe(0);
  });

  test('gets an app window with a profile of its own', async ({ start, home }) => {
    const app = start(
      ['--host', 'browser'],
      await browser(
        home,
        'console.error(); await import("node:fs").then((fs) => fs.writeFileSync(process.env.LATENTSCAPE_HOME + "/args.json", JSON.stringify(process.argv.slice(2)))); process.exit(1)',
      ),
    );
    await app.address();
    const { readdir, readFile } = await import('node:fs/promises');
    const args = JSON.parse(await readFile(join(home, 'args.json'), 'utf8')) as string[];
    // everybody on this machine can read it: the address is in a file that only this user can
    expect(args.find((arg) => arg.startsWith('--app='))).toMatch(/^--app=file:.*\/browser\/open-[\w-]+\.html$/);
    expect(args.join(' ')).not.toContain('token');
    expect(await readdir(join(home, 'browser'))).toEqual([]);
    expect(args).toContain(`--user-data-dir=${join(home, 'browser')}`);
  });
});
