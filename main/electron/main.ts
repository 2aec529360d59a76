/** Host 1: Electron. Window, dialogs and the engine's process; the page and the engine talk past it. */
import { app, dialog, ipcMain, Menu, protocol, session, type BrowserWindow, type IpcMainInvokeEvent } from 'electron';
import { join, resolve } from 'node:path';
import { Engine } from './engine';
import type { Events, Requests } from './ipc';
import { buildMenu } from './menu';
import { isOurPage, openWindow, SCHEME, servePage } from './window';

const MODEL_EXTENSIONS = ['onnx', 'zip'];

const root = app.getAppPath();
const { LATENTSCAPE_HOME: home, LATENTSCAPE_MODELS: models } = process.env;

// Before anything reads it; it also decides which other instances count as the same app.
if (home) app.setPath('userData', join(home, 'electron'));
protocol.registerSchemesAsPrivileged([
  { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);

let window: BrowserWindow | null = null;
let isListening = false;
const waiting: string[] = modelPaths(process.argv, process.cwd());

if (!app.requestSingleInstanceLock()) app.quit();
else {
  app.on('second-instance', (_, argv, cwd) => {
    modelPaths(argv, cwd).forEach(openFile);
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openFile(path);
  });
  app.on('window-all-closed', () => app.quit());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.exit());
  void app.whenReady().then(start);
}

function start(): void {
  const engine = new Engine(join(root, 'dist/main/engine/process.js'), {
    ...process.env,
    LATENTSCAPE_MODELS: models ?? join(app.isPackaged ? process.resourcesPath : root, 'models'),
  });
  app.on('will-quit', () => engine.stop());

  answer('engine:connect', async ({ sender }) => engine.connect(sender));
  answer('engine:close-reason', async () => engine.closeReason);
  answer('dialog:folder', () => pick({ properties: ['openDirectory'] }));
  answer('dialog:file', (_, extensions) =>
    pick({ properties: ['openFile'], filters: [{ name: extensions.map((one) => `.${one}`).join(', '), extensions }] }),
  );
  answer('files:listen', async () => {
    isListening = true;
    return waiting.splice(0);
  });

  servePage(session.defaultSession, join(root, 'dist/renderer'));
  Menu.setApplicationMenu(
    buildMenu(async () => {
      const path = await pick({ properties: ['openFile'], filters: [{ name: 'Model', extensions: MODEL_EXTENSIONS }] });
      if (path) openFile(path);
    }),
  );
  window = openWindow(join(root, 'dist/main/electron'));
  window.on('closed', () => (window = null));
  // A page that is loading anew has to say again that it listens.
  window.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) isListening = false;
  });
}

/** Answers a request of our own page, and of no other. */
function answer<Name extends keyof Requests>(
  name: Name,
  handler: (event: IpcMainInvokeEvent, ...args: Parameters<Requests[Name]>) => ReturnType<Requests[Name]>,
): void {
  ipcMain.handle(name, (event, ...args) => {
    if (!isOurPage(event.senderFrame)) throw new Error(`${name} was asked by a page that is not ours`);
    return handler(event, ...(args as Parameters<Requests[Name]>));
  });
}

/** A native dialog on the window; null when dismissed. */
async function pick(options: Electron.OpenDialogOptions): Promise<string | null> {
  const { filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options));
  return filePaths[0] ?? null;
}

/** Hands a model to the page, or keeps it until the page listens. */
function openFile(path: string): void {
  if (window && isListening) window.webContents.send('files:open' satisfies keyof Events, path);
  else waiting.push(path);
}

/** The model files among command line arguments, absolute. */
function modelPaths(argv: string[], cwd: string): string[] {
  const isModel = (text: string) => MODEL_EXTENSIONS.some((extension) => text.toLowerCase().endsWith(`.${extension}`));
  return argv
    .slice(1)
    .filter(isModel)
    .map((path) => resolve(cwd, path));
}
