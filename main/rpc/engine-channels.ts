/** The engine process's ends of the channels to its windows. */
import { Socket } from 'node:net';
import type { Channel, CloseReason } from '../contract';
import { ENGINE_PIPE, FramePipe } from './frames';
import { pack, unpack } from './wire';

/**
 * Calls `onChannel` for each window that connects, and ends this process when its host is gone, however it went.
 * @param more.onPath called with each path that the host vouches for
 * @param more.beforeEnd what this process waits for before it ends
 * @throws Error when the process was started by hand
 */
export function acceptChannels(
  onChannel: (channel: Channel) => void,
  { onPath, beforeEnd }: { onPath?(path: string): void; beforeEnd?(): Promise<void> } = {},
): void {
  const windows = new Map<number, { onMessage(message: unknown): void; onClosed(reason: CloseReason): void }>();
  const pipe = openPipe();
  const frames = new FramePipe(pipe, ({ type, client, data }) => {
    switch (type) {
      case 'open': {
        const window = { onMessage: (_: unknown) => {}, onClosed: (_: CloseReason) => {} };
        windows.set(client, window);
        onChannel({
          post: (value) => frames.send('data', client, pack(value)),
          listen: (onMessage) => (window.onMessage = onMessage),
          onClose: (onClosed) => (window.onClosed = onClosed),
          close: () => {
            if (!windows.delete(client)) return;
            frames.send('close', client);
            window.onClosed('stopped');
          },
        });
        break;
      }
      case 'data':
        windows.get(client)?.onMessage(understood(data));
        break;
      case 'close': {
        const window = windows.get(client);
        windows.delete(client);
        // what it sent last may have come with this: those requests begin first
        setImmediate(() => window?.onClosed('stopped'));
        break;
      }
      case 'path':
        onPath?.(Buffer.from(data).toString());
    }
  });

  // The pipe closes even when the host is killed: nobody is left to compute for.
  pipe
    .on('error', () => {})
    .on('close', async () => {
      await beforeEnd?.();
      process.exit();
    });
  // Ctrl-C reaches every process of the terminal; the host decides, and ends the engine by closing the pipe.
  process.on('SIGINT', () => {});
}

/** The message in `bytes`; undefined, which is none, for bytes that are not ours. */
function understood(bytes: Uint8Array): unknown {
  try {
    return unpack(bytes);
  } catch {
    return undefined;
  }
}

function openPipe(): Socket {
  try {
    return new Socket({ fd: ENGINE_PIPE });
  } catch {
    throw new Error('The engine process is started by one of the hosts. Run `npm start` instead.');
  }
}
