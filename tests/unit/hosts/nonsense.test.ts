/** A channel that speaks nonsense is closed, alone: the engine, its training and other windows go on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { FramePipe } from '../../../main/rpc/frames';
import { pack, unpack } from '../../../main/rpc/wire';

const call = (message: object) => pack({ t: 'q', i: '1', m: 'listModels', a: [], ...message });
const bytes = (...numbers: number[]) => Uint8Array.from(numbers);
const four = [0xff, 0xff, 0xff, 0xff];

/** Closed at once. */
const NONSENSE: [string, Uint8Array][] = [
  ['nothing', bytes()],
  ['a byte that means nothing', bytes(0xc1)],
  ['half a map', bytes(0x83, 0xa1, 0x6d)],
  ['a message and more', Buffer.concat([call({}), bytes(1, 2, 3)])],
  ...[null, 5, 'hello', [1, 2], undefined, {}].map((value): [string, Uint8Array] => [
    `${JSON.stringify(value)}`,
    pack(value),
  ]),
  ...[null, {}, [], 3, 'x'.repeat(1000)].map((m): [string, Uint8Array] => [`a name that is ${typeof m}`, call({ m })]),
  ...[undefined, 5, 'abc', { length: 1e9 }].map((a): [string, Uint8Array] => [
    `arguments that are ${typeof a}`,
    call({ a }),
  ]),
  ['an id that is an object', call({ i: {} })],
  ['an answer to nothing', pack({ t: 's' })],
  ['an array of four thousand million', bytes(0xdd, ...four)],
  ['a map of four thousand million', bytes(0xdf, ...four)],
  ['bytes of four thousand million', bytes(0xc6, ...four, 1)],
  ['text of four thousand million', bytes(0xdb, ...four, 1)],
  ['an extension of four thousand million', bytes(0xc9, ...four, 0x74, 1)],
  ['arrays in arrays', new Uint8Array(200_000).fill(0x91)],
  ['maps in maps', new Uint8Array(5_000_000).fill(0x81)],
  ['a typed array of no kind', bytes(0xc7, 3, 0x74, 200, 1, 2)],
];

/** Answered with a failure, and heard further. */
const REFUSED = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'dispose',
  'toString',
  '$call',
  '$close',
  'then',
  '\x1b[2J',
];

it('malformed messages close their own channel', { timeout: 60_000 }, async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'fixtures/small-engine.ts')], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const closed = new Set<number>();
  const answers = new Map<number, { e?: { code: string } }>();
  const frames = new FramePipe(child.stdio[3] as Duplex, ({ type, client, data }) => {
    if (type === 'close') closed.add(client);
    else answers.set(client, unpack(data) as { e?: { code: string } });
  });
  const until = async (what: string, done: () => boolean) => {
    for (let waited = 0; !done(); waited += 10) {
      if (child.exitCode !== null || child.signalCode !== null || waited > 15_000)
        throw new Error(`${what}: no answer`);
      await sleep(10);
    }
  };
  const good = 1;
  frames.send('open', good);
  let client = good;
  for (const [what, data] of NONSENSE) {
    frames.send('open', ++client);
    frames.send('data', client, data);
    await until(what, () => closed.has(client));
    answers.delete(good);
    frames.send('data', good, call({}));
    await until(what, () => answers.has(good));
  }
  for (const m of REFUSED) {
    frames.send('open', ++client);
    frames.send('data', client, call({ m }));
    await until(m, () => answers.has(client));
    expect(answers.get(client)!.e!.code, m).not.toBe('internal');
    expect(closed.has(client)).toBe(false);
  }
  (child.stdio[3] as Duplex).destroy();
  await once(child, 'exit');
});
