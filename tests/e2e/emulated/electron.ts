/**
 * Stands in for the `electron` module in a process of Node: the real main process runs on it, and its page is shown by
 * the test that has started this process. What it offers is typed by Electron's own definitions, and does as Electron
 * does: paths must be absolute, a handler is registered once, the app ends some time after it is asked to.
 */
import { EventEmitter } from 'node:events';
import { isAbsolute } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ToMain, ToTest } from './messages';

type Is<T> = { [Key in keyof T]: T[Key] };

const tell = (message: ToTest): void => void (process.connected && process.send!(message));
const paths = new Map<string, string>();
const handlers = new Map<string, (event: Electron.IpcMainInvokeEvent, ...args: never[]) => unknown>();
const schemes = new Map<string, (request: Request) => Response | Promise<Response>>();
const pages = new Map<number, Port>();
const dialogs = new Map<number, (answer: Electron.OpenDialogReturnValue) => void>();
let ids = 1;
let ready = false;
let window: Window | null = null;

async function end(code: number): Promise<void> {
  await sleep(50);
  process.exit(code);
}

const appParts: Is<
  Pick<
    Electron.App,
    | 'isPackaged'
    | 'getAppPath'
    | 'getLocale'
    | 'getVersion'
    | 'getPath'
    | 'setPath'
    | 'requestSingleInstanceLock'
    | 'whenReady'
    | 'exit'
    | 'quit'
  >
> & { commandLine: Pick<Electron.CommandLine, 'appendSwitch'> } = {
  isPackaged: false,
  getAppPath: () => process.env.EMULATED_ROOT!,
  getLocale: () => 'en-GB',
  getVersion: () => '0.0.0',
  getPath: (name) => paths.get(name) ?? '/nowhere',
  setPath(name, path) {
    if (!isAbsolute(path)) throw new Error('Path must be absolute');
    paths.set(name, path);
  },
  commandLine: {
    appendSwitch() {
      if (ready) throw new Error('a switch that comes too late');
    },
  },
  requestSingleInstanceLock: () => true,
  async whenReady() {
    await sleep(10);
    ready = true;
  },
  exit: (code = 0) => void end(code),
  quit() {
    for (const name of ['before-quit', 'will-quit', 'quit']) app.emit(name, { preventDefault() {} }, 0);
    void end(0);
  },
};
export const app = Object.assign(new EventEmitter(), appParts);

export const ipcMain: Pick<Electron.IpcMain, 'handle'> = {
  handle(name, handler) {
    if (handlers.has(name)) throw new Error(`Attempted to register a second handler for '${name}'`);
    handlers.set(name, handler);
  },
};

export const Menu = {
  buildFromTemplate: (template: Electron.MenuItemConstructorOptions[]) => template,
  setApplicationMenu(menu: unknown) {
    if (!Array.isArray(menu)) throw new Error('not a menu');
  },
};

function open(options: Electron.OpenDialogOptions): Promise<Electron.OpenDialogReturnValue> {
  const id = ids++;
  tell({ type: 'dialog', id, options });
  return new Promise((resolve) => dialogs.set(id, resolve));
}
export const dialog = {
  showOpenDialog: (...args: [unknown, Electron.OpenDialogOptions] | [Electron.OpenDialogOptions]) =>
    open(args.at(-1) as Electron.OpenDialogOptions),
  showMessageBoxSync: () => 1,
  async showMessageBox(_: unknown, { message }: Electron.MessageBoxOptions) {
    tell({ type: 'box', message });
    return { response: 0, checkboxChecked: false };
  },
  showErrorBox: (title: string, content: string) => tell({ type: 'box', message: `${title}: ${content}` }),
};

export const protocol: Pick<Electron.Protocol, 'registerSchemesAsPrivileged'> = {
  registerSchemesAsPrivileged() {
    if (ready) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
  },
};

const defaultSession: Pick<Electron.Session, 'setPermissionCheckHandler' | 'setPermissionRequestHandler'> & {
  protocol: Pick<Electron.Protocol, 'handle'>;
} = {
  protocol: { handle: (scheme, handler) => void schemes.set(scheme, handler) },
  setPermissionCheckHandler() {},
  setPermissionRequestHandler() {},
};
export const session = { defaultSession };

/** One end of a channel. The main process has the other; this one travels to the page. */
class Port extends EventEmitter {
  readonly id = ids++;
  other!: Port;
  #early: unknown[] | null = [];
  postMessage(data: unknown): void {
    tell({ type: 'data', port: this.other.id, data });
  }
  start(): void {
    const early = this.#early ?? [];
    this.#early = null;
    for (const data of early) this.emit('message', { data, ports: [] });
  }
  close(): void {
    pages.delete(this.other.id);
    tell({ type: 'closed', port: this.other.id });
  }
  take(data: unknown): void {
    if (this.#early) this.#early.push(data);
    else this.emit('message', { data, ports: [] });
  }
}
export class MessageChannelMain {
  readonly port1 = new Port();
  readonly port2 = new Port();
  constructor() {
    this.port1.other = this.port2;
    this.port2.other = this.port1;
  }
}

class Contents extends EventEmitter {
  setWindowOpenHandler(): void {}
  send(channel: string, value: unknown): void {
    tell({ type: 'send', channel, value });
  }
  postMessage(channel: string, value: unknown, [port]: [Port]): void {
    pages.set(port.id, port.other);
    tell({ type: 'send', channel, value, port: port.id });
  }
  reload(): void {
    tell({ type: 'reload' });
  }
}
class Window extends EventEmitter {
  readonly webContents = new Contents();
  constructor(readonly options: Electron.BrowserWindowConstructorOptions) {
    super();
    if (!ready) throw new Error('Cannot create BrowserWindow before app is ready');
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the one window there is
    window = this;
  }
  async loadURL(url: string): Promise<void> {
    tell({ type: 'load', url, options: this.options });
  }
  isMinimized = () => false;
  restore(): void {}
  focus(): void {}
}
export { Window as BrowserWindow };

export const net = {};
export const shell = {};

process.on('message', async (message: ToMain) => {
  switch (message.type) {
    case 'invoke': {
      const { id, name, args, url } = message;
      const event = { sender: window!.webContents, senderFrame: { url } } as unknown as Electron.IpcMainInvokeEvent;
      try {
        tell({ type: 'answer', id, value: await handlers.get(name)!(event, ...(args as never[])) });
      } catch (error) {
        tell({ type: 'answer', id, error: String(error) });
      }
      return;
    }
    case 'get': {
      const response = await schemes.get('app')!(new Request(message.url));
      const { status, headers } = response;
      const body = new Uint8Array(await response.arrayBuffer());
      return tell({ type: 'answer', id: message.id, value: { status, headers: Object.fromEntries(headers), body } });
    }
    case 'data':
      return void pages.get(message.port)?.take(message.data);
    case 'navigation':
      window?.webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
      for (const port of message.ports) {
        pages.get(port)?.emit('close');
        pages.delete(port);
      }
      return;
    case 'dialog':
      return dialogs.get(message.id)?.({ canceled: message.filePaths.length === 0, filePaths: message.filePaths });
    case 'second-instance':
      return void app.emit('second-instance', {}, message.argv, process.cwd());
    case 'crash':
      return void window?.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
    case 'close':
      window?.emit('closed');
      app.emit('window-all-closed');
  }
});
process.on('disconnect', () => process.exit());
