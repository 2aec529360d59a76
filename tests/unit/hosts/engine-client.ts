import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Channel, EngineApi, WindowApi } from '../../../main/contract';
import { closeReason } from '../../../main/rpc/close-codes';
import { connectEngine } from '../../../main/rpc/rpc';
import { pack, unpack } from '../../../main/rpc/wire';

/** The engine behind the address that the browser host prints, as its page has it. `close` ends the connection. */
export async function connectTo(address: string, window: WindowApi): Promise<EngineApi & { close(): void }> {
  const { headers } = await fetch(address);
  const cookie = headers.get('set-cookie')!.split(';')[0];
  const { host, origin } = new URL(address);
  const socket = new WebSocket(`ws://${host}/engine`, { headers: { cookie, origin } });
  await once(socket, 'open');
  const channel: Channel = {
    post: (message) => socket.send(pack(message)),
    listen: (onMessage) => socket.on('message', (data: Buffer) => onMessage(unpack(data))),
    onClose: (onClosed) => socket.on('close', (code) => onClosed(closeReason(code))),
    close: () => socket.close(),
  };
  const engine = connectEngine(channel, window);
  return new Proxy(engine, {
    get: (target, name) => (name === 'close' ? () => socket.close() : Reflect.get(target, name)),
  }) as EngineApi & { close(): void };
}
