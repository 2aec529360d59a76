/** Each option of `train` changes what it says and nothing else, from the command line down to the numbers. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'npyjs';
import { beforeAll, describe, expect, it, test, vi } from 'vitest';
import type { TrainingEvent, TrainingSettings, Tuning } from '../../../../main/contract';
import { loadDataset, splitDataset } from '../../../../main/engine/images';
import { saveCheckpoint } from '../../../../main/engine/runs/unfinished/checkpoint';
import { RunControl } from '../../../../main/engine/runs/lifecycle/control';
import {
  DEFAULT_SETTINGS,
  DEFAULT_TUNING,
  resolveSettings,
  trainerConfig,
} from '../../../../main/engine/runs/settings/settings';
import { train } from '../../../../main/engine/runs/lifecycle/train';
import { BatchStream } from '../../../../main/engine/training/feeds/batches';
import { plain } from '../../../../main/engine/training/ops/plain';
import { Trainer } from '../../../../main/engine/training/trainer';
import { cli } from '../../cli/terminal';
import { norm } from '../../training/support';
import { sharedFolder } from '../../temporary';
import { meanOf } from '../../../../main/engine/maths/mean';
import { fitLinearStart } from '../../../../main/engine/runs/linear-start/fit';
import { blotches } from '../lives';

const asked = vi.hoisted(() => ({ settings: null as TrainingSettings | null }));
// What the command line asks the engine for, instead of a run.
vi.mock('../../../../main/engine/runs', async (original) => ({
  ...(await original<object>()),
  train: async (settings: TrainingSettings) => void (asked.settings = settings),
}));
vi.mock('../../../../main/engine/runs/unfinished/checkpoint', async (original) => {
  const actual = await original<{ saveCheckpoint: typeof saveCheckpoint }>();
  return { ...actual, saveCheckpoint: vi.fn(actual.saveCheckpoint) };
});

const folder = sharedFolder();
let images: string;
beforeAll(async () => {
  images = await blotches(path.join(folder, 'images'), 12);
});

const SMALL = '--size 32 --latent 4 --batch 4 --width small --no-align --epochs 10 --average-decay 0.9'.split(' ');
const UNCHANGED = '--no-mirror --shift 0 --crop 0 --colour 0'.split(' ');
const VAE = ['--kind', 'vae', ...SMALL, ...UNCHANGED];

let models = 0;
async function settingsOf(args: string[]): Promise<TrainingSettings> {
  const out = path.join(folder, `model-${models++}`);
  const { code, err } = await cli('train', images, '--out', out, ...args);
  expect([code, err]).toEqual([0, '']);
  return asked.settings!;
}

const digest = (...arrays: Float32Array[]): string => {
  const hash = createHash('sha256');
  for (const array of arrays) hash.update(array);
  return hash.digest('hex').slice(0, 16);
};

/** What two updates show of a run's settings. */
interface Facts {
  steps: number;
  shapes: string;
  initial: string;
  batch: string;
  loss: number;
  gradient: string;
  update: string;
  average: string;
}
interface Numbers {
  batch: Float32Array;
  terms: Record<string, number>;
  /** After clipping: Adam's first moment after one update. */
  gradient: Float32Array;
}

async function observe(args: string[]): Promise<{ facts: Facts; numbers: Numbers }> {
  const settings = resolveSettings(await settingsOf(args));
  const dataset = await loadDataset(images, { size: settings.imageSize, align: settings.align });
  const { training } = await splitDataset(dataset, settings.seed, settings.tuning.validation);
  const config = trainerConfig(settings, training.count, training.channels);
  const layout = plain.imageLayout(training.channels, training.size);
  const batch = new Float32Array(config.batchSize * layout.length);
  new BatchStream(training, config.batchSize, layout, config.augmentation!, config.seed).fill(0, batch);

  const linear = config.linearStart ? await fitLinearStart(training, config.network.latentSize) : null;
  const trainer = await Trainer.create({ ...config, formulation: 'plain' }, training, { linear });
  try {
    const state = async (prefix: 'm:' | 'average:' | '') => {
      const { tensors } = await trainer.state();
      return trainer.parameters.map(({ name }) => tensors[prefix + name]?.slice() ?? new Float32Array());
    };
    const initial = digest(...(await state('')));
    const { loss, terms } = await trainer.next();
    const gradient = await state('m:');
    await trainer.next();
    return {
      facts: {
        steps: config.steps,
        shapes: JSON.stringify(trainer.parameters),
        initial,
        batch: digest(batch),
        loss,
        gradient: digest(...gradient),
        update: digest(...(await state(''))),
        average: digest(...(await state('average:'))),
      },
      numbers: { batch, terms, gradient: Float32Array.from(gradient.flatMap((values) => [...values])) },
    };
  } finally {
    await trainer.release();
  }
}

const LEARNING = ['gradient', 'update', 'average'] as const;
const OBJECTIVE = ['loss', ...LEARNING] as const;
const NETWORK = ['shapes', 'initial', ...OBJECTIVE] as const;
const PIXELS = ['batch', ...OBJECTIVE] as const;

type Observed = Awaited<ReturnType<typeof observe>>;
/** The option, where it is tried, what it changes, and how much. */
interface Case {
  option: string[];
  base?: string[];
  changes: readonly (keyof Facts)[];
  exactly?(after: Observed, before: Observed): void;
}

const beside = (option: string) => VAE.join(' ').replace(option, '').split(' ').filter(Boolean);

const TUNING: Record<
  Exclude<keyof Tuning, 'device' | 'whiten' | 'validation' | 'patience' | 'checkpointSteps'>,
  Case
> = {
  network: {
    // a perceptron has no width
    base: VAE.filter((arg) => arg !== '--width' && arg !== 'small'),
    option: ['--network', 'perceptron'],
    changes: NETWORK,
  },
  width: { option: ['--width', 'standard'], changes: NETWORK },
  residualBlocks: { option: ['--residual-blocks', '1'], changes: NETWORK },
  likelihood: {
    option: ['--likelihood', 'bernoulli'],
    changes: OBJECTIVE,
    // −log p of a value under logits near 0 is about log 2, whatever the value.
    exactly: ({ numbers }) => expect(numbers.terms.reconstruction / (3 * 32 * 32 * Math.LN2)).toBeCloseTo(1, 0),
  },
  warmUp: {
    option: ['--warm-up', '0.5'],
    changes: OBJECTIVE,
    exactly: ({ facts, numbers }) => expect(facts.loss).toBeCloseTo(numbers.terms.reconstruction, 2),
  },
  freeBits: {
    option: ['--free-bits', '50'],
    changes: OBJECTIVE,
    // Of each of the four numbers of a code.
    exactly: ({ facts, numbers }) => expect(facts.loss - numbers.terms.reconstruction).toBeCloseTo(4 * 50, 2),
  },
  importanceSamples: { option: ['--importance-samples', '3'], changes: OBJECTIVE },
  codeWeight: {
    base: ['--kind', 'rae', ...SMALL, ...UNCHANGED],
    option: ['--code-weight', '3'],
    changes: OBJECTIVE,
    exactly: ({ facts, numbers: { terms } }) =>
      expect((facts.loss - terms.reconstruction) / terms.code).toBeCloseTo(3, 2),
  },
  adversarial: {
    option: ['--adversarial', '1'],
    changes: [...OBJECTIVE],
    exactly: ({ numbers }) => expect(numbers.terms.discriminator).toBeGreaterThan(0),
  },
  linearStart: { option: ['--linear-start', '0.5'], changes: [...OBJECTIVE] },
  optimiser: { option: ['--optimiser', 'adam'], changes: ['update', 'average'] },
  schedule: { option: ['--schedule', 'constant'], changes: ['update', 'average'] },
  weightDecay: { option: ['--weight-decay', '0.5'], changes: ['update', 'average'] },
  clipNorm: {
    option: ['--clip-norm', '2'],
    changes: LEARNING,
    exactly: ({ numbers }) => expect(norm(numbers.gradient)).toBeCloseTo(2, 4),
  },
  averageDecay: { option: ['--average-decay', '0.05'], changes: ['average'] },
  adamEpsilon: { option: ['--adam-epsilon', '0.1'], changes: ['update', 'average'] },
  mirror: { base: [...beside('--no-mirror')], option: ['--no-mirror'], changes: PIXELS },
  shift: { option: ['--shift', '3'], changes: PIXELS },
  crop: { option: ['--crop', '0.3'], changes: PIXELS },
  colour: { option: ['--colour', '0.5'], changes: PIXELS },
  binarise: {
    option: ['--binarise'],
    changes: PIXELS,
    exactly: ({ numbers }) => expect([...new Set(numbers.batch)].sort()).toEqual([0, 1]),
  },
};

const SETTINGS: Record<Exclude<keyof typeof DEFAULT_SETTINGS, 'align'>, Case> = {
  imageSize: { option: ['--size', '64'], changes: ['batch', ...NETWORK] },
  latentSize: { option: ['--latent', '6'], changes: NETWORK },
  epochs: {
    option: ['--epochs', '20'],
    changes: ['steps', 'update', 'average'], // the schedule ends later
    exactly: (after, before) => expect(after.facts.steps).toBeCloseTo(2 * before.facts.steps, -1),
  },
  batchSize: { option: ['--batch', '8'], changes: ['steps', ...PIXELS] },
  beta: {
    option: ['--beta', '7'],
    changes: OBJECTIVE,
    exactly: ({ facts, numbers: { terms } }) =>
      expect((facts.loss - terms.reconstruction) / terms.kl).toBeCloseTo(7, 1),
  },
  learningRate: { option: ['--learning-rate', '0.01'], changes: ['update', 'average'] },
  seed: { option: ['--seed', '2'], changes: ['initial', ...PIXELS] },
};

describe('changes what it says and nothing else:', () => {
  const bases = new Map<string, Promise<Observed>>();
  it.each(Object.values<Case>({ ...TUNING, ...SETTINGS }).map((one) => [one.option.join(' '), one] as const))(
    '%s',
    { timeout: 60_000 },
    async (_, { option, base = VAE, changes, exactly }) => {
      const key = base.join(' ');
      if (!bases.has(key)) bases.set(key, observe(base));
      const before = await bases.get(key)!;
      const after = await observe([...base, ...option]);
      const changed = (Object.keys(before.facts) as (keyof Facts)[]).filter((k) => after.facts[k] !== before.facts[k]);
      expect(changed.sort()).toEqual([...changes].sort());
      exactly?.(after, before);
    },
  );
});

describe('changes the run:', { timeout: 120_000 }, () => {
  /** Events of a run, and how many checkpoints it wrote. */
  async function run(...option: string[]) {
    const settings = await settingsOf([...VAE, ...option]);
    const events: TrainingEvent[] = [];
    vi.mocked(saveCheckpoint).mockClear();
    await train(settings, { onEvent: (event) => void events.push(event), control: new RunControl() });
    const one = <E extends TrainingEvent['event']>(event: E) =>
      events.find((e) => e.event === event) as Extract<TrainingEvent, { event: E }>;
    return { started: one('started'), done: one('done'), checkpoints: vi.mocked(saveCheckpoint).mock.calls.length };
  }

  it('--validation', async () => {
    expect((await run('--validation', '0.25')).started).toMatchObject({ images: 9, validationImages: 3 });
    expect((await run('--validation', '0.5')).started).toMatchObject({ images: 6, validationImages: 6 });
  });

  it('--checkpoint-steps', async () => {
    // 28 steps; the last needs none.
    expect(await run('--checkpoint-steps', '4')).toMatchObject({ started: { steps: 28 }, checkpoints: 6 });
    expect(await run('--checkpoint-steps', '10')).toMatchObject({ started: { steps: 28 }, checkpoints: 2 });
  });

  it('--patience', async () => {
    // With so large a rate that the error goes up and down.
    const restless = ['--learning-rate', '0.03', '--average-decay', '0', '--epochs', '20'];
    const [patient, impatient] = [await run(...restless), await run(...restless, '--patience', '1')];
    expect(patient.done.steps).toBe(55);
    expect(impatient.done.steps).toBeLessThan(55);
  });

  it('--no-whiten', async () => {
    const readNumbers = async (file: string) =>
      Float32Array.from(parse(new Uint8Array(await readFile(file)).buffer).data as Float32Array);
    /** How far the aggregate posterior is from mean 0 and variance 1 along the axes. */
    const distance = async (...option: string[]) => {
      const { done } = await run('--epochs', '20', ...option);
      const codes = await readNumbers(path.join(done.model, 'codes.npy'));
      const logVariances = await readNumbers(path.join(done.model, 'log-variances.npy'));
      const means = meanOf(codes, 4);
      const squares = meanOf(
        codes.map((z, i) => (z - means[i % 4]) ** 2 + Math.exp(logVariances[i])),
        4,
      );
      return Math.max(...means.map(Math.abs), ...squares.map((square) => Math.abs(square - 1)));
    };
    // twelve codes: the sample variance has the divisor 11
    expect(await distance()).toBeLessThan(0.1);
    expect(await distance('--no-whiten')).toBeGreaterThan(0.2);
  });

  it('--no-align, --device and --name reach the engine', async () => {
    const { align, name, tuning } = await settingsOf(['--kind', 'ae', '--no-align', '--device', 'gpu', '--name', 'A']);
    expect([align, tuning?.device, name]).toEqual([false, 'gpu', 'A']);
    expect((await settingsOf(['--kind', 'ae'])).align).toBe(true);
  });
});

test('without options, the defaults', async () => {
  const { kind, tuning, ...rest } = await settingsOf(['--kind', 'ae']);
  expect({ kind, tuning }).toEqual({ kind: 'ae', tuning: DEFAULT_TUNING });
  expect(rest).toMatchObject(DEFAULT_SETTINGS);
});
