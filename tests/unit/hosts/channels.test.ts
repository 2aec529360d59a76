import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import type { Channel, HostBridge } from '../../../main/contract';
import { openPortChannel, portChannel, ENGINE_PORT } from '../../../main/rpc/port-channel';
import { acceptChannels } from '../../../main/rpc/engine-channels';
import type { FromEngine } from '../../../main/rpc/fork-messages';
import { connectEngine } from '../../../main/rpc/rpc';
import { pack, unpack } from '../../../main/rpc/wire';
import { silent } from './silent';

afterEach(() => vi.unstubAllGlobals());

/** Starts the small engine of `fixtures/` as the browser host starts the real one. */
function startEngine(): ChildProcess {
  return fork(join(import.meta.dirname, 'fixtures/small-engine.ts'), {
    serialization: 'advanced',
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** The browser host's part without its sockets: one window's channel to a forked engine. */
function windowOf(child: ChildProcess, client: number): Channel {
  child.send({ type: 'open', client });
  return {
    post: (message) => child.send({ type: 'data', client, data: pack(message) }),
    listen: (onMessage) =>
      child.on('message', (message: FromEngine) => message.client === client && onMessage(unpack(message.data))),
    onClose: () => {},
    close: () => child.send({ type: 'close', client }),
  };
}

it('a forked engine serves each window by itself and lets go of those that close', async () => {
  const child = startEngine();
  const one = windowOf(child, 1);
  const two = windowOf(child, 2);
  const [first, second] = [connectEngine(one, silent), connectEngine(two, silent)];
  const codes = new Float32Array([0.25, -1]);
  expect((await first.encodeFiles('m', ['a'])).codes).toEqual(codes);
  expect(await second.codesFile('m', codes, null, 'npy')).toEqual(new Uint8Array(codes.buffer));
  one.close();
  expect(await second.listModels()).toHaveLength(1); // the windows that have closed
  child.disconnect();
  await once(child, 'exit');
});

it('a forked engine ends when its host is gone, and not by Ctrl-C', async () => {
  const child = startEngine();
  await connectEngine(windowOf(child, 1), silent).listModels(); // it is up
  child.kill('SIGINT');
  await connectEngine(windowOf(child, 2), silent).listModels();
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('an engine started by hand says how it is started', () => {
  const { send } = process;
  process.send = undefined;
  try {
    expect(() => acceptChannels(() => {})).toThrow('npm start');
  } finally {
    process.send = send;
  }
});

it('a port carries typed arrays both ways and says why it closed', async () => {
  const { port1, port2 } = new MessageChannel();
  port2.onmessage = ({ data }) => port2.postMessage({ t: 's', i: data.i, r: data.a[1] });
  const channel = portChannel(port1, async () => 'restarted');
  const engine = connectEngine(channel, silent);
  expect(await engine.decode('m', new Float32Array([1, 2]))).toEqual(new Float32Array([1, 2]));
  port2.close();
  await vi.waitFor(() =>
    expect(engine.runs()).rejects.toMatchObject({
      message: expect.stringContaining('started again'),
    }),
  );
});

/** The page's window as far as the port's arrival needs it. */
function stubWindow() {
  const target = new EventTarget();
  vi.stubGlobal('window', target);
  return (data: unknown, source: unknown, port: unknown) =>
    target.dispatchEvent(Object.assign(new Event('message'), { data, source, ports: [port] }));
}

it('the page takes the port from its own preload script only', async () => {
  const arrive = stubWindow();
  const { port1, port2 } = new MessageChannel();
  const bridge = { connect: async () => true, closeReason: async () => 'stopped' } as unknown as HostBridge;
  const opening = openPortChannel(bridge);
  arrive(ENGINE_PORT, {}, null); // another frame
  arrive('something else', window, null);
  arrive(ENGINE_PORT, window, port1);
  const channel = await opening;
  const got = new Promise((resolve) => (port2.onmessage = ({ data }) => resolve(data)));
  channel.post('hello');
  expect(await got).toBe('hello');
  port1.close();
});

it('the page learns that the engine is down for good', async () => {
  stubWindow();
  const bridge = { connect: async () => false } as unknown as HostBridge;
  await expect(openPortChannel(bridge)).rejects.toMatchObject({ code: 'process-died' });
});
