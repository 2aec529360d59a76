// The engine as a host starts it, with somebody who asks for nonsense in the place of the windows.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { root } from '../root.mjs';

/** A module of the built app. @param {string} file */
export const built = (file) => pathToFileURL(join(root, 'dist/main', file)).href;

/** @type {typeof import('../../main/rpc/frames')} */
const { FramePipe } = await import(built('rpc/frames.js'));
/** @type {typeof import('../../main/rpc/wire')} */
const { pack, unpack } = await import(built('rpc/wire.js'));

/** The engine's end of the pipe, as in `main/rpc/frames.ts`. */
const ENGINE_PIPE = 3;

/** A request that takes longer hangs: a model from elsewhere may take its 30 seconds to load, and as many to run. */
const PATIENCE_MS = 90_000;
/** Whatever is asked, another window is answered within this time. */
const OTHERS_PATIENCE_MS = 10_000;
const LOOK_EVERY_MS = 250;

/** @typedef {'accepted' | 'refused' | 'internal' | 'crashed' | 'hung'} Outcome */
/** @typedef {{ outcome: Outcome, result?: any, says?: string }} Answer */

export class FuzzedEngine {
  /** The most memory that it and what it started have had at a time, MB; null where the system does not say. */
  peakMB = /** @type {number | null} */ (null);
  /** Times that another window was not answered. */
  hung = 0;
  #home;
  #child;
  #pipe;
  /** @type {Map<number, (message: any) => void>} */
  #clients = new Map();
  #next = 1;
  #dead = false;
  #ended = false;
  #said = '';

  /** @param {string} home the app's data folder */
  constructor(home) {
    this.#home = home;
    [this.#child, this.#pipe] = this.#start();
    void this.#watch();
  }

  get isDead() {
    return this.#dead;
  }

  /** The last lines that it printed. */
  get said() {
    return this.#said.trim().split('\n').slice(-6).join('\n');
  }

  /** Starts it again after a crash. */
  restart() {
    this.#dead = false;
    [this.#child, this.#pipe] = this.#start();
  }

  end() {
    this.#ended = true;
    this.#child.kill('SIGKILL');
  }

  /** A window. @returns {Window} */
  open() {
    const client = this.#next++;
    const window = new Window(
      (data) => this.#pipe.send('data', client, data),
      () => {
        this.#clients.delete(client);
        this.#pipe.send('close', client);
      },
    );
    this.#clients.set(client, (message) => window.receive(message));
    if (this.#dead) window.receive('crashed');
    else this.#pipe.send('open', client);
    return window;
  }

  /** @returns {[import('node:child_process').ChildProcess, InstanceType<typeof FramePipe>]} */
  #start() {
    const child = spawn(process.execPath, [join(root, 'dist/main/engine/process.js')], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, LATENTSCAPE_HOME: this.#home, LATENTSCAPE_MODELS: join(root, 'models/beta-family') },
    });
    const hear = (/** @type {Buffer} */ text) => (this.#said = (this.#said + text).slice(-20_000));
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    const pipe = /** @type {import('node:stream').Duplex} */ (child.stdio[ENGINE_PIPE]);
    pipe.on('error', () => {}); // it is gone, which its exit tells
    const frames = new FramePipe(pipe, ({ type, client, data }) =>
      this.#clients.get(client)?.(type === 'close' ? 'closed' : unpack(data)),
    );
    child.once('exit', () => {
      if (this.#child !== child) return;
      this.#dead = true;
      for (const tell of this.#clients.values()) tell('crashed');
      this.#clients.clear();
    });
    return [child, frames];
  }

  /** Asks for something small all the time, and looks at the memory. */
  async #watch() {
    for (let window = this.open(); !this.#ended; await sleep(LOOK_EVERY_MS)) {
      const { outcome } = await window.call('runs', [], OTHERS_PATIENCE_MS);
      if (outcome === 'hung' && !this.#ended) this.hung++;
      if (outcome !== 'accepted') window = this.open();
      const bytes = memoryOf(this.#child.pid ?? 0);
      if (bytes > 0) this.peakMB = Math.max(this.peakMB ?? 0, Math.round(bytes / 1e6));
    }
  }
}

export class Window {
  #post;
  #close;
  #asked = 0;
  /** @type {Map<string, (answer: Answer) => void>} */
  #waiting = new Map();
  /** @type {Outcome | null} */
  #over = null;

  /** @param {(data: Uint8Array) => void} post @param {() => void} close */
  constructor(post, close) {
    this.#post = post;
    this.#close = close;
  }

  /** @param {any} message */
  receive(message) {
    if (message === 'closed' || message === 'crashed') {
      this.#over = message === 'closed' ? 'refused' : 'crashed';
      for (const answer of this.#waiting.values()) answer({ outcome: this.#over });
      this.#waiting.clear();
      return;
    }
    const answer = message?.t === 's' ? this.#waiting.get(message.i) : undefined;
    if (!answer) return;
    this.#waiting.delete(message.i);
    const { e, r } = message;
    if (e === undefined || e === null) answer({ outcome: 'accepted', result: r });
    else answer({ outcome: e.code === undefined || e.code === 'internal' ? 'internal' : 'refused', says: e.message });
  }

  /**
   * @param {string} method
   * @param {unknown[]} args
   * @returns {Promise<Answer>}
   */
  call(method, args, patience = PATIENCE_MS) {
    const id = `c${this.#asked++}`;
    return this.#answerTo(id, pack({ t: 'q', m: method, a: args, i: id }), patience);
  }

  /** Sends bytes, and then a right request: whether it was answered or the window closed. @param {Uint8Array} bytes @returns {Promise<Answer>} */
  async send(bytes) {
    const own = this.#answerTo('fuzz', bytes, PATIENCE_MS);
    const after = await this.call('runs', []);
    const said = await Promise.race([own, after]);
    return after.outcome === 'accepted' ? said : after;
  }

  close() {
    this.#close();
  }

  /** @param {string} id @param {Uint8Array} bytes @param {number} patience @returns {Promise<Answer>} */
  #answerTo(id, bytes, patience) {
    return new Promise((resolve) => {
      if (this.#over) return resolve({ outcome: this.#over });
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        resolve({ outcome: 'hung' });
      }, patience);
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.#post(bytes);
    });
  }
}

/** Resident bytes of a process and of those it started; 0 where the system does not say. @param {number} pid @returns {number} */
export function memoryOf(pid) {
  try {
    const own = 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
    );
    return children.reduce((sum, child) => sum + memoryOf(Number(child)), own);
  } catch {
    return 0; // gone, or not Linux
  }
}
