import { MessageChannelMain, utilityProcess, type UtilityProcess, type WebContents } from 'electron';
import type { CloseReason } from '../contract';
import { Restarts } from '../restarts';

/**
 * The engine in a process of its own. This process only introduces windows to it: each gets a MessagePort straight to
 * the engine, so that nothing passes through here. An engine that dies is started again once.
 */
export class Engine {
  readonly #entry: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #restarts = new Restarts();
  #child: UtilityProcess | null;
  #stopping = false;

  /** @param entry the engine's script; @param env its environment */
  constructor(entry: string, env: NodeJS.ProcessEnv) {
    this.#entry = entry;
    this.#env = env;
    this.#child = this.#start();
  }

  /** Sends the page one end of a new channel and the engine the other. False when the engine is down for good. */
  connect(page: WebContents): boolean {
    if (!this.#child) return false;
    const { port1, port2 } = new MessageChannelMain();
    this.#child.postMessage(null, [port1]);
    page.postMessage('engine:port', null, [port2]);
    return true;
  }

  /** Why a page's port closed. */
  get closeReason(): CloseReason {
    if (this.#stopping) return 'stopped';
    return this.#child ? 'restarted' : 'ended';
  }

  /** Ends the engine, and with it the training processes it started. */
  stop(): void {
    this.#stopping = true;
    this.#child?.kill();
  }

  #start(): UtilityProcess {
    const child = utilityProcess.fork(this.#entry, [], {
      env: this.#env,
      serviceName: 'Latentscape engine',
      stdio: 'inherit',
    });
    child.once('exit', (code) => this.#died(code));
    return child;
  }

  #died(code: number): void {
    if (this.#stopping) return;
    this.#child = this.#restarts.allow() ? this.#start() : null;
    console.error(
      this.#child
        ? `The engine stopped unexpectedly (exit code ${code}). It has been started again.`
        : `The engine stopped unexpectedly again (exit code ${code}) and stays down.`,
    );
  }
}
