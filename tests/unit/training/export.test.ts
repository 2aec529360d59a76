/** The files a run leaves behind compute what the network in training did. */
import * as ort from '../../../main/engine/onnxruntime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toUnitRange } from '../../../main/engine/maths/unit-range';
import { Evaluator } from '../../../main/engine/training/evaluator';
import { decoderGraph, encoderGraph, type ObjectiveConfig } from '../../../main/engine/training/step';
import { Trainer, type TrainerConfig } from '../../../main/engine/training/trainer';
import { discs, draw, relativeDistance } from './support';

const objectives: Record<string, ObjectiveConfig> = {
  ae: { kind: 'ae' },
  vae: { kind: 'vae', likelihood: 'learned-sigma', beta: 1, warmUp: 0, freeBits: 0, importanceSamples: 1 },
};

describe.each(Object.entries(objectives))('%s files', (kind, objective) => {
  const config: TrainerConfig = {
    network: {
      architecture: 'convolutional',
      imageSize: 32,
      channels: kind === 'ae' ? 1 : 3,
      latentSize: 6,
      width: 'small',
      residualBlocks: 1,
    },
    objective,
    optimiser: { kind: 'adam', weightDecay: 0, clipNorm: 0, averageDecay: 0.9, epsilon: 1e-8 },
    batchSize: 16,
    seed: 1,
    steps: 3,
    learningRate: 1e-3,
    schedule: 'constant',
  };
  const images = discs(65, config.network.channels, 32, 1);
  const values = config.network.channels * 32 * 32;
  let weights: Map<string, Float32Array>;
  let evaluator: Evaluator;
  let encoder: ort.InferenceSession;
  let decoder: ort.InferenceSession;

  beforeAll(async () => {
    const trainer = await Trainer.create(config, images);
    for (let i = 0; i < config.steps; i++) await trainer.next();
    weights = new Map([...(await trainer.weights())].map(([name, data]) => [name, data.slice()]));
    await trainer.release();
    evaluator = await Evaluator.create(config);
    // As any program would open them, with the runtime's own choice of layout and fusion.
    encoder = await ort.InferenceSession.create(encoderGraph(config).freeze(weights));
    decoder = await ort.InferenceSession.create(decoderGraph(config).freeze(weights));
  });
  afterAll(() => Promise.all([evaluator.release(), encoder.release(), decoder.release()]));

  const close = (actual: Float32Array, expected: Float32Array) => {
    expect(actual.length).toBe(expected.length);
    expect(relativeDistance(actual, expected)).toBeLessThan(1e-5);
  };

  it('have the documented inputs and outputs', () => {
    expect(encoder.inputNames).toEqual(['image']);
    expect(encoder.outputNames).toEqual(kind === 'vae' ? ['mu', 'log_var'] : ['mu']);
    expect(decoder.inputNames).toEqual(['z']);
    expect(decoder.outputNames).toEqual(['image']);
  });

  it.each([1, 3, 64, 65])('encode and decode %i at once', async (count) => {
    const x = toUnitRange(images.pixels).subarray(0, count * values);
    const expected = await evaluator.encode(weights, x);
    const { channels, imageSize } = config.network;
    const codes = await encoder.run({ image: new ort.Tensor('float32', x, [count, channels, imageSize, imageSize]) });
    expect(codes.mu.dims).toEqual([count, 6]);
    close(codes.mu.data as Float32Array, expected.mu);
    if (kind === 'vae') close(codes.log_var.data as Float32Array, expected.logVar!);
    else expect(expected.logVar).toBeNull();

    const z = draw('z', [count, 6]);
    const decoded = await decoder.run({ z: new ort.Tensor('float32', z, [count, 6]) });
    expect(decoded.image.dims).toEqual([count, channels, imageSize, imageSize]);
    close(decoded.image.data as Float32Array, await evaluator.decode(weights, z));
  });

  it('does not depend on how the images are grouped', async () => {
    const x = toUnitRange(images.pixels);
    const together = (await evaluator.encode(weights, x)).mu;
    for (const i of [0, 31, 64]) {
      close(
        (await evaluator.encode(weights, x.subarray(i * values, (i + 1) * values))).mu,
        together.subarray(6 * i, 6 * i + 6),
      );
    }
  });
});

describe('evaluator', () => {
  it('measures the error that an autoencoder in training minimises', async () => {
    const config: TrainerConfig = {
      network: {
        architecture: 'convolutional',
        imageSize: 32,
        channels: 3,
        latentSize: 8,
        width: 'small',
        residualBlocks: 0,
      },
      objective: { kind: 'ae' },
      optimiser: { kind: 'adam', weightDecay: 0, clipNorm: 0, averageDecay: 0, epsilon: 1e-8 },
      batchSize: 16,
      seed: 2,
      steps: 1,
      learningRate: 1e-3,
      schedule: 'constant',
    };
    const images = discs(16, 3, 32, 2);
    const trainer = await Trainer.create(config, images);
    const weights = new Map([...(await trainer.weights())].map(([name, data]) => [name, data.slice()]));
    const { loss } = await trainer.next();
    await trainer.release();
    const evaluator = await Evaluator.create(config);
    const error = await evaluator.reconstructionError(weights, images);
    await evaluator.release();
    expect((error * 3 * 32 * 32) / loss).toBeCloseTo(1, 5);
  });
});
