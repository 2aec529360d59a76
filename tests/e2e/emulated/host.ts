/** The Electron host without Electron: the real main process on a stand-in, its page in a Chromium, its engine as it is. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { root } from '../../../scripts/root.mjs';
import type { Served, ToMain, ToTest } from './messages';
import { beforePage, type EmulatedPage } from './page';

type Asked = Extract<ToMain, { id: number }>;
type Asking = Asked extends infer One ? (One extends Asked ? Omit<One, 'id'> : never) : never;

/** Chromium has no `app:` scheme of ours; this is a secure origin as well. */
const ORIGIN = 'http://latentscape.localhost';

export class EmulatedHost {
  /** What boxes have said to the user. */
  readonly boxes: string[] = [];
  /** Options of the dialogs that were opened. */
  readonly opened: Electron.OpenDialogOptions[] = [];
  readonly main: ChildProcess;
  readonly #page: Page;
  readonly #waiting = new Map<number, (answer: Extract<ToTest, { type: 'answer' }>) => void>();
  readonly #ports = new Set<number>();
  readonly #dialogs: number[] = [];
  readonly #picks: string[] = [];
  readonly #loaded: Promise<Extract<ToTest, { type: 'load' }>>;
  #ids = 1;

  /** @param page new, and nothing loaded in it yet */
  constructor(page: Page, env: NodeJS.ProcessEnv) {
    this.#page = page;
    this.main = fork(join(root, 'dist/main/electron/main.js'), {
      execArgv: ['--import', 'tsx', '--import', new URL('./register.mjs', import.meta.url).href],
      serialization: 'advanced',
      env: { ...process.env, EMULATED_ROOT: root, LATENTSCAPE_NODE: process.execPath, ...env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#loaded = new Promise((resolve) => {
      this.main.on('message', (message: ToTest) => {
        if (message.type === 'load') resolve(message);
        else this.#receive(message).catch((error: unknown) => this.#unlessGone(error));
      });
    });
  }

  /** What a page posts before it is loaded anew still arrives in Electron; here a turn of the page's own loop carries it. */
  #reloadLikeElectron(): void {
    const page = this.#page;
    const reload = page.reload.bind(page);
    page.reload = async (options) => {
      await page.evaluate(
        () =>
          new Promise((turned) => {
            const { port1, port2 } = new MessageChannel();
            port2.onmessage = turned;
            port1.postMessage(null);
          }),
      );
      return reload(options);
    };
  }

  /** Shows the page that the main process loads. */
  async open(): Promise<void> {
    const page = this.#page;
    const { url, options } = await this.#loaded;
    await page.exposeFunction('emulatedInvoke', (name: string, args: unknown[]) =>
      this.#ask({ type: 'invoke', name, args, url }),
    );
    await page.exposeFunction('emulatedPost', (port: number, base64: string) =>
      this.#tell({ type: 'data', port, data: new Uint8Array(Buffer.from(base64, 'base64')) }),
    );
    await page.addInitScript(beforePage);
    const preload = await readFile(options.webPreferences!.preload!, 'utf8');
    await page.addInitScript({ content: `{ const require = globalThis.emulatedRequire; ${preload} }` });
    page.on('framenavigated', (frame) => {
      if (frame !== page.mainFrame()) return;
      this.#tell({ type: 'navigation', ports: [...this.#ports] });
      this.#ports.clear();
    });
    await page.route(`${ORIGIN}/**`, async (route) => {
      const { pathname } = new URL(route.request().url());
      const served = (await this.#ask({ type: 'get', url: new URL(pathname, url).href })) as Served;
      await route.fulfill({ ...served, body: Buffer.from(served.body) });
    });
    this.#reloadLikeElectron();
    await page.goto(url.replace(/^app:\/\/latentscape/, ORIGIN));
  }

  /** Answers the dialog that is open, or the next one, with a path. */
  pick(path: string): void {
    this.#picks.push(path);
    this.#settle();
  }

  /** Something happens to the app from outside of its page. */
  happen(event: Extract<ToMain, { type: 'second-instance' | 'crash' }>): void {
    this.#tell(event);
  }

  /** The process of the engine. */
  engine(): number {
    const children = readFileSync(`/proc/${this.main.pid}/task/${this.main.pid}/children`, 'utf8').trim().split(' ');
    const found = children.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('engine/process.js'));
    if (found.length !== 1) throw new Error(`${found.length} engines run`);
    return Number(found[0]);
  }

  async stop(): Promise<void> {
    if (this.main.exitCode !== null) return;
    const gone = once(this.main, 'exit');
    this.#tell({ type: 'close' });
    if (await Promise.race([gone, sleep(5000)])) return;
    this.main.kill('SIGKILL');
    await gone;
  }

  async #receive(message: Exclude<ToTest, { type: 'load' }>): Promise<void> {
    switch (message.type) {
      case 'answer':
        this.#waiting.get(message.id)?.(message);
        this.#waiting.delete(message.id);
        return;
      case 'box':
        return void this.boxes.push(message.message);
      case 'dialog':
        this.opened.push(message.options);
        this.#dialogs.push(message.id);
        return this.#settle();
      case 'reload':
        return void (await this.#page.reload());
      case 'send': {
        const { channel, value, port } = message;
        if (port !== undefined) this.#ports.add(port);
        return this.#inPage('send', [channel, value, port]);
      }
      case 'data': {
        const { port, data } = message;
        const bytes = data instanceof Uint8Array ? { bytes: Buffer.from(data).toString('base64') } : { word: data };
        return this.#inPage('take', [port, bytes]);
      }
      case 'closed':
        this.#ports.delete(message.port);
        return this.#inPage('close', [message.port]);
    }
  }

  async #inPage<Name extends keyof EmulatedPage>(name: Name, args: Parameters<EmulatedPage[Name]>): Promise<void> {
    await this.#page.evaluate(
      ([which, given]) => (globalThis.emulated[which] as (...all: unknown[]) => void)(...(given as unknown[])),
      [name, args] as const,
    );
  }

  #settle(): void {
    while (this.#picks.length > 0 && this.#dialogs.length > 0) {
      this.#tell({ type: 'dialog', id: this.#dialogs.shift()!, filePaths: [this.#picks.shift()!] });
    }
  }

  #ask(message: Asking): Promise<unknown> {
    const id = this.#ids++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ value, error }) => (error === undefined ? resolve(value) : reject(new Error(error))));
      this.#tell({ ...message, id });
    });
  }

  #tell(message: ToMain): void {
    if (this.main.connected) this.main.send(message);
  }

  /** A page that is closing or loading anew cannot be told anything. */
  #unlessGone(error: unknown): void {
    if (!/closed|destroyed|navigation/i.test(String(error))) throw error;
  }
}
