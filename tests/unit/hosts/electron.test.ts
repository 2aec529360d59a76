import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HostBridge } from '../../../main/contract';
import { fakeElectron } from './fixtures/fake-electron';

let fake: ReturnType<typeof fakeElectron>;
let root: string;
/** What `import 'electron'` gives: mocked once a test, for mocks that replace one another may arrive in any order. */
let electron: object;
const { argv } = process;

beforeEach(async () => {
  vi.resetModules();
  vi.spyOn(console, 'error').mockImplementation(() => {});
  fake = fakeElectron();
  electron = fake.electron;
  vi.doMock('electron', () => electron);
  root = await mkdtemp(join(tmpdir(), 'latentscape-electron-'));
  await mkdir(join(root, 'dist/renderer'), { recursive: true });
  await writeFile(join(root, 'dist/renderer/index.html'), '<title>the page</title>');
  await writeFile(join(root, 'dist/secret.json'), '"secret"');
  fake.app.getAppPath = () => root;
});

afterEach(async () => {
  process.argv = argv;
  process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM');
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(root, { recursive: true });
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

  it('shows itself only when the page is drawn', async () => {
    await start();
    expect(fake.window.options.show).toBe(false);
    expect(fake.window.show).not.toHaveBeenCalled();
    fake.window.emit('ready-to-show');
    expect(fake.window.show).toHaveBeenCalledOnce();
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

  it('loads a page that crashed anew, but not for ever', async () => {
    await start();
    fake.window.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    fake.window.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(fake.window.webContents.reload).toHaveBeenCalledOnce();
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

describe('the engine', () => {
  it('runs in a process of its own and is introduced to the page by a port', async () => {
    vi.stubEnv('LATENTSCAPE_MODELS', undefined);
    await start();
    const [{ entry, options, child }] = fake.children;
    expect(entry).toBe(join(root, 'dist/main/engine/process.js'));
    expect(options.env).toMatchObject({ LATENTSCAPE_MODELS: join(root, 'models') });
    expect(await fake.ask('engine:connect')).toBe(true);
    expect(child.posted).toEqual([{ message: null, ports: [{ end: 'engine' }] }]);
    expect(fake.window.webContents.sent).toEqual([{ channel: 'engine:port', value: null, ports: [{ end: 'page' }] }]);
  });

  it('is started again once, and the page can learn why its port closed', async () => {
    await start();
    fake.children[0].child.emit('exit', 9);
    expect(fake.children).toHaveLength(2);
    expect(await fake.ask('engine:close-reason')).toBe('restarted');
    expect(await fake.ask('engine:connect')).toBe(true);
    expect(fake.children[1].child.posted).toHaveLength(1);

    fake.children[1].child.emit('exit', 9);
    expect(fake.children).toHaveLength(2);
    expect(await fake.ask('engine:close-reason')).toBe('ended');
    expect(await fake.ask('engine:connect')).toBe(false);
  });

  it('ends with the app and is not started again', async () => {
    await start();
    fake.app.emit('window-all-closed');
    expect(fake.app.quit).toHaveBeenCalledOnce();
    fake.app.emit('will-quit');
    expect(fake.children[0].child.kill).toHaveBeenCalledOnce();
    fake.children[0].child.emit('exit', 0);
    expect(fake.children).toHaveLength(1);
    expect(await fake.ask('engine:close-reason')).toBe('stopped');
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

it('leaves the field to the instance that runs already', async () => {
  fake.app.requestSingleInstanceLock.mockReturnValue(false);
  process.argv = ['electron', root];
  await import('../../../main/electron/main');
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(fake.app.quit).toHaveBeenCalledOnce();
  expect(fake.window).toBeUndefined();
  expect(fake.children).toEqual([]);
});

it('keeps everything of its own in LATENTSCAPE_HOME when that is set', async () => {
  vi.stubEnv('LATENTSCAPE_HOME', '/home/of/app');
  await start();
  expect(fake.app.setPath).toHaveBeenCalledWith('userData', join('/home/of/app', 'electron'));
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
      webUtils: { getPathForFile: (file: File) => `/dropped/${file.name}` },
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
    expect(bridge.pathOf(new File([], 'a.png'))).toBe('/dropped/a.png');
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
