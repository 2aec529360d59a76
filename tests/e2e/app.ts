/** The app as specs use it: its window on either host, and `npm start` by itself. */
import { test as base, type Page } from '@playwright/test';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '../../bin/chromium.mjs';
import { findElectron } from '../../bin/electron-runtime.mjs';
import { packedProgram } from '../../scripts/package/places.mjs';
import { root } from '../../scripts/root.mjs';
import { EmulatedHost } from './emulated/host';
import { StartedApp } from './start';

export { expect } from '@playwright/test';

export interface HostOptions {
  /** `emulated`: the Electron host on a stand-in for Electron, for machines without its runtime. */
  host: 'browser' | 'electron' | 'emulated' | 'packaged';
}

/** The dialogs of a host that uses the system's: `pick` answers the one that is open, or the next one. */
export interface SystemDialogs {
  pick(path: string): void | Promise<void>;
}

const dialogs = new WeakMap<Page, SystemDialogs>();

/** Null where the window has dialogs of its own. */
export const systemDialogs = (page: Page): SystemDialogs | null => dialogs.get(page) ?? null;

interface Fixtures {
  /** Folder of the app's own data, empty at first. */
  home: string;
  /** What pages have logged as errors. Must be empty at the end: a test that expects some takes them out. */
  errors: string[];
  /** Runs `npm start` with these arguments; ended with the test. */
  start(args: string[], env?: NodeJS.ProcessEnv): StartedApp;
  /** Opens an address in a new Chromium. */
  open(address: string): Promise<Page>;
  /** A new page in a Chromium, with nothing loaded yet. */
  blank(): Promise<Page>;
  /** Starts the app on the stand-in for Electron. */
  emulate(env?: NodeJS.ProcessEnv): Promise<{ host: EmulatedHost; page: Page }>;
  /** The app's window. */
  page: Page;
}

/** The program that `npm run package` has packed for this system, or the one that LATENTSCAPE_PACKAGED names. */
function findPackaged(): string | null {
  const platform = ({ linux: 'linux', darwin: 'mac', win32: 'win' } as const)[process.platform as 'linux'];
  const program = process.env.LATENTSCAPE_PACKAGED ?? packedProgram(platform, process.arch);
  return existsSync(program) ? program : null;
}

/** Null when the Electron host can be tested here, else the reason that is reported. */
export function whyNoElectron(program = findElectron()): string | null {
  if (!program) return 'Electron’s runtime is not installed; `npm start` fetches it where the network allows';
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    return 'there is no display';
  return null;
}

export const test = base.extend<Fixtures, HostOptions>({
  host: ['browser', { option: true, scope: 'worker' }],

  // eslint-disable-next-line no-empty-pattern -- Playwright reads from the first parameter what a fixture needs
  home: async ({}, use) => {
    const home = await mkdtemp(join(tmpdir(), 'latentscape-home-'));
    await use(home);
    await rm(home, { recursive: true, force: true });
  },

  // eslint-disable-next-line no-empty-pattern
  errors: async ({}, use) => {
    const errors: string[] = [];
    await use(errors);
    // Among them everything that the page's security policy has forbidden it.
    base.expect(errors).toEqual([]);
  },

  start: async ({ home }, use) => {
    const apps: StartedApp[] = [];
    await use((args, env = {}) => {
      const app = new StartedApp(args, { LATENTSCAPE_HOME: home, ...env });
      apps.push(app);
      return app;
    });
    for (const app of apps) await app.end();
  },

  blank: async ({ playwright, errors }, use) => {
    const browser = await playwright.chromium.launch({
      executablePath: findChromium()?.path,
      // Without a graphics card, WebGL is drawn by the processor.
      args: [
        '--use-angle=swiftshader',
        '--enable-unsafe-swiftshader',
        '--disable-gpu-sandbox', // without it, that hangs in containers
        '--disable-background-networking',
      ],
    });
    await use(async () => {
      const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
      collectErrors(page, errors);
      return page;
    });
    await browser.close();
  },

  open: async ({ blank }, use) => {
    await use(async (address) => {
      const page = await blank();
      await page.goto(address);
      return page;
    });
  },

  emulate: async ({ blank, home }, use) => {
    const hosts: EmulatedHost[] = [];
    await use(async (env = {}) => {
      const page = await blank();
      const host = new EmulatedHost(page, { LATENTSCAPE_HOME: home, ...env });
      hosts.push(host);
      dialogs.set(page, host);
      await host.open();
      return { host, page };
    });
    for (const host of hosts) await host.stop();
  },

  page: async ({ host, home, start, open, emulate, errors, playwright }, use, testInfo) => {
    if (host === 'emulated') {
      const { page } = await emulate();
      return use(page);
    }
    if (host === 'browser') {
      const app = start(['--host', 'browser', '--no-open']);
      await use(await open(await app.address()));
      return;
    }
    const program = host === 'packaged' ? findPackaged() : findElectron();
    const reason = whyNoElectron(program);
    testInfo.skip(reason !== null, reason ?? '');
    const switches = process.env.LATENTSCAPE_ELECTRON_ARGS?.split(' ') ?? [];
    const app = await playwright._electron.launch({
      executablePath: program!,
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ...switches,
        ...(host === 'packaged' ? [] : [root]),
      ],
      env: {
        ...(process.env as Record<string, string>),
        LATENTSCAPE_HOME: home,
        ...(host === 'electron' && { LATENTSCAPE_NODE: process.execPath }), // a package brings its own
      },
    });
    const page = await app.firstWindow();
    collectErrors(page, errors);
    await app.evaluate(({ dialog }) => {
      const asked: ((path: string) => void)[] = [];
      const picked: string[] = [];
      const settle = () => {
        while (asked.length > 0 && picked.length > 0) asked.shift()!(picked.shift()!);
      };
      dialog.showOpenDialog = () =>
        new Promise((resolve) => {
          asked.push((path) => resolve({ canceled: false, filePaths: [path] }));
          settle();
        });
      Object.assign(globalThis, { pick: (path: string) => (picked.push(path), settle()) });
    });
    const pick = (path: string) =>
      app.evaluate((_, chosen) => (globalThis as unknown as { pick(path: string): void }).pick(chosen), path);
    dialogs.set(page, { pick });
    await use(page);
    await app.close();
  },
});

function collectErrors(page: Page, errors: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
}
