/** Models that would take the engine with them. */
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { openApart, openModel } from '../../../main/engine/models';
import sharp from '../../../main/engine/sharp';
import { encodeModel } from '../../../main/engine/training/onnx';
import { temporaryFolder } from '../temporary';
import { endlessDecoder } from './endless';
import { decoder } from './networks';
import { codesOf, TINY, tinyModel } from './tiny';

const LONG = { timeout: 60_000 };

/** The processes in which this one runs models. */
const hosts = (): string[] =>
  execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('models/apart/process'));

it('one whose network never ends is given up, and the window goes on meanwhile', LONG, async () => {
  const file = path.join(await temporaryFolder(), 'loop.onnx');
  await writeFile(file, endlessDecoder());
  let ticks = 0;
  const clock = setInterval(() => ticks++, 10);
  await expect(openApart(file, undefined, { limits: { milliseconds: 3000, bytes: 1e12 } })).rejects.toMatchObject({
    code: 'bad-model',
    message: expect.stringContaining('may never finish') as string,
  });
  clearInterval(clock);
  expect(ticks).toBeGreaterThan(100);
  await expect.poll(hosts).toEqual([]);
});

it('one that never ends for some codes is replaced, and decodes the others again', LONG, async () => {
  const file = path.join(await temporaryFolder(), 'sometimes.onnx');
  await writeFile(file, endlessDecoder({ above: 50 }));
  const model = await openApart(file, undefined, { limits: { milliseconds: 3000, bytes: 1e12 } });
  const codes = codesOf(1, model.latentSize);
  const before = await model.decode(codes);
  await expect(model.decode(codes.map(() => 100))).rejects.toMatchObject({ code: 'bad-model' });
  expect(await model.decode(codes)).toEqual(before);
  await model.release();
  await expect.poll(hosts).toEqual([]);
});

it.runIf(process.platform === 'linux')('one that takes too much memory is given up', LONG, async () => {
  const file = path.join(await temporaryFolder(), 'face.onnx');
  await writeFile(file, decoder(TINY));
  const limits = { milliseconds: 60_000, bytes: 1e6 };
  await expect(openApart(file, undefined, { limits })).rejects.toMatchObject({ code: 'no-memory' });
});

it('one is given up when it is cancelled', LONG, async () => {
  const file = path.join(await temporaryFolder(), 'face.onnx');
  await writeFile(file, decoder(TINY));
  const cancelling = new AbortController();
  const trying = openApart(file, undefined, { signal: cancelling.signal });
  setTimeout(() => cancelling.abort(), 100);
  await expect(trying).rejects.toMatchObject({ code: 'cancelled' });
  await expect(openApart(file, undefined, { signal: cancelling.signal })).rejects.toMatchObject({ code: 'cancelled' });
});

it.each([['a code', { latentSize: 2e7 }, /codes of 20,?000,?000 numbers/]] as const)(
  '%s of gigabytes is refused before it is made',
  LONG,
  async (_, { latentSize }, sentence) => {
    const file = path.join(await temporaryFolder(), 'face.onnx');
    const bytes = encodeModel({
      nodes: [{ op: 'Slice', inputs: ['z', 'from', 'to', 'axis'], outputs: ['out'] }],
      inputs: [{ name: 'z', type: 'float32', shape: ['N', latentSize] }],
      outputs: [{ name: 'out', type: 'float32', shape: ['N', 64] }],
      initializers: [0, 64, 1].map((value, i) => ({
        name: ['from', 'to', 'axis'][i],
        shape: [1],
        data: BigInt64Array.of(BigInt(value)),
      })),
    });
    await writeFile(file, bytes);
    await expect(openModel(file)).rejects.toMatchObject({
      code: 'bad-model',
      message: expect.stringMatching(sentence) as string,
    });
  },
);

it('one that works decodes and encodes apart as it does here', LONG, async () => {
  const folder = await tinyModel();
  const [here, apart] = [await openModel(folder), await openApart(folder)];
  expect(apart.card).toEqual(here.card);
  const codes = codesOf(20, here.latentSize);
  const images = await here.decode(codes);
  expect(await apart.decode(codes)).toEqual(images);
  expect(await apart.encode(images)).toEqual(await here.encode(images));
  expect(hosts()).toHaveLength(1);
  await apart.release();
  await expect.poll(hosts).toEqual([]);
});

it('one that does not work is refused as when it is opened here', LONG, async () => {
  const file = path.join(await temporaryFolder(), 'noise.onnx');
  await writeFile(file, 'no network');
  const refusal = (await openModel(file).catch((error: Error) => error)) as Error;
  await expect(openApart(file)).rejects.toThrow(refusal.message);
  await expect.poll(hosts).toEqual([]);
});

it('a picture among its files is of a format that it may be, whatever it is called', async () => {
  const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="16000" height="16000"/>';
  await expect(sharp(Buffer.from(drawing)).metadata()).rejects.toThrow('unsupported image format');
});

it('a zip that unpacks to more than a model could is refused before it does', async () => {
  const file = path.join(await temporaryFolder(), 'bomb.zip');
  const zeros = new Uint8Array(2e8);
  expect(deflateRawSync(zeros).length).toBeLessThan(1e6);
  await writeFile(file, zipSync({ 'model.json': zeros }));
  await expect(openModel(file)).rejects.toMatchObject({
    code: 'bad-model',
    message: expect.stringContaining('unpacks to more') as string,
  });
});
