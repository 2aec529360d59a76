import { stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromHalf, toHalf } from '../../../main/engine/maths/half-precision';
import { halveModel, type ModelFiles, openModel, writeModel } from '../../../main/engine/models';
import { encodeModel, halveWeights, readWeights } from '../../../main/engine/training/onnx';
import { temporaryFolder } from '../temporary';
import { contentOf, tinyFiles } from './tiny';

const SHAPE = { latentSize: 8, channels: 3, size: 32 } as const;

async function model(more: Partial<ModelFiles> = {}): Promise<string> {
  const folder = path.join(await temporaryFolder(), 'model');
  await writeModel(folder, { ...tinyFiles({ shape: SHAPE }), ...more });
  return folder;
}

async function decodedBy(folder: string): Promise<Float32Array> {
  const opened = await openModel(folder);
  const images = await opened.decode(opened.codes!);
  await opened.release();
  return images;
}

const bytesOf = async (folder: string, name: string) => (await stat(path.join(folder, name))).size;

describe('a model in half precision', () => {
  it('takes half the room and draws the same within half a level, all else as it was', async () => {
    const folder = await model();
    const [files, images, size] = [
      await contentOf(folder),
      await decodedBy(folder),
      await bytesOf(folder, 'decoder.onnx'),
    ];
    const { decoder, encoder } = await halveModel(folder);
    expect(decoder.halved).toBe(true);
    expect(encoder).toEqual({ levels: 0, halved: true }); // its weights are zeros and ones
    // a ninth of it are biases, which stay
    expect(await bytesOf(folder, 'decoder.onnx')).toBeLessThan(0.57 * size);

    const after = await decodedBy(folder);
    const most = Math.max(...after.map((value, i) => 255 * Math.abs(value - images[i])));
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(0.5);
    expect(most).toBeCloseTo(decoder.levels, 3);

    const written = await contentOf(folder);
    const changed = Object.keys(files).filter((name) => written[name] !== files[name]);
    expect(changed.sort()).toEqual(['decoder.onnx', 'encoder.onnx', 'model.json']);
    expect(Object.keys(written)).toEqual(Object.keys(files));
  });

  it('does not change when it is halved again', async () => {
    const folder = await model();
    await halveModel(folder);
    const files = await contentOf(folder);
    expect((await halveModel(folder)).decoder.levels).toBe(0);
    expect(await contentOf(folder)).toEqual(files);
  });

  it('keeps the network that would draw otherwise', async () => {
    // far away a small difference of a weight is a large one of a pixel
    const codes = tinyFiles({ shape: SHAPE }).codes.map((value) => 40 * value);
    const folder = await model({ codes });
    const files = await contentOf(folder);
    const { decoder, encoder } = await halveModel(folder);
    expect(decoder).toMatchObject({ halved: false });
    expect(decoder.levels).toBeGreaterThan(0.5);
    expect(encoder.halved).toBe(true);
    expect((await contentOf(folder))['decoder.onnx']).toBe(files['decoder.onnx']);
  });
});

it('of a network those weights are halved that take room and that half precision has', () => {
  const weights = {
    matrix: { shape: [2, 2], data: Float32Array.of(1 / 3, -0.1, 6e-8, 1000.3) },
    vector: { shape: [2], data: Float32Array.of(1 / 3, 0.1) },
    large: { shape: [1, 2], data: Float32Array.of(1 / 3, 7e4) },
  };
  const file = encodeModel({
    nodes: Object.keys(weights).map((name) => ({ op: 'Identity', inputs: [name], outputs: [`its ${name}`] })),
    inputs: [],
    outputs: [],
    initializers: Object.entries(weights).map(([name, tensor]) => ({ name, ...tensor })),
  });
  const expected = {
    matrix: fromHalf(toHalf(weights.matrix.data)),
    vector: weights.vector.data,
    large: weights.large.data,
  };
  expect(Object.fromEntries(readWeights(halveWeights(file)))).toEqual(expected);
});
