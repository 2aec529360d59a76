import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { elements } from '../../../main/engine/training/graph';
import { inputName, outputName, stateKinds } from '../../../main/engine/training/optimisers/optimiser';
import {
  chooseConvolutions,
  Trainer,
  type TrainerConfig,
  type TrainerState,
} from '../../../main/engine/training/trainer';
import { plain } from '../../../main/engine/training/ops/plain';
import { trainingStep } from '../../../main/engine/training/step';
import { BLOCK, discs, NO_BLOCKS, relativeDistance } from './support';

const images = discs(40, 3, 32, 1);

const config: TrainerConfig = {
  network: {
    architecture: 'convolutional',
    imageSize: 32,
    channels: 3,
    latentSize: 8,
    width: 'small',
    residualBlocks: 0,
  },
  objective: { kind: 'vae', likelihood: 'learned-sigma', beta: 1, warmUp: 0.5, freeBits: 0.1, importanceSamples: 1 },
  optimiser: { kind: 'muon', weightDecay: 0.1, clipNorm: 1000, averageDecay: 0.9, epsilon: 1e-8 },
  augmentation: { mirror: true, shift: 2, crop: 0.1, colour: 0.1, binarise: false },
  batchSize: 16,
  seed: 3,
  steps: 20,
  learningRate: 1e-3,
  schedule: 'cosine',
};

/** The state as it is now; the trainer's own arrays change with the next step. */
const copy = ({ step, tensors }: TrainerState): TrainerState => ({
  step,
  tensors: Object.fromEntries(Object.entries(tensors).map(([name, data]) => [name, data.slice()])),
});

/** The state and the losses after some steps. */
async function trained(c: TrainerConfig, steps: number, start?: TrainerState) {
  const trainer = await Trainer.create(c, images, { state: start });
  try {
    const losses: number[] = [];
    for (let i = 0; i < steps; i++) losses.push((await trainer.next()).loss);
    return {
      losses,
      state: copy(await trainer.state()),
      weights: new Map([...(await trainer.weights())].map(([k, v]) => [k, v.slice()])),
    };
  } finally {
    await trainer.release();
  }
}

/** A digest of every bit of a state. (Comparing the arrays themselves takes the test runner seconds.) */
function digest({ step, tensors }: TrainerState): string {
  const hash = createHash('sha256').update(String(step));
  for (const [name, data] of Object.entries(tensors)) hash.update(name).update(data);
  return hash.digest('hex');
}

const formulations = BLOCK ? (['plain', 'blocked'] as const) : (['plain'] as const);

describe.each(formulations)('%s trainer', (formulation) => {
  const c = { ...config, formulation };

  it('repeats a run bit for bit from the same seed, and not from another', async () => {
    const [a, b] = [await trained(c, 8), await trained(c, 8)];
    expect(a.losses).toEqual(b.losses);
    expect(digest(a.state)).toBe(digest(b.state));
    const other = await trained({ ...c, seed: 4 }, 8);
    expect(other.losses[0]).not.toBe(a.losses[0]);
  });

  it('continues bit for bit from a saved state', async () => {
    const whole = await trained(c, 12);
    for (const cut of [1, 7]) {
      const first = await trained(c, cut);
      const second = await trained(c, 12 - cut, first.state);
      expect([...first.losses, ...second.losses]).toEqual(whole.losses);
      expect(digest(second.state)).toBe(digest(whole.state));
    }
  });

  it('learns', async () => {
    const { losses } = await trained({ ...c, objective: { kind: 'ae' }, steps: 60 }, 60);
    const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
    expect(mean(losses.slice(-5))).toBeLessThan(0.75 * mean(losses.slice(0, 5)));
  });
});

describe('trainer', () => {
  it('refuses a state of another network', async () => {
    const { state } = await trained(config, 1);
    const other = { ...config, network: { ...config.network, latentSize: 9 } };
    await expect(Trainer.create(other, images, { state })).rejects.toThrow('does not fit this network');
  });

  it('counts its parameters', async () => {
    const trainer = await Trainer.create(config, images);
    const total = trainer.parameters.reduce((sum, p) => sum + elements(p.shape), 0);
    const stored = Object.values((await trainer.state()).tensors).reduce((sum, data) => sum + data.length, 0);
    expect(trainer.parameterCount).toBe(total);
    const { parameters } = trainingStep(plain, config).graph;
    const kinds = (name: string) =>
      stateKinds(
        config.optimiser,
        parameters.find((p) => p.name === name)!,
      ).length;
    expect(stored).toBe(trainer.parameters.reduce((sum, p) => sum + kinds(p.name) * elements(p.shape), 0));
    await trainer.release();
  });

  it('names each state once', () => {
    const parameter = (shape: number[], outer: boolean) => ({ name: 'p', shape, initial: () => 0, outer });
    const inner = parameter([3, 4], false);
    const kinds = stateKinds({ ...config.optimiser, kind: 'adam' }, inner);
    expect(kinds).toEqual(['weight', 'm', 'v', 'average']);
    expect(stateKinds({ ...config.optimiser, averageDecay: 0 }, parameter([4], false))).toEqual(['weight', 'm', 'v']);
    expect(stateKinds(config.optimiser, parameter([3, 4], true))).toEqual(kinds);
    expect(stateKinds(config.optimiser, inner)).toEqual(['weight', 'm', 'average']);
    expect(new Set(kinds.flatMap((kind) => [inputName(kind, 'p'), outputName(kind, 'p')])).size).toBe(8);
  });

  it('takes the plain convolutions where blocked ones do not fit', async () => {
    expect((await chooseConvolutions(config)).name).toBe(BLOCK ? 'blocked' : 'plain');
    expect((await chooseConvolutions({ ...config, batchSize: 10 })).name).toBe('plain');
    expect((await chooseConvolutions({ ...config, device: 'gpu' })).name).toBe('plain');
  });

  it.skipIf(!BLOCK)(`says when blocked convolutions are asked for and do not fit${NO_BLOCKS}`, async () => {
    const unfit: TrainerConfig = { ...config, batchSize: 10, formulation: 'blocked' };
    await expect(chooseConvolutions(unfit)).rejects.toThrow('needs multiples of a block size');
  });
});

describe('schedules', () => {
  const plainRun: TrainerConfig = {
    ...config,
    objective: { kind: 'ae' },
    optimiser: { kind: 'adam', weightDecay: 0, clipNorm: 0, averageDecay: 0, epsilon: 1e-8 },
    steps: 1000,
    learningRate: 1e-3,
  };
  const name = 'decoder.0.w';

  /** The largest change that one update after `step` steps makes, from zero moments, in units of Adam's own. */
  async function rateAt(c: TrainerConfig, step: number): Promise<number> {
    const trainer = await Trainer.create(c, images);
    const { tensors } = copy(await trainer.state());
    await trainer.release();
    const { state } = await trained(c, 1, { step, tensors });
    const t = step + 1;
    const adam = (Math.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t)) * (0.1 / Math.sqrt(0.001));
    const changes = state.tensors[name].map((w, i) => Math.abs(w - tensors[name][i]));
    return Math.max(...changes) / adam;
  }

  const relative = (x: number, y: number) => Math.abs(x - y) / y;

  it.each([
    ['constant', 0, 0.1],
    ['constant', 4, 0.5],
    ['constant', 9, 1],
    ['constant', 999, 1],
    ['cosine', 0, 0.1],
    ['cosine', 500, 0.525],
    ['cosine', 999, 0.05],
    // 656 of the paper's 3280 parts: the seventh of its eight stairs
    ['staircase', 200, 10 ** (-6 / 7)],
    ['staircase', 999, 0.1],
  ] as const)('%s: the rate after %i of 1000 steps is %f of the whole', async (schedule, step, share) => {
    const rate = await rateAt({ ...plainRun, schedule }, step);
    expect(relative(rate, share * 1e-3)).toBeLessThan(1e-3);
  });

  it('warms up β over its share of the run', async () => {
    const vae: TrainerConfig = {
      ...plainRun,
      objective: { kind: 'vae', likelihood: 'gaussian', beta: 2, warmUp: 0.5, freeBits: 0, importanceSamples: 1 },
    };
    const trainer = await Trainer.create(vae, images);
    const { tensors } = copy(await trainer.state());
    await trainer.release();
    for (const [step, beta] of [
      [0, 0],
      [250, 1],
      [500, 2],
      [900, 2],
    ]) {
      const again = await Trainer.create(vae, images, { state: { step, tensors } });
      const { loss, terms } = await again.next();
      await again.release();
      expect(relative(loss, terms.reconstruction + beta * terms.kl), `step ${step}`).toBeLessThan(1e-6);
    }
  });

  it('averages the weights, the first steps less', async () => {
    const averaged = { ...plainRun, optimiser: { ...plainRun.optimiser, averageDecay: 0.99 } };
    const start = await trained(averaged, 0);
    let expected = start.weights.get(name)!;
    for (let t = 1; t <= 4; t++) {
      const { state } = await trained(averaged, t);
      const decay = t / (t + 9);
      expected = expected.map((x, i) => x + (1 - decay) * (state.tensors[name][i] - x));
      expect(relativeDistance(state.tensors[`average:${name}`], expected)).toBeLessThan(1e-6);
    }
  });

  it('shrinks matrices and not biases', async () => {
    const decaying = { ...plainRun, learningRate: 1e-2, optimiser: { ...plainRun.optimiser, weightDecay: 5 } };
    const start = await trained(plainRun, 0);
    const [kept, shrunk] = [await trained({ ...plainRun, learningRate: 1e-2 }, 1), await trained(decaying, 1)];
    // The first update, at a tenth of the rate.
    const shrink = 1e-3 * 5;
    for (const weight of ['encoder.1.w', 'decoder.z.w']) {
      const [w0, w1, w2] = [start, kept, shrunk].map(({ state }) => state.tensors[weight]);
      const expected = w1.map((w, i) => w - shrink * w0[i]);
      expect(relativeDistance(w2, expected)).toBeLessThan(1e-6);
    }
    expect(relativeDistance(shrunk.state.tensors['encoder.1.b'], kept.state.tensors['encoder.1.b'])).toBe(0);
  });
});
