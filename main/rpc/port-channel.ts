import type { Channel, CloseReason, HostBridge } from '../contract';
import { UserError } from '../contract';

/** What the preload script posts to the page together with the engine's MessagePort. */
export const ENGINE_PORT = 'latentscape:engine-port';

/**
 * The window's pipe to the engine under Electron: a MessagePort straight to it, introduced by the main process.
 * Rejects with a `UserError` when the engine is down for good.
 */
export async function openPortChannel(bridge: HostBridge): Promise<Channel> {
  const port = await new Promise<MessagePort | null>((resolve, reject) => {
    const onMessage = (event: MessageEvent) => {
      if (event.source !== window || event.data !== ENGINE_PORT) return;
      window.removeEventListener('message', onMessage);
      resolve(event.ports[0]);
    };
    window.addEventListener('message', onMessage);
    bridge.connect().then((connected) => {
      if (connected) return;
      window.removeEventListener('message', onMessage);
      resolve(null);
    }, reject);
  });
  if (!port) throw new UserError('process-died', 'The engine stopped unexpectedly. Please start Latentscape again.');
  return portChannel(port, () => bridge.closeReason());
}

/**
 * A DOM MessagePort as a channel. Messages cross by structured clone, so nothing is packed.
 * @param port not yet started
 * @param whyClosed asked when the other end has gone
 */
export function portChannel(port: MessagePort, whyClosed: () => Promise<CloseReason>): Channel {
  return {
    post: (message) => port.postMessage(message),
    listen: (onMessage) => {
      port.onmessage = (event) => onMessage(event.data);
      port.start();
    },
    onClose: (onClosed) => {
      port.addEventListener('close', () => void whyClosed().then(onClosed, () => onClosed('stopped')), { once: true });
    },
    close: () => port.close(),
  };
}
