/** The engine as the parts of the window know it: one for as long as the window lives, whatever the connection does. */
import type { EngineApi } from '../../../main/contract';

/**
 * Requests reject with a `UserError`; those made before the first connection wait for it. `onConnected` calls back after
 * each connection: ids of an earlier one mean nothing any more, so whoever keeps something of the engine asks for it anew.
 */
export type Engine = EngineApi & { onConnected(reopen: (again: boolean) => void): void };

export class EngineClient {
  #behind: Promise<EngineApi>;
  #first!: (engine: EngineApi) => void;
  #connections = 0;
  readonly #reopen: ((again: boolean) => void)[] = [];

  constructor() {
    this.#behind = new Promise((resolve) => (this.#first = resolve));
  }

  readonly engine: Engine = new Proxy({} as Engine, {
    get: (_, name) => {
      if (name === 'onConnected') return (reopen: (again: boolean) => void) => void this.#reopen.push(reopen);
      // no thenable: it may be returned from async functions
      if (typeof name !== 'string' || name === 'then') return undefined;
      return async (...args: unknown[]) => {
        const behind = (await this.#behind) as unknown as Record<string, (...args: unknown[]) => unknown>;
        return behind[name](...args);
      };
    },
  });

  /** Swaps what is behind the engine, and tells everyone who keeps something of it. */
  connected(behind: EngineApi): void {
    const again = this.#connections++ > 0;
    this.#behind = Promise.resolve(behind);
    this.#first(behind);
    for (const reopen of this.#reopen) reopen(again);
  }
}
