/** Coarse decoders: smaller pictures like the whole ones, where a decoder has a place to be cut at. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { pooled } from '../../../main/engine/images/pooled';
import { normals, random } from '../../../main/engine/maths/random';
import { type Model, openModel, prepareCoarse } from '../../../main/engine/models';
import { coarseDecoder } from '../../../main/engine/models/coarse/coarse';
import { decoderGraph } from '../../../main/engine/training/step';
import { temporaryFolder } from '../temporary';
import { decoder, slowDecoder } from './networks';

async function open(onnx: Uint8Array): Promise<Model> {
  const file = path.join(await temporaryFolder(), 'face.onnx');
  await writeFile(file, onnx);
  return openModel(file);
}

/** Mean squared error of the coarse pictures of other codes, as a share of the variance between their shrunken whole ones. */
async function unexplained(model: Model, coarse: NonNullable<Awaited<ReturnType<typeof coarseDecoder>>>) {
  const network = await model.beside(coarse.onnx);
  const { width, height } = model.card.layout;
  const codes = normals(12 * model.latentSize, random(7));
  const pairs: { whole: Float32Array; drawn: Float32Array }[] = [];
  for (let at = 0; at < codes.length; at += model.latentSize) {
    const code = codes.subarray(at, at + model.latentSize);
    const [{ data: drawn, dims }] = await network.run(code, 1, [coarse.output]);
    expect(dims).toEqual([model.card.channels, coarse.height, coarse.width]);
    pairs.push({ drawn, whole: pooled(await model.decode(code), width, height, height / coarse.height) });
  }
  await network.release();
  let [error, variance] = [0, 0];
  pairs[0].whole.forEach((_, i) => {
    const mean = pairs.reduce((sum, { whole }) => sum + whole[i] / pairs.length, 0);
    for (const { whole, drawn } of pairs) {
      error += (drawn[i] - whole[i]) ** 2;
      variance += (whole[i] - mean) ** 2;
    }
  });
  return error / variance;
}

/** A decoder of ours with random weights, large enough that codes make a difference. */
function ours(width: number, height: number): Uint8Array {
  const network = {
    architecture: 'convolutional',
    channels: 3,
    latentSize: 8,
    width: 'small',
    residualBlocks: 0,
  } as const;
  const graph = decoderGraph({ network: { ...network, imageSize: width, imageHeight: height } });
  const weights = graph.parameters.map(({ name, shape, initial }) => {
    const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 3 * initial());
    return [name, values] as const;
  });
  return graph.freeze(new Map(weights));
}

describe('a coarse decoder', () => {
  it.each([
    ['square', 64, 64],
    ['4:5', 64, 80],
  ])('of a slow network draws its pictures smaller, %s', async (_, width, height) => {
    const model = await open(slowDecoder(width, height));
    const coarse = (await coarseDecoder(model, 0.5))!;
    expect([coarse.width, coarse.height]).toEqual([width / 2, height / 2]);
    expect(await unexplained(model, coarse)).toBeLessThan(0.02);
    await model.release();
  });

  it('of ours is cut later where there is more time, and is closer then', async () => {
    const model = await openModel(path.resolve('models/portraits-vae'));
    const early = (await coarseDecoder(model, 0))!;
    const late = (await coarseDecoder(model, 1))!;
    expect([early.width, early.height]).toEqual([32, 32]);
    const [far, near] = [await unexplained(model, early), await unexplained(model, late)];
    expect(far).toBeLessThan(0.25);
    expect(near).toBeLessThanOrEqual(far);
    await model.release();
  }, 60_000);

  it('of ours has its shape', async () => {
    const model = await open(ours(128, 160));
    const coarse = (await coarseDecoder(model, 0))!;
    expect([coarse.width, coarse.height]).toEqual([32, 40]);
    await model.release();
  }, 60_000);

  it('takes a corrected range and the order of channels into account', async () => {
    const model = await open(slowDecoder(64, 64));
    const { path: file, layout } = model.card;
    await model.release();
    const corrected = await openModel(file, { ...layout, colours: 'BGR', range: '-1..1' });
    expect(await unexplained(corrected, (await coarseDecoder(corrected, 0.5))!)).toBeLessThan(0.02);
    await corrected.release();
  });

  it('is not made of a decoder that enlarges nothing', async () => {
    const model = await open(decoder({ latentSize: 3, channels: 3, size: 16 }));
    expect(await coarseDecoder(model, 0.5)).toBeNull();
    await model.release();
  });

  it('is made in a process of its own, of that very model or of none', async () => {
    const model = await open(slowDecoder(64, 80));
    const never = new AbortController().signal;
    const coarse = await prepareCoarse(model, 0.5, never);
    expect(coarse).toMatchObject({ width: 32, height: 40 });
    expect(await unexplained(model, coarse!)).toBeLessThan(0.02);
    await writeFile(model.card.path, slowDecoder(64, 64));
    expect(await prepareCoarse(model, 0.5, never)).toBeNull();
    expect(await prepareCoarse(model, 0.5, AbortSignal.timeout(1))).toBeNull();
    await model.release();
  }, 60_000);
});
