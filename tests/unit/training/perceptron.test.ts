/** The IWAE paper's networks begin as its authors' program has them begin. */
import { expect, it } from 'vitest';
import { inputName } from '../../../main/engine/training/optimisers/optimiser';
import { HIDDEN, meanLogits } from '../../../main/engine/training/perceptron';
import { Trainer } from '../../../main/engine/training/trainer';

const SIDE = 28;
const VALUES = SIDE ** 2;
const pixels = Uint8Array.from({ length: 3 * VALUES }, (_, i) => (i % VALUES < 10 ? 0 : (i * 37) % 256));

it('takes the logits of the mean image, held off black and white', () => {
  const logits = meanLogits(Uint8Array.of(0, 255, 51, 0, 255, 153), 3);
  expect(logits[0]).toBeCloseTo(Math.log(0.001 / 0.999), 6);
  expect(logits[1]).toBeCloseTo(Math.log(0.999 / 0.001), 6);
  expect(logits[2]).toBeCloseTo(Math.log(0.4 / 0.6), 6);
});

it('starts from uniform weights of Glorot’s variance, and draws the mean image', async () => {
  const trainer = await Trainer.create(
    {
      network: {
        architecture: 'perceptron',
        imageSize: SIDE,
        channels: 1,
        latentSize: 50,
        width: 'small',
        residualBlocks: 0,
      },
      objective: { kind: 'vae', likelihood: 'bernoulli', beta: 1, warmUp: 0, freeBits: 0, importanceSamples: 1 },
      optimiser: { kind: 'adam', weightDecay: 0, clipNorm: 0, averageDecay: 0, epsilon: 1e-4 },
      batchSize: 2,
      seed: 3,
      steps: 10,
      learningRate: 1e-3,
      schedule: 'staircase',
    },
    { count: 3, channels: 1, size: SIDE, pixels },
  );
  const { tensors } = await trainer.state();
  const weight = (name: string) => tensors[inputName('weight', name)];
  const shapes: Record<string, [number, number]> = {
    'encoder.0.w': [VALUES, HIDDEN],
    'encoder.1.w': [HIDDEN, HIDDEN],
    'encoder.mu.w': [HIDDEN, 50],
    'encoder.logSigma.w': [HIDDEN, 50],
    'decoder.image.w': [HIDDEN, VALUES],
  };
  for (const [name, [inputs, outputs]] of Object.entries(shapes)) {
    const values = weight(name);
    const most = Math.sqrt(6 / (inputs + outputs));
    expect(values).toHaveLength(inputs * outputs);
    expect(values.every((value) => Math.abs(value) <= Math.fround(most))).toBe(true);
    const variance = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    // the relative spread of a mean of n squares of uniform numbers is √(0.8 / n)
    expect(Math.abs(variance / (2 / (inputs + outputs)) - 1)).toBeLessThan(5 * Math.sqrt(0.8 / values.length));
  }
  expect(weight('decoder.image.b')).toEqual(meanLogits(pixels, VALUES));
  expect(weight('encoder.logSigma.b')).toEqual(new Float32Array(50));
  await trainer.release();
});
