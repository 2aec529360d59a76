/** Images that are not square, against the definition of a gradient: both formulations of every op are used. */
import { describe, expect, it } from 'vitest';
import { elements } from '../../../main/engine/training/graph';
import { gradientStep, type StepConfig } from '../../../main/engine/training/step';
import { levels } from '../../../main/engine/training/networks';
import { normals, random } from '../../../main/engine/maths/random';
import { discs, formulations, inLayout, run, type Values } from './support';

const config: StepConfig = {
  network: {
    architecture: 'convolutional',
    imageSize: 48,
    imageHeight: 32,
    channels: 3,
    latentSize: 4,
    width: 'small',
    residualBlocks: 0,
  },
  objective: { kind: 'ae' },
  optimiser: { kind: 'adam', clipNorm: 0, weightDecay: 0, averageDecay: 0, epsilon: 1e-8 },
  batchSize: 16,
  seed: 3,
};

describe.each(formulations)('a network for wide images, $name', (ops) => {
  it('has the gradient that its loss has along a random direction', async () => {
    const { graph } = gradientStep(ops, config);
    const weights: Values = Object.fromEntries(
      graph.parameters.map((p) => [p.name, Float32Array.from({ length: elements(p.shape) }, p.initial)]),
    );
    const image = inLayout(ops, discs(16, 3, 48, 5, 32), config.batchSize);
    const direction = Object.fromEntries(
      graph.parameters.map((p, i) => [p.name, normals(elements(p.shape), random(i, 'direction'))]),
    );
    const at = async (step: number) => {
      const moved = Object.fromEntries(
        Object.entries(weights).map(([name, values]) => [
          name,
          values.map((value, i) => value + step * direction[name][i] * (Math.abs(value) + 0.01)),
        ]),
      );
      return run(graph, { ...moved, image });
    };
    const STEP = 1e-3;
    const [before, here, after] = [await at(-STEP), await at(0), await at(STEP)];
    const slope = (after.loss[0] - before.loss[0]) / (2 * STEP);
    let expected = 0;
    for (const { name } of graph.parameters) {
      const gradient = here[`gradient:${name}`];
      gradient.forEach((g, i) => (expected += g * direction[name][i] * (Math.abs(weights[name][i]) + 0.01)));
    }
    expect(slope / expected).toBeCloseTo(1, 1);
  });
});

describe('images are halved', () => {
  it.each([
    [64, undefined, 4],
    [64, 80, 4],
    [128, 160, 5],
    [48, 32, 3],
    [256, 320, 6],
    [112, 144, 4],
  ])('%d × %s: %d times', (imageSize, imageHeight, times) => {
    expect(levels({ ...config.network, imageSize, imageHeight })).toHaveLength(times);
  });
});
