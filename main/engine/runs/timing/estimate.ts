/** How long a run would take on this computer, and what memory: from steps of it that are tried before it starts. */
import { availableMemory } from '../../available-memory';
import type { PlannedRun, RunEstimate } from '../../../contract';
import { startProcess } from '../../scheduling/start';
import { adversarialFrom, type TrainerConfig } from '../../training/trainer';
import { estimateMemory } from '../memory/estimate';
import { MEASUREMENTS } from '../monitoring/curve';
import { frameSteps } from '../film/recorder';
import { resolveSettings, trainerConfig } from '../settings/settings';

/** Seconds of one step, of one against a discriminator (0 where there is none), and of looking at one image. */
export interface StepTimes {
  step: number;
  adversarial: number;
  image: number;
}

/** A step that takes this long belongs to a run of days: it is not tried to the end. */
const PATIENCE_MS = 60_000;
/** Faces that a frame of the film encodes, about. */
const FACES_A_FRAME = 128;
/** Pictures, checkpoints and messages take a share of the time beside. */
const BESIDE = 1.05;

/** One trial at a time, for two would each take twice as long; what was tried once is known. */
export class Estimates {
  readonly #known = new Map<string, Promise<StepTimes | null>>();
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param count of images in the folder
   * @throws UserError `bad-settings`
   */
  async run(planned: PlannedRun, count: number, channels: 1 | 3): Promise<RunEstimate> {
    const settings = resolveSettings({ ...planned, images: '-', out: '-', name: '-' });
    const heldOut = Math.max(1, Math.round(count * settings.tuning.validation));
    const training = Math.max(1, count - heldOut);
    const config = trainerConfig(settings, training, channels);
    const [memoryBytes, freeBytes] = [estimateMemory(config, count), await availableMemory()];
    const times = memoryBytes < freeBytes ? await this.#times(config) : null;
    return {
      steps: config.steps,
      seconds: times && secondsOf(config, times, { heldOut, training }),
      memoryBytes,
      freeBytes,
    };
  }

  #times(config: TrainerConfig): Promise<StepTimes | null> {
    const { network, objective, optimiser, batchSize, device } = config;
    const shared =
      objective.kind === 'vae' ? { ...objective, beta: 1, warmUp: 0, adversarial: !!objective.adversarial } : objective;
    const key = JSON.stringify([network, shared, optimiser, batchSize, device]);
    const known = this.#known.get(key);
    if (known) return known;
    const tried = this.#last.then(() => tryStep(config));
    this.#known.set(key, tried);
    this.#last = tried;
    void tried.then((times) => times ?? this.#known.delete(key)); // one that failed may be tried again
    return tried;
  }
}

function secondsOf(config: TrainerConfig, times: StepTimes, images: { heldOut: number; training: number }): number {
  const plain = Math.min(config.steps, adversarialFrom(config));
  const steps = plain * times.step + (config.steps - plain) * times.adversarial;
  const measured = Math.min(MEASUREMENTS, config.steps) * images.heldOut;
  const filmed = frameSteps(config.steps).length * Math.min(FACES_A_FRAME, images.training);
  return BESIDE * steps + (measured + filmed + images.training) * times.image;
}

/** Null when the process has ended or not answered in time. */
async function tryStep(config: TrainerConfig): Promise<StepTimes | null> {
  const child = startProcess(import.meta.url, 'process');
  try {
    return await new Promise<StepTimes | null>((resolve) => {
      const timer = setTimeout(() => resolve(null), PATIENCE_MS);
      const ended = (times: StepTimes | null) => {
        clearTimeout(timer);
        resolve(times);
      };
      child.once('message', (times: StepTimes) => ended(times));
      child.once('error', () => ended(null));
      child.once('exit', () => ended(null));
      child.send(config);
    });
  } finally {
    child.kill('SIGKILL');
  }
}
