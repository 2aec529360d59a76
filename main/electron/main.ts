/** Host 1: Electron. Window, dialogs, and the pipe between the page and the engine. */
import { app, dialog, ipcMain, Menu, protocol, session, type BrowserWindow, type IpcMainInvokeEvent } from 'electron';
import { join, resolve } from 'node:path';
import { MODEL_EXTENSIONS } from '../contract';
import type { EngineProcess } from '../host/engine-process';
import { runCommandLine } from './command-line';
import { introduce, startEngine } from './engine';
import type { Events, Requests } from './ipc';
import { buildMenu } from './menu';
import { modelFiles } from './model-files';
import { offerUpdates } from './updates';
import { isOurPage, openWindow, SCHEME, servePage } from './window';
import { words } from './words';

/** Folder of the app: `dist` and `models` lie in it. A package has it beside the archive with this host. */
const root = app.isPackaged ? join(process.resourcesPath, 'latentscape') : app.getAppPath();
const home = process.env.LATENTSCAPE_HOME && resolve(process.env.LATENTSCAPE_HOME);

// Before anything reads it; it also decides which other instances count as the same app.
if (home) app.setPath('userData', join(home, 'electron'));
// Without graphics hardware (virtual machines, remote desktops) WebGL is drawn by the processor; Chromium asks to be told.
app.commandLine.appendSwitch('enable-unsafe-swiftshader');
protocol.registerSchemesAsPrivileged([
  { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);

let engine: EngineProcess | null = null;
let window: BrowserWindow | null = null;
let isListening = false;
const waiting: string[] = modelFiles(process.argv, process.cwd());

const exitCode = app.isPackaged ? runCommandLine(process.argv, root) : null;
if (exitCode !== null) app.exit(exitCode);
else if (!app.requestSingleInstanceLock()) app.quit();
else {
  app.on('second-instance', (_, argv, cwd) => {
    modelFiles(argv, cwd).forEach(openFile);
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openFile(path);
  });
  app.on('window-all-closed', () => app.quit());
  app.whenReady().then(start).catch(giveUp);
}

function start(): void {
  // Electron has handlers of its own until it is ready, which would take the place of these.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.exit());
  const started = startEngine(root, app.isPackaged, home);
  engine = started;
  app.on('will-quit', () => void started.stop());
  waiting.forEach((path) => started.vouch(path));

  answer('engine:connect', async ({ sender }) => introduce(sender, started));
  answer('dialog:folder', () => pick({ properties: ['openDirectory'] }));
  answer('dialog:file', (_, extensions) =>
    pick({ properties: ['openFile'], filters: [{ name: extensions.map((one) => `.${one}`).join(', '), extensions }] }),
  );
  answer('files:listen', async () => {
    isListening = true;
    return waiting.splice(0);
  });
  answer('files:dropped', async (_, path) => started.vouch(path));

  servePage(session.defaultSession, join(root, 'dist/renderer'));
  Menu.setApplicationMenu(
    buildMenu(async () => {
      const path = await pick({
        properties: ['openFile'],
        filters: [{ name: words().model, extensions: MODEL_EXTENSIONS }],
      });
      if (path) openFile(path);
    }),
  );
  window = openWindow(join(app.getAppPath(), 'dist/main/electron'));
  window.on('closed', () => (window = null));
  // A page that is loading anew has to say again that it listens.
  window.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) isListening = false;
  });
  if (app.isPackaged) void offerUpdates(window);
}

/** Says why the app cannot run, where nothing else can, and ends it. */
function giveUp(reason: unknown): void {
  console.error('Latentscape cannot start:', reason);
  const { noStart, noStartDetail } = words();
  dialog.showErrorBox(noStart, `${noStartDetail} ${reason instanceof Error ? reason.message : String(reason)}`);
  app.exit(1);
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
  filePaths.forEach((path) => engine?.vouch(path));
  return filePaths[0] ?? null;
}

/** Hands a model to the page, or keeps it until the page listens. */
function openFile(path: string): void {
  engine?.vouch(path);
  if (window && isListening) window.webContents.send('files:open' satisfies keyof Events, path);
  else waiting.push(path);
}
