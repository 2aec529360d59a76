import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HostBridge } from '../../../main/contract';
import { sharedFolder } from '../temporary';
import { fakeElectron, type FakePort } from './fixtures/fake-electron';

let fake: ReturnType<typeof fakeElectron>;
const root = sharedFolder();
/** What `import 'electron'` gives: mocked once a test, for mocks that replace one another may arrive in any order. */
let electron: object;
const { argv } = process;

beforeAll(async () => {
  await mkdir(join(root, 'dist/renderer'), { recursive: true });
  await writeFile(join(root, 'dist/renderer/index.html'), '<title>the page</title>');
  await writeFile(join(root, 'dist/secret.json'), '"secret"');
  await mkdir(join(root, 'dist/main/engine'), { recursive: true });
  await writeFile(join(root, 'package.json'), '{ "type": "module" }');
  await copyFile(join(import.meta.dirname, 'fixtures/echo-engine.mjs'), join(root, 'dist/main/engine/process.js'));
});

beforeEach(() => {
  vi.resetModules();
  vi.spyOn(console, 'error').mockImplementation(() => {});
  fake = fakeElectron();
  electron = fake.electron;
  vi.doMock('electron', () => electron);
  vi.stubEnv('LATENTSCAPE_NODE', process.execPath);
  fake.app.getAppPath = () => root;
});

afterEach(() => {
  fake.app.emit('will-quit');
  process.argv = argv;
  process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM');
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Runs the main process's script until its window is open. */
async function start(...args: string[]): Promise<void> {
  process.argv = ['electron', root, ...args];
  await import('../../../main/electron/main');
  await vi.waitFor(() => expect(fake.window).toBeDefined());
}

describe('the window', () => {
  it('is sandboxed, isolated and without Node', async () => {
    await start();
    expect(fake.window.options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      preload: join(root, 'dist/main/electron/preload.cjs'),
    });
    expect(fake.window.loadURL).toHaveBeenCalledWith('app://latentscape/');
  });

  it('shows itself at once: under some compositors the page is never said to be ready', async () => {
    await start();
    expect(fake.window.options.show).not.toBe(false);
    expect(fake.window.options.backgroundColor).toBe('#07080c');
  });

  it('neither navigates nor opens others', async () => {
    await start();
    expect(fake.window.webContents.openHandler({ url: 'https://example.com' })).toEqual({ action: 'deny' });
    for (const name of ['will-navigate', 'will-attach-webview']) {
      const event = { preventDefault: vi.fn() };
      fake.window.webContents.emit(name, event);
      expect(event.preventDefault, name).toHaveBeenCalledOnce();
    }
  });

  it('may hold the pointer and fill the screen, and nothing else', async () => {
    await start();
    expect(['pointerLock', 'fullscreen'].map(fake.granted)).toEqual([true, true]);
    for (const name of [
      'media',
      'geolocation',
      'notifications',
      'clipboard-read',
      'openExternal',
      'fileSystem',
      'usb',
    ]) {
      expect(fake.granted(name), name).toBe(false);
    }
  });

  it('asks before it closes on a running training', async () => {
    await start();
    const event = { preventDefault: vi.fn() };
    fake.window.webContents.emit('will-prevent-unload', event);
    expect(event.preventDefault).not.toHaveBeenCalled();
    fake.electron.dialog.showMessageBoxSync.mockReturnValue(1);
    fake.window.webContents.emit('will-prevent-unload', event);
    expect(event.preventDefault).toHaveBeenCalledOnce();
  });

  it('loads a page that crashed anew; when it crashes again, it says so and asks', async () => {
    await start();
    const crash = () => fake.window.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    crash();
    expect(fake.window.webContents.reload).toHaveBeenCalledOnce();
    crash();
    expect(fake.window.webContents.reload).toHaveBeenCalledOnce();
    expect(fake.electron.dialog.showMessageBox).toHaveBeenCalledWith(
      fake.window,
      expect.objectContaining({ message: expect.stringContaining('stopped working'), buttons: ['Try again', 'Quit'] }),
    );
    await vi.waitFor(() => expect(fake.window.webContents.reload).toHaveBeenCalledTimes(2));

    fake.electron.dialog.showMessageBox.mockResolvedValue({ response: 1 });
    crash();
    await vi.waitFor(() => expect(fake.app.quit).toHaveBeenCalledOnce());
    expect(fake.window.webContents.reload).toHaveBeenCalledTimes(2);
  });

  it('says so when its page cannot be loaded, and ends', async () => {
    fake.failures.load = new Error('ERR_FAILED');
    await start();
    await vi.waitFor(() => expect(fake.app.exit).toHaveBeenCalledWith(1));
    expect(fake.electron.dialog.showErrorBox).toHaveBeenCalledOnce();
  });

  it('speaks the language of the system', async () => {
    fake.app.getLocale.mockReturnValue('zh-CN');
    await start();
    expect(fake.menuItem('打开模型…')).toBeDefined();
  });
});

describe('the app:// protocol', () => {
  it('is registered before the app is ready, and serves the page with its policy', async () => {
    await start();
    expect(fake.electron.protocol.registerSchemesAsPrivileged).toHaveBeenCalledWith([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
    const response = await fake.load('app://latentscape/');
    expect(await response.text()).toBe('<title>the page</title>');
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
  });

  it('serves nothing else', async () => {
    await start();
    for (const url of ['app://latentscape/../secret.json', 'app://latentscape/..%2fsecret.json', 'app://other/']) {
      expect((await fake.load(url)).status, url).toBe(404);
    }
    expect((await fake.load('app://latentscape/', { method: 'POST' })).status).toBe(404);
  });
});

/** Connects as the page does: its end of the channel, and what arrives there. */
async function connect(): Promise<{ port: FakePort; got: unknown[] }> {
  expect(await fake.ask('engine:connect')).toBe(true);
  const { channel, ports } = fake.window.webContents.sent.findLast((message) => message.ports)!;
  expect(channel).toBe('engine:port');
  const [port] = ports as FakePort[];
  const got: unknown[] = [];
  port.on('message', ({ data }) => got.push(data));
  port.start();
  return { port, got };
}

const answered = async ({ port, got }: Awaited<ReturnType<typeof connect>>, ...bytes: number[]): Promise<string> => {
  const before = got.length;
  port.postMessage(Uint8Array.from(bytes));
  await vi.waitFor(() => expect(got.length).toBeGreaterThan(before), 5000);
  return Buffer.from(got.at(-1) as Uint8Array).toString();
};

describe('the engine', () => {
  it('runs under a Node of its own, and bytes pass between it and the page', async () => {
    await start();
    const page = await connect();
    expect(Number(await answered(page, 0))).toBeGreaterThan(0); // the id of its process
    expect(await answered(page, 65, 66)).toBe('AB');
    const other = await connect();
    expect(await answered(other, 67)).toBe('C');
    expect(page.got).toHaveLength(2);
  });

  it('is started again once, pages are told why their port closed, and it is started when one asks', async () => {
    await start();
    const page = await connect();
    const pid = await answered(page, 0);
    const closed = (got: unknown[], reason: string) => vi.waitFor(() => expect(got.at(-1)).toBe(reason), 5000);
    page.port.postMessage(Uint8Array.of(255));
    await closed(page.got, 'restarted');

    const second = await connect();
    expect(await answered(second, 0)).not.toBe(pid);
    second.port.postMessage(Uint8Array.of(255));
    await closed(second.got, 'ended');
    expect(await answered(await connect(), 66)).toBe('B');
  });

  it('a page that asks before the exit was seen is told, and gets the next one', async () => {
    await start();
    const first = await connect();
    process.kill(Number(await answered(first, 0)), 'SIGKILL');
    const early = await connect(); // nobody knows of the end yet
    await vi.waitFor(() => expect(early.got).toEqual(['restarted']), 5000);
    expect(await answered(await connect(), 66)).toBe('B');
  });

  it('that cannot be started takes nothing else with it', async () => {
    vi.stubEnv('LATENTSCAPE_NODE', join(root, 'no-node-here'));
    await start();
    await vi.waitFor(() => expect(console.error).toHaveBeenCalledWith(expect.stringContaining('ENOENT')), 5000);
    expect(fake.app.exit).not.toHaveBeenCalled();
    expect(fake.app.quit).not.toHaveBeenCalled();
  });

  it('ends with the app and is not started again', async () => {
    await start();
    const page = await connect();
    const pid = Number(await answered(page, 0));
    fake.app.emit('window-all-closed');
    expect(fake.app.quit).toHaveBeenCalledOnce();
    fake.app.emit('will-quit');
    expect(page.got.at(-1)).toBe('stopped');
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 5000);
    expect(await fake.ask('engine:connect')).toBe(false);
  });
});

describe('requests of a page', () => {
  it('are answered to our own page only', async () => {
    await start();
    for (const url of ['https://example.com/', 'app://latentscape.evil/', 'file:///app/index.html']) {
      expect(() => fake.ask('dialog:folder', [], url), url).toThrow('not ours');
    }
    expect(fake.electron.dialog.showOpenDialog).not.toHaveBeenCalled();
  });

  it('open native dialogs; a dismissed one gives null', async () => {
    await start();
    const { showOpenDialog } = fake.electron.dialog;
    expect(await fake.ask('dialog:folder')).toBeNull();
    showOpenDialog.mockResolvedValue({ canceled: false, filePaths: ['/faces/a.onnx'] });
    expect(await fake.ask('dialog:file', [['onnx']])).toBe('/faces/a.onnx');
    expect(showOpenDialog.mock.lastCall).toEqual([
      fake.window,
      { properties: ['openFile'], filters: [{ name: '.onnx', extensions: ['onnx'] }] },
    ]);
  });
});

describe('paths a person has chosen', () => {
  it('are vouched for to the engine and to the one that comes after it: arguments, dialogs, drops, nothing else', async () => {
    fake.electron.dialog.showOpenDialog.mockResolvedValue({ canceled: false, filePaths: ['/faces'] });
    await start('/early.onnx');
    await fake.ask('dialog:folder');
    await fake.ask('files:dropped', ['/dropped.png']);
    fake.app.emit('open-file', { preventDefault() {} }, '/opened.onnx');
    const chosen = ['/early.onnx', '/faces', '/dropped.png', '/opened.onnx'].map((path) => resolve(path));
    const page = await connect();
    expect(JSON.parse(await answered(page, 254))).toEqual(chosen);
    page.port.postMessage(Uint8Array.of(255));
    await vi.waitFor(() => expect(page.got.at(-1)).toBe('restarted'), 5000);
    expect(JSON.parse(await answered(await connect(), 254))).toEqual(chosen);
  });
});

describe('models opened from outside', () => {
  it('wait until the page listens, then reach it at once', async () => {
    await start('relative.onnx', '--flag', 'notes.txt');
    const event = { preventDefault: vi.fn() };
    fake.app.emit('open-file', event, '/mac/b.onnx');
    expect(event.preventDefault).toHaveBeenCalledOnce();
    expect(fake.window.webContents.sent).toEqual([]);
    expect(await fake.ask('files:listen')).toEqual([join(process.cwd(), 'relative.onnx'), '/mac/b.onnx']);

    fake.app.emit('second-instance', {}, ['electron', 'c.ONNX'], '/elsewhere');
    expect(fake.window.webContents.sent).toEqual([{ channel: 'files:open', value: '/elsewhere/c.ONNX' }]);
    fake.app.emit(
      'second-instance',
      {},
      ['latentscape', '--ozone-platform=x11', 'file:///home/me/my%20model.onnx'],
      '/',
    );
    expect(fake.window.webContents.sent.at(-1)).toEqual({ channel: 'files:open', value: '/home/me/my model.onnx' });
    fake.app.emit('second-instance', {}, ['latentscape', 'file://other-machine/a.onnx', 'https://x.org/a.onnx'], '/');
    fake.window.restore.mockClear();
    fake.window.focus.mockClear();
    fake.app.emit('second-instance', {}, ['latentscape'], '/');
    expect(fake.window.restore).toHaveBeenCalledOnce();
    expect(fake.window.focus).toHaveBeenCalledOnce();
  });

  it('wait again while the page is loading anew', async () => {
    await start();
    await fake.ask('files:listen');
    fake.window.webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    fake.app.emit('open-file', { preventDefault() {} }, '/a.onnx');
    expect(fake.window.webContents.sent).toEqual([]);
    expect(await fake.ask('files:listen')).toEqual(['/a.onnx']);
  });

  it('can be chosen from the menu', async () => {
    await start();
    await fake.ask('files:listen');
    fake.electron.dialog.showOpenDialog.mockResolvedValue({ canceled: false, filePaths: ['/m.zip'] });
    (fake.menuItem('Open Model…').click as () => void)();
    await vi.waitFor(() => expect(fake.window.webContents.sent).toEqual([{ channel: 'files:open', value: '/m.zip' }]));
  });
});

describe('a packaged app asked for its command line', () => {
  const folder = join(root, 'resources/latentscape');

  beforeEach(async () => {
    await mkdir(folder, { recursive: true });
    const says = '#!/bin/sh\nprintf "%s\\n" "$@" > "$(dirname "$0")/asked"\nexit 3\n';
    await writeFile(join(folder, 'node'), says, { mode: 0o755 });
    fake.app.isPackaged = true;
    Object.defineProperty(process, 'resourcesPath', { value: join(root, 'resources'), configurable: true });
  });

  it.skipIf(process.platform === 'win32')(
    'runs it under its own Node, ends with its code and opens no window',
    async () => {
      process.argv = ['/opt/Latentscape', 'cli', 'sample', 'my model'];
      await import('../../../main/electron/main');
      expect(fake.app.exit).toHaveBeenCalledExactlyOnceWith(3);
      const script = join(folder, 'bin/latentscape.mjs');
      expect(await readFile(join(folder, 'asked'), 'utf8')).toBe(`${script}\nsample\nmy model\n`);
      expect(fake.app.requestSingleInstanceLock).not.toHaveBeenCalled();
    },
  );

  it('says so when that is not there', async () => {
    await rm(join(folder, 'node'));
    process.argv = ['/opt/Latentscape', 'cli', 'sample'];
    await import('../../../main/electron/main');
    expect(fake.app.exit).toHaveBeenCalledExactlyOnceWith(1);
    expect(console.error).toHaveBeenCalledWith(expect.stringContaining('could not be started'));
  });
});

it('leaves the field to the instance that runs already', async () => {
  fake.app.requestSingleInstanceLock.mockReturnValue(false);
  process.argv = ['electron', root];
  await import('../../../main/electron/main');
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(fake.app.quit).toHaveBeenCalledOnce();
  expect(fake.window).toBeUndefined();
});

it('keeps everything of its own in LATENTSCAPE_HOME when that is set, wherever it is started', async () => {
  vi.stubEnv('LATENTSCAPE_HOME', 'home/of/app');
  await start();
  expect(fake.app.setPath).toHaveBeenCalledWith('userData', join(process.cwd(), 'home/of/app', 'electron'));
});

it('asks for WebGL in software before it is ready, where there is no graphics hardware', async () => {
  let isReady!: () => void;
  fake.app.whenReady = () => new Promise((resolve) => (isReady = resolve));
  process.argv = ['electron', root];
  await import('../../../main/electron/main');
  expect(fake.app.commandLine.appendSwitch).toHaveBeenCalledWith('enable-unsafe-swiftshader');
  // Electron installs handlers of its own until it is ready.
  const before = process.listenerCount('SIGTERM');
  isReady();
  await vi.waitFor(() => expect(fake.window).toBeDefined());
  expect(process.listenerCount('SIGTERM')).toBe(before + 1);
});

it('a start that fails is told, and ends the app with 1', async () => {
  fake.failures.menu = new Error('no menu here');
  process.argv = ['electron', root];
  await import('../../../main/electron/main');
  await vi.waitFor(() => expect(fake.app.exit).toHaveBeenCalledWith(1));
  expect(fake.electron.dialog.showErrorBox).toHaveBeenCalledWith(
    'Latentscape cannot start',
    expect.stringContaining('no menu here'),
  );
});

describe('the preload script', () => {
  /** Loads it as Electron does, in a page that records what it is given. */
  async function preload() {
    let bridge!: HostBridge;
    const asked: unknown[][] = [];
    const answers: Record<string, unknown> = { 'files:listen': ['/early.onnx'], 'dialog:folder': '/faces' };
    const listeners = new Map<string, (event: unknown, value: unknown) => void>();
    const posted: unknown[][] = [];
    electron = {
      contextBridge: { exposeInMainWorld: (_: string, given: HostBridge) => (bridge = given) },
      ipcRenderer: {
        invoke: async (...args: unknown[]) => {
          asked.push(args);
          return answers[args[0] as string];
        },
        on: (name: string, listener: (event: unknown, value: unknown) => void) => listeners.set(name, listener),
      },
      webUtils: { getPathForFile: (file: File) => (file.name.includes('script') ? '' : `/dropped/${file.name}`) },
    };
    vi.stubGlobal('window', { postMessage: (...args: unknown[]) => posted.push(args) });
    vi.stubGlobal('location', { origin: 'app://latentscape' });
    await import('../../../main/electron/preload');
    return { bridge, asked, listeners, posted };
  }

  afterEach(() => vi.unstubAllGlobals());

  it('offers exactly what the contract says', async () => {
    const { bridge, asked } = await preload();
    expect(bridge.kind).toBe('electron');
    expect(await bridge.pickFolder()).toBe('/faces');
    await bridge.pickFile(['onnx']);
    expect(asked).toEqual([['dialog:folder'], ['dialog:file', ['onnx']]]);
    expect(await bridge.pathOf(new File([], 'a.png'))).toBe('/dropped/a.png');
    expect(asked.at(-1)).toEqual(['files:dropped', '/dropped/a.png']);
    expect(await bridge.pathOf(new File([], 'made-by-a-script'))).toBe('');
    expect(asked).toHaveLength(3);
  });

  it('passes the engine’s port on to the page and to no other origin', async () => {
    const { listeners, posted } = await preload();
    const port = {};
    listeners.get('engine:port')!({ ports: [port] }, null);
    expect(posted).toEqual([['latentscape:engine-port', 'app://latentscape', [port]]]);
  });

  it('tells of models that came before the page listened, and of later ones', async () => {
    const { bridge, listeners } = await preload();
    const opened: string[] = [];
    bridge.onOpenFile((path) => opened.push(path));
    await vi.waitFor(() => expect(opened).toEqual(['/early.onnx']));
    listeners.get('files:open')!({}, '/late.onnx');
    expect(opened).toEqual(['/early.onnx', '/late.onnx']);
  });
});
