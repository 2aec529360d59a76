/** Whole networks: the blocked formulation computes what the plain one does. */
import { describe, expect, it } from 'vitest';
import { blocked } from '../../../main/engine/training/ops/blocked';
import { plain } from '../../../main/engine/training/ops/plain';
import type { NetworkConfig } from '../../../main/engine/training/networks';
import type { ObjectiveConfig, StepConfig } from '../../../main/engine/training/step';
import { BLOCK, discs, NO_BLOCKS, pass, relativeDistance } from './support';

const network: NetworkConfig = {
  architecture: 'convolutional',
  imageSize: 32,
  channels: 3,
  latentSize: 8,
  width: 'small',
  residualBlocks: 0,
};
const vae: ObjectiveConfig = {
  kind: 'vae',
  likelihood: 'gaussian',
  beta: 1,
  warmUp: 0,
  freeBits: 0,
  importanceSamples: 1,
};

const cases: Record<string, [Partial<NetworkConfig>, ObjectiveConfig]> = {
  ae: [{}, { kind: 'ae' }],
  'ae, grey': [{ channels: 1 }, { kind: 'ae' }],
  'ae, residual': [{ residualBlocks: 1 }, { kind: 'ae' }],
  'ae, standard, residual, grey': [{ width: 'standard', residualBlocks: 1, channels: 1 }, { kind: 'ae' }],
  'ae, 64 px': [{ architecture: 'convolutional', imageSize: 64 }, { kind: 'ae' }],
  'ae, wide': [{ imageSize: 48, imageHeight: 32 }, { kind: 'ae' }],
  'vae, high, residual': [{ imageHeight: 48, residualBlocks: 1 }, vae],
  'ae, 4:5': [{ imageSize: 64, imageHeight: 80 }, { kind: 'ae' }],
  rae: [{}, { kind: 'rae', codeWeight: 0.3 }],
  vae: [{}, vae],
  'vae, standard': [{ width: 'standard' }, vae],
  'vae, learned σ': [{}, { ...vae, likelihood: 'learned-sigma' }],
  'vae, Bernoulli': [{}, { ...vae, likelihood: 'bernoulli' }],
  'vae, Bernoulli, grey': [{ channels: 1 }, { ...vae, likelihood: 'bernoulli' }],
  'vae, free bits': [{}, { ...vae, freeBits: 0.4 }],
};

/**
 * Both sum in float32, in different orders. That alone changes a loss by some 1e-6 of itself. A gradient changes
 * more where an activation lies so close to zero that one of them cuts it off and the other does not.
 */
const LOSS_TOLERANCE = 1e-5;
const GRADIENT_TOLERANCE = 5e-3;

describe('blocked and plain networks agree', () => {
  it.skipIf(!BLOCK).each(Object.entries(cases))(`%s${NO_BLOCKS}`, async (_name, [changes, objective]) => {
    const config: StepConfig = {
      network: { ...network, ...changes },
      objective,
      optimiser: { kind: 'adam', clipNorm: 0, weightDecay: 0, averageDecay: 0, epsilon: 1e-8 },
      batchSize: 16,
      seed: 7,
    };
    const { channels, imageSize, imageHeight } = config.network;
    const images = discs(16, channels, imageSize, 7, imageHeight);
    const [a, b] = [
      await pass(blocked(BLOCK), config, images, { beta: 0.5 }),
      await pass(plain, config, images, { beta: 0.5 }),
    ];
    const close = (x: number, y: number, what: string) =>
      expect(Math.abs(x - y), what).toBeLessThanOrEqual(LOSS_TOLERANCE * Math.abs(y));
    close(a.loss, b.loss, 'loss');
    expect(Object.keys(a.terms)).toEqual(Object.keys(b.terms));
    for (const term of Object.keys(a.terms)) close(a.terms[term], b.terms[term], term);
    for (const [name, gradient] of Object.entries(b.gradients)) {
      const distance = relativeDistance(a.gradients[name], gradient);
      expect(distance, name).toBeLessThan(GRADIENT_TOLERANCE);
    }
  });
});
