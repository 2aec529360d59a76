import type { Channel, CloseReason, HostBridge } from '../contract';
import { UserError } from '../contract';
import { pack, unpack } from './wire';

/** What the preload script posts to the page together with the engine's MessagePort. */
export const ENGINE_PORT = 'latentscape:engine-port';

/**
 * The window's pipe to the engine under Electron: a MessagePort to the main process, which passes the bytes on.
 * Rejects with a `UserError` when the engine is down for now.
 */
export async function openPortChannel(bridge: HostBridge): Promise<Channel> {
  const port = await new Promise<MessagePort | null>((resolve, reject) => {
    const settle = (opened: MessagePort | null) => {
      window.removeEventListener('message', onMessage);
      resolve(opened);
    };
    const onMessage = (event: MessageEvent) => {
      if (event.source === window && event.data === ENGINE_PORT) settle(event.ports[0]);
    };
    window.addEventListener('message', onMessage);
    bridge.connect().then((connected) => connected || settle(null), reject);
  });
  if (!port) throw new UserError('process-died.engine-ended');
  return portChannel(port);
}

/**
 * A DOM MessagePort as a channel: bytes are messages, as over a WebSocket, and a word is the reason why it closed.
 * @param port not yet started
 */
export function portChannel(port: MessagePort): Channel {
  let onClosed = (_: CloseReason) => {};
  return {
    post: (message) => port.postMessage(pack(message)),
    listen: (onMessage) => {
      port.onmessage = ({ data }: MessageEvent<Uint8Array | CloseReason>) => {
        if (typeof data === 'string') onClosed(data);
        else onMessage(unpack(data));
      };
    },
    onClose: (listener) => (onClosed = listener),
    close: () => port.close(),
  };
}
