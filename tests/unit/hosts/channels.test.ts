import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Duplex, PassThrough } from 'node:stream';
import { afterEach, expect, it, vi } from 'vitest';
import type { Channel, CloseReason, HostBridge } from '../../../main/contract';
import { FramePipe, type Frame } from '../../../main/rpc/frames';
import { openPortChannel, portChannel, ENGINE_PORT } from '../../../main/rpc/port-channel';
import { connectEngine } from '../../../main/rpc/rpc';
import { pack, unpack } from '../../../main/rpc/wire';
import { silent } from './silent';

afterEach(() => vi.unstubAllGlobals());

/** Starts the small engine of `fixtures/` as hosts start the real one. */
function startEngine() {
  const engine = join(import.meta.dirname, 'fixtures/small-engine.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', engine], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  const pipe = child.stdio[3] as Duplex;
  const listeners: ((frame: Frame) => void)[] = [];
  const frames = new FramePipe(pipe, (frame) => listeners.forEach((listen) => listen(frame)));
  return { child, pipe, frames, listeners };
}

/** A host's part without its windows: one window's channel to an engine process. */
function windowOf({ frames, listeners }: ReturnType<typeof startEngine>, client: number): Channel {
  frames.send('open', client);
  return {
    post: (message) => frames.send('data', client, pack(message)),
    listen: (onMessage) => listeners.push((frame) => frame.client === client && onMessage(unpack(frame.data))),
    onClose: () => {},
    close: () => frames.send('close', client),
  };
}

it('an engine process serves each window by itself and lets go of those that close', async () => {
  const started = startEngine();
  const one = windowOf(started, 1);
  const two = windowOf(started, 2);
  const [first, second] = [connectEngine(one, silent), connectEngine(two, silent)];
  const codes = new Float32Array([0.25, -1]);
  expect((await first.encodeFiles('m', ['a'])).codes).toEqual(codes);
  expect(await second.codesFile('m', codes, null, 'npy')).toEqual(new Uint8Array(codes.buffer));
  one.close();
  await expect.poll(() => second.listModels()).toHaveLength(1); // the windows that have closed
  started.pipe.destroy();
  await once(started.child, 'exit');
});

it('an engine process ends when its host is gone, and not by Ctrl-C', async () => {
  const started = startEngine();
  await connectEngine(windowOf(started, 1), silent).listModels(); // it is up
  started.child.kill('SIGINT');
  await connectEngine(windowOf(started, 2), silent).listModels();
  started.pipe.destroy();
  expect(await once(started.child, 'exit')).toEqual([0, null]);
});

it('an engine started by hand says how it is started', async () => {
  const engine = join(import.meta.dirname, 'fixtures/small-engine.ts');
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', engine], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr!.on('data', (data) => (said += String(data)));
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(said).toContain('npm start');
});

it('frames arrive whole and in order, however they are cut', () => {
  const written: Buffer[] = [];
  const sink = new Duplex({ read() {}, write: (chunk: Buffer, _, done) => (written.push(chunk), done()) });
  const frames = new FramePipe(sink, () => {});
  const large = Buffer.from(Array.from({ length: 300 }, (_, index) => index % 256));
  frames.send('open', 7);
  frames.send('data', 7, large);
  frames.send('data', 2 ** 32 - 1, Uint8Array.of(1));
  frames.send('path', 0, Buffer.from('/ünï'));
  frames.send('close', 7);
  const bytes = Buffer.concat(written);

  for (const cut of [1, 2, 9, 10, 100, bytes.length]) {
    const pipe = new PassThrough();
    const got: [string, number, string][] = [];
    new FramePipe(pipe, ({ type, client, data }) => got.push([type, client, Buffer.from(data).toString('hex')]));
    for (let at = 0; at < bytes.length; at += cut) pipe.emit('data', bytes.subarray(at, at + cut));
    expect(got, `cut every ${cut}`).toEqual([
      ['open', 7, ''],
      ['data', 7, large.toString('hex')],
      ['data', 2 ** 32 - 1, '01'],
      ['path', 0, Buffer.from('/ünï').toString('hex')],
      ['close', 7, ''],
    ]);
  }
});

it('a port carries typed arrays both ways and says why it closed', async () => {
  const { port1, port2 } = new MessageChannel();
  port2.onmessage = ({ data }) => {
    const { i, a } = unpack(data as Uint8Array) as { i: string; a: unknown[] };
    port2.postMessage(pack({ t: 's', i, r: a[1] }));
  };
  const engine = connectEngine(portChannel(port1), silent);
  expect(await engine.decode('m', new Float32Array([1, 2]))).toEqual(new Float32Array([1, 2]));
  port2.postMessage('restarted' satisfies CloseReason);
  await vi.waitFor(() =>
    expect(engine.runs()).rejects.toMatchObject({
      message: expect.stringContaining('started again'),
    }),
  );
  port1.close();
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
  const bridge = { connect: async () => true } as unknown as HostBridge;
  const opening = openPortChannel(bridge);
  arrive(ENGINE_PORT, {}, null); // another frame
  arrive('something else', window, null);
  arrive(ENGINE_PORT, window, port1);
  const channel = await opening;
  const got = new Promise((resolve) => (port2.onmessage = ({ data }) => resolve(data)));
  channel.post('hello');
  expect(unpack((await got) as Uint8Array)).toBe('hello');
  port1.close();
});

it('the page learns that the engine is down for good', async () => {
  stubWindow();
  const bridge = { connect: async () => false } as unknown as HostBridge;
  await expect(openPortChannel(bridge)).rejects.toMatchObject({ code: 'process-died' });
});
