/** Wrong calls: each is refused in a sentence, none is a fault of ours, and the next right one is answered. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineApi } from '../../../main/contract';
import { createEngine, type Engine } from '../../../main/engine/engine';
import { silent } from '../hosts/silent';
import { tinyModel } from '../models/tiny';
import { sharedFolder } from '../temporary';

const home = sharedFolder();
let engine: Engine;
let api: EngineApi & { dispose(): void };
let id: string;
beforeAll(async () => {
  engine = createEngine({ models: home, home });
  api = engine.connect(silent);
});
afterAll(() => {
  api.dispose();
  engine.dispose();
});

/** What does not fit anywhere, or nearly does. */
const ODD: unknown[] = [
  undefined,
  null,
  '',
  'a\0b',
  -1,
  0.5,
  NaN,
  Infinity,
  2 ** 53,
  true,
  [],
  {},
  { length: 1e9 },
  [[[]]],
  new Float32Array(0),
  new Float32Array([NaN, 1, 2]),
  new Float32Array(1e6),
  new Uint8Array(3),
  { kind: 'principal' },
  { kind: 'latents', latents: [0, 0, 9] },
  { kind: 'faces', faces: [0, 1, 2, 1e6] },
  { kind: 'attributes', directions: [new Float32Array(2)] },
  { put: [{}], remove: [], order: [] },
  { frame: { kind: 'layout', codes: new Float32Array(1), positions: new Float32Array(0), omitted: 0 } },
];
/** They start what takes long, or need no argument to do something. */
const LEFT_OUT = ['graphicsCard', 'dispose', 'listFolder', 'score', 'closeModel'];

describe('a request', () => {
  it('with anything in the place of an argument is refused, and poisons nothing', { timeout: 60_000 }, async () => {
    ({ id } = await api.openModel(await tinyModel()));
    const code = new Float32Array(3);
    const methods = Object.entries(api as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>);
    let tried = 0;
    for (const [name, method] of methods) {
      if (LEFT_OUT.includes(name)) continue;
      for (const odd of ODD) {
        for (const args of [[odd], [id, odd], [id, code, odd], [id, 'straight', odd, 4], [id, code, 'gif', odd]]) {
          tried++;
          const outcome = await method(...args).then(
            () => 'answered',
            (error: { code?: string; message: string }) => error.code ?? error.message,
          );
          expect(outcome, `${name}(${String(args.map((each) => typeof each))})`).toMatch(
            /^(answered|bad-settings|bad-model|not-found|no-access|cancelled|no-images)$/,
          );
        }
      }
    }
    expect(tried).toBeGreaterThan(2000);
    expect(await api.typicality(id, code)).toMatchObject({ nearest: expect.any(Number) as number });
    expect((await api.decode(id, code)).count).toBe(1);
  });
});
