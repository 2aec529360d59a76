import type { Channel } from '../contract';
import { UserError } from '../contract';
import { closeReason } from './close-codes';
import { pack, unpack } from './wire';

/**
 * The window's pipe to the engine when the page was served by the browser host: a WebSocket to where the page came from.
 * Rejects with a `UserError` when the host does not answer or refuses.
 */
export function openBrowserChannel(address: string = engineAddress()): Promise<Channel> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => resolve(channelOver(socket));
    socket.onclose = () => reject(new UserError('process-died.no-answer'));
  });
}

/** Beside the page: its path is part of what nobody else knows. */
const engineAddress = (): string => new URL('engine', location.href.replace(/^http/, 'ws')).href;

function channelOver(socket: WebSocket): Channel {
  return {
    post: (message) => socket.send(pack(message)),
    listen: (onMessage) => {
      socket.onmessage = (event: MessageEvent<ArrayBuffer>) => onMessage(unpack(new Uint8Array(event.data)));
    },
    onClose: (onClosed) => {
      socket.onclose = (event) => onClosed(closeReason(event.code));
      // Lost between opening and now: the event has passed, and its code with it.
      if (socket.readyState === WebSocket.CLOSED) onClosed('stopped');
    },
    close: () => socket.close(),
  };
}
