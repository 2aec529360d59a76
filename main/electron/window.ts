import { app, BrowserWindow, dialog, type Session } from 'electron';
import { join } from 'node:path';
import { pageHeaders, readPageFile } from '../host/page';
import { Restarts } from '../host/restarts';
import { words } from './words';

/** The scheme the page is served under, to be registered as privileged before the app is ready. */
export const SCHEME = 'app';
const ORIGIN = `${SCHEME}://latentscape`;

// Flying holds the pointer; everything else a page may ask for is none of ours.
const PERMISSIONS = ['pointerLock', 'fullscreen'];

/**
 * Serves the built page under its own scheme, and denies the page every permission that it does not need.
 * @param folder the built page
 */
export function servePage(session: Session, folder: string): void {
  session.protocol.handle(SCHEME, async ({ method, url }) => {
    const { host, pathname } = new URL(url);
    const file = method === 'GET' && host === 'latentscape' ? await readPageFile(folder, pathname) : null;
    return file
      ? new Response(file.body, { headers: { ...pageHeaders(), 'Content-Type': file.type } })
      : new Response('There is nothing at this address.', { status: 404, headers: pageHeaders() });
  });
  session.setPermissionCheckHandler((_, permission) => PERMISSIONS.includes(permission));
  session.setPermissionRequestHandler((_, permission, callback) => callback(PERMISSIONS.includes(permission)));
}

/** Whether a frame shows our page, and not one that it was made to show. */
export function isOurPage(frame: { url: string } | null): boolean {
  return frame !== null && frame.url.startsWith(`${ORIGIN}/`);
}

/**
 * The window, shown at once in the page's colour: `ready-to-show` never comes under some Wayland compositors.
 * @param folder where the preload script lies
 */
export function openWindow(folder: string): BrowserWindow {
  const say = words();
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 800,
    minHeight: 560,
    backgroundColor: '#07080c', // the page's own, so that nothing flashes before it is drawn
    autoHideMenuBar: true,
    webPreferences: {
      preload: join(folder, 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
    },
  });
  const { webContents } = window;
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  webContents.on('will-navigate', (event) => event.preventDefault());
  webContents.on('will-attach-webview', (event) => event.preventDefault());
  // The page asks to stay while a training runs.
  webContents.on('will-prevent-unload', (event) => {
    const choice = dialog.showMessageBoxSync(window, {
      type: 'question',
      message: say.running,
      detail: say.runningDetail,
      buttons: [say.keepOpen, say.close],
      defaultId: 0,
      cancelId: 0,
    });
    if (choice === 1) event.preventDefault(); // does not prevent closing, but what prevented it
  });
  const reloads = new Restarts();
  webContents.on('render-process-gone', async (_, { reason }) => {
    if (reason === 'clean-exit') return;
    if (!reloads.allow()) {
      const { response } = await dialog.showMessageBox(window, {
        type: 'error',
        message: say.crashed,
        detail: say.crashedDetail,
        buttons: [say.reload, say.quit],
        defaultId: 0,
        cancelId: 1,
      });
      if (response === 1) return app.quit();
    }
    webContents.reload();
  });
  window.loadURL(`${ORIGIN}/`).catch((error: Error) => {
    console.error('The page could not be loaded:', error);
    dialog.showErrorBox(say.noStart, `${say.noStartDetail} ${error.message}`);
    app.exit(1);
  });
  return window;
}
