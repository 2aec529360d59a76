/** The window's tie to the engine: opens it, notices when it breaks, and ties it again. */
import type { Channel, CloseReason, WindowApi } from '../../../main/contract';
import { openBrowserChannel } from '../../../main/rpc/browser-channel';
import { openPortChannel } from '../../../main/rpc/port-channel';
import { connectEngine } from '../../../main/rpc/rpc';
import type { EngineClient } from './engine-client';

/** Seconds to wait before each further attempt; the last one repeats. */
const PAUSES = [1, 2, 4, 8, 15];
/** … and after the engine has stopped twice within a minute. */
const ENDED_PAUSE = 60;

function openChannel(): Promise<Channel> {
  return window.latentscape ? openPortChannel(window.latentscape) : openBrowserChannel();
}

export class Connection {
  /** `connecting`: for the first time; `lost`: it was there, or never came. */
  state = $state<'connecting' | 'open' | 'lost'>('connecting');
  /** Seconds until the next attempt while lost; null while one is under way. */
  retryIn = $state<number | null>(null);
  /** Why the channel closed last. */
  reason = $state<CloseReason | null>(null);

  #attempts = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #client: EngineClient;
  readonly #window: WindowApi;

  /**
   * @param client is handed the engine of each connection
   * @param window answers what the engine tells unasked
   */
  constructor(client: EngineClient, window: WindowApi) {
    this.#client = client;
    this.#window = window;
  }

  /** Connects now, also when the next attempt was due later. */
  async connect(): Promise<void> {
    clearInterval(this.#timer);
    this.retryIn = null;
    try {
      const channel = await openChannel();
      // `connectEngine` takes the channel's one `onClose`: listen along
      const engine = connectEngine(
        { ...channel, onClose: (closed) => channel.onClose((reason) => (closed(reason), this.#lost(reason))) },
        this.#window,
      );
      this.#attempts = 0;
      this.state = 'open';
      this.#client.connected(engine);
    } catch {
      // whatever the reason, the remedy is the same: say so and try again
      this.#lost('stopped');
    }
  }

  #lost(reason: CloseReason): void {
    this.reason = reason;
    this.state = 'lost';
    if (reason === 'restarted') {
      void this.connect();
      return;
    }
    // what stopped the engine twice may do so again: whoever looks decides
    this.retryIn = reason === 'ended' ? ENDED_PAUSE : PAUSES[Math.min(this.#attempts++, PAUSES.length - 1)];
    this.#timer = setInterval(() => {
      this.retryIn!--;
      if (this.retryIn === 0) void this.connect();
    }, 1000);
  }
}
