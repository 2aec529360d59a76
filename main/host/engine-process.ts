import { spawn, type ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';
import type { CloseReason } from '../contract';
import { ENGINE_PIPE, FramePipe } from '../rpc/frames';
import { Restarts } from './restarts';

// How long the engine gets to end by itself; it may be in the middle of one blocking computation, and finishes what it writes.
const GRACE_MS = 2000;

/**
 * The C library of most Linux systems gives each thread memory of its own and takes little of it back: with the threads of
 * onnxruntime and sharp, an engine that opens models again and again grew by a megabyte or two each time.
 */
const FEW_ARENAS = '2';

/** Each may open models, so there is an end to them. */
const MOST_WINDOWS = 64;

/** A window, as the engine reaches it. */
export interface Window {
  send(data: Uint8Array): void;
  /** Its engine is gone. */
  close(reason: CloseReason): void;
}

/** The engine, as a window reaches it. */
export interface Connection {
  send(data: Uint8Array): void;
  /** The window has gone. */
  close(): void;
}

export interface EngineOptions {
  /** The Node that runs it. */
  node: string;
  /** Its script. */
  entry: string;
  env: NodeJS.ProcessEnv;
  /** Called with the number of connected windows whenever it changes. */
  onWindows?(count: number): void;
}

/**
 * The engine in a process of its own, and the windows connected to it. Bytes pass through untouched. An engine that
 * dies is started again by itself once a minute at most, and whenever a window asks; windows are notified and connect again.
 */
export class EngineProcess {
  readonly #options: EngineOptions;
  readonly #windows = new Map<number, Window>();
  readonly #paths = new Set<string>();
  readonly #restarts = new Restarts();
  #child: ChildProcess | null = null;
  #pipe: FramePipe | null = null;
  #next = 1;
  #stopping = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#start();
  }

  /** Connects one more window, for which an engine that is down is started. Null, and the window is closed, when the app ends. */
  connect(window: Window): Connection | null {
    if (!this.#child && !this.#stopping) this.#start();
    if (!this.#child) {
      window.close(this.#stopping ? 'stopped' : 'ended');
      return null;
    }
    if (this.#windows.size >= MOST_WINDOWS) {
      window.close('stopped');
      return null;
    }
    const client = this.#next++;
    this.#windows.set(client, window);
    this.#pipe!.send('open', client);
    this.#changed();
    return {
      send: (data) => {
        if (this.#windows.has(client)) this.#pipe?.send('data', client, data);
      },
      close: () => {
        // Already forgotten when it was closed because the engine it spoke to is gone.
        if (!this.#windows.delete(client)) return;
        this.#pipe?.send('close', client);
        this.#changed();
      },
    };
  }

  /** Vouches for a path that a person has chosen: windows may name it to this engine, and to those that come after it. */
  vouch(path: string): void {
    this.#paths.add(path);
    this.#pipe?.send('path', 0, Buffer.from(path));
  }

  /** Ends the engine, and with it the training processes it started; resolves when it is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#closeWindows('stopped');
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      child.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
      (child.stdio[ENGINE_PIPE] as Duplex).end(); // what windows have sent last still arrives
    });
  }

  #start(): void {
    const { node, entry, env } = this.#options;
    const child = spawn(node, [entry], {
      // Electron's own switches are for Electron alone.
      env: { MALLOC_ARENA_MAX: FEW_ARENAS, ...env, ELECTRON_RUN_AS_NODE: undefined },
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
      windowsHide: true,
    });
    child.once('exit', (code, signal) => this.#died(signal ?? `exit code ${code}`));
    child.once('error', (error) => {
      if (child.pid === undefined) this.#died(error.message); // it never started, so it will not exit either
    });
    const pipe = child.stdio[ENGINE_PIPE] as Duplex;
    // A pipe that closes while it is written to; that the engine died is dealt with where its exit is seen.
    pipe.on('error', () => {});
    this.#child = child;
    this.#pipe = new FramePipe(pipe, ({ type, client, data }) => {
      const window = this.#windows.get(client);
      if (type === 'data') window?.send(data);
      else if (type === 'close' && this.#windows.delete(client)) {
        window!.close('stopped'); // what it sent is no message
        this.#changed();
      }
    });
    for (const path of this.#paths) this.#pipe.send('path', 0, Buffer.from(path));
  }

  #died(how: string): void {
    this.#child = null;
    this.#pipe = null;
    if (this.#stopping) return;
    const restarted = this.#restarts.allow();
    if (restarted) this.#start();
    console.error(
      restarted
        ? `The engine stopped unexpectedly (${how}). It has been started again.`
        : `The engine stopped unexpectedly again (${how}). It is started when a window asks for it.`,
    );
    this.#closeWindows(restarted ? 'restarted' : 'ended');
  }

  #closeWindows(reason: CloseReason): void {
    const windows = [...this.#windows.values()];
    this.#windows.clear();
    for (const window of windows) window.close(reason);
    this.#changed();
  }

  #changed(): void {
    this.#options.onWindows?.(this.#windows.size);
  }
}
