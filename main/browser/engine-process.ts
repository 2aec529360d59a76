import { fork, type ChildProcess } from 'node:child_process';
import type { WebSocket } from 'ws';
import { Restarts } from '../restarts';
import { CLOSE_CODES } from '../rpc/close-codes';
import type { FromEngine, ToEngine } from '../rpc/fork-messages';

// How long the engine gets to end by itself; it may be in the middle of one blocking computation.
const GRACE_MS = 2000;

/**
 * The engine in a process of its own, and the windows connected to it. Bytes pass through untouched. An engine that
 * dies is started again once; windows learn of it by the close code of their socket and connect anew.
 */
export class EngineProcess {
  readonly #windows = new Map<number, WebSocket>();
  readonly #restarts = new Restarts();
  readonly #entry: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #onWindows: (count: number) => void;
  #child: ChildProcess | null;
  #next = 1;
  #stopping = false;

  /**
   * @param entry the engine's script
   * @param env its environment
   * @param onWindows called with the number of connected windows whenever it changes
   */
  constructor(entry: string, env: NodeJS.ProcessEnv, onWindows: (count: number) => void) {
    this.#entry = entry;
    this.#env = env;
    this.#onWindows = onWindows;
    this.#child = this.#start();
  }

  /** Connects one more window. */
  connect(socket: WebSocket): void {
    if (!this.#child) return socket.close(CLOSE_CODES.ended);
    const client = this.#next++;
    this.#windows.set(client, socket);
    this.#send({ type: 'open', client });
    socket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) return socket.close(1003, 'Only binary messages are understood.');
      this.#send({ type: 'data', client, data });
    });
    socket.on('close', () => {
      // Already forgotten when it was closed because the engine it spoke to is gone.
      if (!this.#windows.delete(client)) return;
      this.#send({ type: 'close', client });
      this.#onWindows(this.#windows.size);
    });
    socket.on('error', () => socket.terminate()); // a frame against the protocol or over the size limit
    this.#onWindows(this.#windows.size);
  }

  /** Ends the engine, and with it the training processes it started; resolves when it is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#closeWindows(CLOSE_CODES.stopped);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      child.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
      if (child.connected) child.disconnect();
    });
  }

  #start(): ChildProcess {
    const child = fork(this.#entry, {
      serialization: 'advanced',
      env: this.#env,
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.on('message', ({ client, data }: FromEngine) => this.#windows.get(client)?.send(data));
    child.once('exit', (code, signal) => this.#died(signal ?? `exit code ${code}`));
    child.once('error', (error) => {
      if (child.pid === undefined) this.#died(error.message); // it never started, so it will not exit either
    });
    return child;
  }

  #died(how: string): void {
    if (this.#stopping) return;
    const restarted = this.#restarts.allow();
    this.#child = restarted ? this.#start() : null;
    console.error(
      restarted
        ? `The engine stopped unexpectedly (${how}). It has been started again.`
        : `The engine stopped unexpectedly again (${how}) and stays down. Press Ctrl-C and start Latentscape anew.`,
    );
    this.#closeWindows(restarted ? CLOSE_CODES.restarted : CLOSE_CODES.ended);
  }

  #closeWindows(code: number): void {
    const sockets = [...this.#windows.values()];
    this.#windows.clear();
    for (const socket of sockets) socket.close(code);
    this.#onWindows(0);
  }

  #send(message: ToEngine): void {
    // A pipe that is closing fails here; that the engine died is dealt with where its exit is seen.
    if (this.#child?.connected) this.#child.send(message, () => {});
  }
}
