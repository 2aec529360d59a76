/**
 * The engine process's ends of the channels to its windows. Which host started it decides what they are made of:
 * Electron sends a MessagePort for each window, the browser host forwards the bytes of each window's WebSocket.
 */
import type { Channel, CloseReason } from '../contract';
import type { FromEngine, ToEngine } from './fork-messages';
import { pack, unpack } from './wire';

/** Electron's `MessagePortMain` and `parentPort`, as far as they are used: the engine must not import Electron. */
interface Port {
  on(event: 'message', listener: (event: { data: unknown; ports: Port[] }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
  postMessage(message: unknown): void;
}

/**
 * Calls `onChannel` for each window that connects, and ends this process when its host is gone, however it went.
 * @throws Error when the process was started by hand
 */
export function acceptChannels(onChannel: (channel: Channel) => void): void {
  const parentPort = (process as unknown as { parentPort?: Port }).parentPort;
  if (parentPort) acceptPorts(parentPort, onChannel);
  else if (process.send) acceptForwarded(onChannel);
  else throw new Error('The engine process is started by one of the hosts. Run `npm start` instead.');
}

function acceptPorts(parentPort: Port, onChannel: (channel: Channel) => void): void {
  parentPort.on('message', ({ ports: [port] }) =>
    onChannel({
      post: (message) => port.postMessage(message),
      listen: (onMessage) => {
        port.on('message', ({ data }) => onMessage(data));
        port.start();
      },
      onClose: (onClosed) => port.on('close', () => onClosed('stopped')),
      close: () => port.close(),
    }),
  );
}

function acceptForwarded(onChannel: (channel: Channel) => void): void {
  const windows = new Map<number, { onMessage(message: unknown): void; onClosed(reason: CloseReason): void }>();
  const send = (message: FromEngine) => process.send!(message);

  process.on('message', (message: ToEngine) => {
    const { client } = message;
    switch (message.type) {
      case 'open': {
        const window = { onMessage: (_: unknown) => {}, onClosed: (_: CloseReason) => {} };
        windows.set(client, window);
        onChannel({
          post: (value) => send({ type: 'data', client, data: pack(value) }),
          listen: (onMessage) => (window.onMessage = onMessage),
          onClose: (onClosed) => (window.onClosed = onClosed),
          close: () => windows.delete(client),
        });
        break;
      }
      case 'data':
        windows.get(client)?.onMessage(unpack(message.data));
        break;
      case 'close':
        windows.get(client)?.onClosed('stopped');
        windows.delete(client);
    }
  });

  // The pipe to the host closes even when the host is killed: nobody is left to compute for.
  process.on('disconnect', () => process.exit());
  // Ctrl-C reaches every process of the terminal; the host decides, and ends the engine by closing the pipe.
  process.on('SIGINT', () => {});
}
