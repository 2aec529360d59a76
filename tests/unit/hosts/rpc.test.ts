import { describe, expect, it, vi } from 'vitest';
import type { Channel, CloseReason, EngineApi, WindowApi } from '../../../main/contract';
import { UserError } from '../../../main/contract';
import { connectEngine, serveEngine } from '../../../main/rpc/rpc';
import { pack, unpack } from '../../../main/rpc/wire';
import { silent } from './silent';

/** Two ends of a pipe that packs every message, as the browser host's does. */
function pipe(): { window: Channel; engine: Channel; break(reason: CloseReason): void } {
  const listeners: ((message: unknown) => void)[] = [];
  const closers: ((reason: CloseReason) => void)[] = [];
  const end = (own: number, other: number): Channel => ({
    post: (message) => {
      const bytes = pack(message);
      queueMicrotask(() => listeners[other](unpack(bytes)));
    },
    listen: (onMessage) => (listeners[own] = onMessage),
    onClose: (onClosed) => (closers[own] = onClosed),
    close: () => closers[other]('stopped'),
  });
  return { window: end(0, 1), engine: end(1, 0), break: (reason) => closers.forEach((close) => close(reason)) };
}

type Engine = EngineApi & { dispose(): void };
function connected(engine: Partial<Engine>, window: WindowApi = silent) {
  const ends = pipe();
  let toWindow!: WindowApi;
  const whole = { dispose() {}, ...engine } as Engine;
  serveEngine(ends.engine, (given) => {
    toWindow = given;
    return whole;
  });
  return { ...ends, api: connectEngine(ends.window, window), toWindow };
}

describe('wire', () => {
  it('keeps typed arrays, their types and every bit', () => {
    const message = {
      codes: new Float32Array([1.5, -0, NaN, Infinity, 1e-45]),
      pixels: new Uint8ClampedArray([0, 128, 255]),
      file: new Uint8Array([255, 0, 1]),
      indices: new Int32Array([-1, 2 ** 31 - 1]),
      none: new Float32Array(0),
    };
    const back = unpack(pack(message)) as typeof message;
    for (const [name, array] of Object.entries(message)) {
      const got = back[name as keyof typeof message];
      expect(got.constructor).toBe(array.constructor);
      expect(new Uint8Array(got.buffer, got.byteOffset, got.byteLength)).toEqual(
        new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
      );
    }
  });

  it('takes a view into a larger buffer for what it shows', () => {
    const view = new Float32Array([0, 1, 2, 3]).subarray(1, 3);
    expect(unpack(pack(view))).toEqual(new Float32Array([1, 2]));
  });

  it('gives arrays that do not change when the bytes are reused', () => {
    const bytes = pack({ file: new Uint8Array([1, 2, 3]) });
    const { file } = unpack(bytes) as { file: Uint8Array };
    bytes.fill(0);
    expect([...file]).toEqual([1, 2, 3]);
  });

  it('distinguishes null, undefined and absent', () => {
    expect(unpack(pack([null, undefined]))).toEqual([null, undefined]);
  });

  it('refuses what a structured clone refuses, and takes what it would have made of the rest', () => {
    for (const value of [() => 1, Symbol('s'), Promise.resolve(1)]) {
      expect(() => structuredClone({ a: [value] })).toThrow();
      expect(() => pack({ a: [value] })).toThrow();
    }
    const message = { n: null, u: undefined, d: new Date(5), a: [new Uint8ClampedArray([1, 255]), { b: -0.5 }] };
    expect(unpack(pack(message))).toEqual(structuredClone(message));
  });

  it('refuses bytes that are no message', () => {
    expect(() => unpack(new Uint8Array([0xc4, 200, 1]))).toThrow();
  });
});

describe('calls', () => {
  it('carry arguments and results', async () => {
    const { api } = connected({
      decode: async (_, code) => ({ count: 1, width: 1, height: 1, data: Uint8ClampedArray.from(code) }),
    });
    expect(await api.decode('m', new Float32Array([1, 2, 300]))).toEqual({
      count: 1,
      width: 1,
      height: 1,
      data: new Uint8ClampedArray([1, 2, 255]),
    });
  });

  it('reach methods of a class with their object', async () => {
    class Counting {
      #calls = 0;
      async closeModel(): Promise<void> {
        this.#calls++;
      }
      async runs(): Promise<never[]> {
        return Array(this.#calls) as never[];
      }
      dispose(): void {}
    }
    const ends = pipe();
    serveEngine(ends.engine, () => new Counting() as unknown as Engine);
    const api = connectEngine(ends.window, silent);
    await api.closeModel('x');
    expect(await api.runs()).toHaveLength(1);
  });

  it('reject with the UserError the engine threw', async () => {
    const { api } = connected({
      openModel: async () => {
        throw new UserError('not-onnx.file', { where: 'x.onnx' });
      },
    });
    const error = await api.openModel('x.onnx').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code: 'not-onnx', key: 'not-onnx.file', values: { where: 'x.onnx' } });
  });

  it('hide the details of our own faults from people, and log them', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { api } = connected({
      listModels: async () => {
        throw new TypeError('undefined is not iterable');
      },
    });
    await expect(api.listModels()).rejects.toMatchObject({ code: 'internal' });
    await expect(api.listModels()).rejects.not.toThrow(/iterable/);
    expect(log.mock.calls[0][0]).toContain('TypeError: undefined is not iterable\n    at ');
    log.mockRestore();
  });

  it('fail alone where their answer cannot be sent', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { api } = connected({
      listModels: async () => [(() => {}) as never],
      licences: async () => 'all of them',
    });
    await expect(api.listModels()).rejects.toMatchObject({ code: 'internal' });
    expect(log.mock.calls[0][0]).toContain('a function cannot be sent');
    expect(await api.licences()).toBe('all of them');
    log.mockRestore();
  });

  it('cannot reach dispose, inherited functions or names that do not exist', async () => {
    const dispose = vi.fn();
    const { api } = connected({ dispose });
    for (const name of ['dispose', 'constructor', 'toString', '__proto__', 'nonsense']) {
      const call = (api as unknown as Record<string, () => Promise<unknown>>)[name];
      await expect(call()).rejects.toMatchObject({ code: 'bad-settings', message: expect.stringContaining(name) });
    }
    expect(dispose).not.toHaveBeenCalled();
  });

  it('never time out', async () => {
    vi.useFakeTimers();
    try {
      let finish!: (models: never[]) => void;
      const { api } = connected({ listModels: () => new Promise((resolve) => (finish = resolve)) });
      const models = api.listModels();
      await vi.advanceTimersByTimeAsync(24 * 3600 * 1000);
      finish([]);
      expect(await models).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('events', () => {
  it('arrive in order', async () => {
    const seen: number[] = [];
    const { toWindow } = connected({}, { ...silent, onCloudProgress: (_, done) => seen.push(done) });
    for (let done = 0; done < 5; done++) toWindow.onCloudProgress('m', done, 5);
    await new Promise((resolve) => setTimeout(resolve));
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('a channel that closes', () => {
  it('rejects pending and later calls with what happened, and disposes of the engine', async () => {
    const dispose = vi.fn();
    const { api, break: cut } = connected({ listModels: () => new Promise(() => {}), dispose });
    const pending = api.listModels();
    await Promise.resolve();
    cut('restarted');
    await expect(pending).rejects.toMatchObject({
      code: 'process-died',
      message: expect.stringContaining('started again'),
    });
    await expect(api.runs()).rejects.toMatchObject({
      code: 'process-died',
      message: expect.stringContaining('started again'),
    });
    expect(dispose).toHaveBeenCalledOnce();
  });

  it('swallows results and events that come too late', async () => {
    let finish!: (models: never[]) => void;
    const { api, toWindow, engine, break: cut } = connected({ listModels: () => new Promise((r) => (finish = r)) });
    const post = vi.spyOn(engine, 'post');
    api.listModels().catch(() => {});
    await new Promise((resolve) => setTimeout(resolve));
    cut('stopped');
    finish([]);
    toWindow.onModelsChanged();
    await new Promise((resolve) => setTimeout(resolve));
    expect(post).not.toHaveBeenCalled();
  });
});
