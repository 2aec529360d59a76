/** Models that would take the engine with them. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { openModel, probeModel } from '../../../main/engine/models';
import { encodeModel } from '../../../main/engine/training/onnx';
import { temporaryFolder } from '../temporary';
import { decoder } from './networks';
import { TINY, tinyModel } from './tiny';

const LONG = { timeout: 60_000 };

it('one that does not come to an end is given up', LONG, async () => {
  const file = path.join(await temporaryFolder(), 'face.onnx');
  await writeFile(file, decoder(TINY));
  const started = performance.now();
  await expect(probeModel(file, undefined, { limits: { milliseconds: 20, bytes: 1e12 } })).rejects.toMatchObject({
    code: 'bad-model',
    message: expect.stringContaining('may never come to an end') as string,
  });
  expect(performance.now() - started).toBeLessThan(10_000);
});

it.runIf(process.platform === 'linux')('one that takes too much memory is given up', LONG, async () => {
  const file = path.join(await temporaryFolder(), 'face.onnx');
  await writeFile(file, decoder(TINY));
  await expect(probeModel(file, undefined, { limits: { milliseconds: 60_000, bytes: 1e6 } })).rejects.toMatchObject({
    code: 'no-memory',
  });
});

it('one is given up when it is cancelled', LONG, async () => {
  const file = path.join(await temporaryFolder(), 'face.onnx');
  await writeFile(file, decoder(TINY));
  const cancelling = new AbortController();
  const trying = probeModel(file, undefined, { signal: cancelling.signal });
  cancelling.abort();
  await expect(trying).rejects.toMatchObject({ code: 'cancelled' });
  await expect(probeModel(file, undefined, { signal: cancelling.signal })).rejects.toMatchObject({ code: 'cancelled' });
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

it('one that works is let through, one that does not is refused as when it is opened', LONG, async () => {
  const folder = await temporaryFolder();
  await probeModel(await tinyModel());
  const file = path.join(folder, 'noise.onnx');
  await writeFile(file, 'no network');
  const refusal = (await openModel(file).catch((error: Error) => error)) as Error;
  await expect(probeModel(file)).rejects.toThrow(refusal.message);
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
