/** Tries steps in a process of its own: the engine's must not stand still for them. */
import { giveWay } from '../../scheduling/start';
import { Evaluator } from '../../training/evaluator';
import { Trainer, type TrainerConfig } from '../../training/trainer';
import { imageValues } from '../../training/networks';
import type { Images } from '../../training/feeds/batches';
import type { StepTimes } from './estimate';

/** After the first step, which sets everything up. */
const STEPS = 3;

giveWay('Trying a training step');

/** Seconds of one call, the median of some after the first. */
async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  await work();
  const times: number[] = [];
  for (let i = 0; i < STEPS; i++) {
    const from = performance.now();
    await work();
    times.push((performance.now() - from) / 1000);
  }
  return times.sort((a, b) => a - b)[STEPS >> 1];
}

async function stepSeconds(config: TrainerConfig, images: Images): Promise<number> {
  const trainer = await Trainer.create(config, images);
  try {
    return await secondsOf(() => trainer.next());
  } finally {
    await trainer.release();
  }
}

async function times(given: TrainerConfig): Promise<StepTimes> {
  const config = { ...given, linearStart: 0 };
  const { channels, imageSize: size, imageHeight: height } = config.network;
  const count = config.batchSize;
  const images = {
    count,
    channels,
    size,
    height,
    pixels: new Uint8Array(count * imageValues(config.network)).fill(127),
  };
  const { objective } = config;
  if (objective.kind !== 'vae' || !objective.adversarial) {
    return { step: await stepSeconds(config, images), adversarial: 0, image: await imageSeconds(config, images) };
  }
  const share = (adversarial: number) => ({ ...config, objective: { ...objective, adversarial } });
  return {
    step: await stepSeconds(share(0), images),
    adversarial: await stepSeconds(share(1), images),
    image: await imageSeconds(config, images),
  };
}

/** Of one image encoded and decoded, to look at a run. */
async function imageSeconds(config: TrainerConfig, images: Images): Promise<number> {
  const trainer = await Trainer.create(config, images);
  const evaluator = await Evaluator.create(config);
  try {
    const weights = await trainer.weights();
    return (await secondsOf(() => evaluator.reconstructionError(weights, images))) / images.count;
  } finally {
    await trainer.release();
    await evaluator.release();
  }
}

process.once('message', (config: TrainerConfig) => {
  void times(config).then((found) => process.send!(found, () => process.exit()));
});
process.on('disconnect', () => process.exit());
