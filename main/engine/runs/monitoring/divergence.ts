/** When the numbers of a run stop being numbers: at which step, what was last good, and why it probably happened. */
import { type Message, message, UserError } from '../../../contract';
import type { StepResult } from '../../training/trainer';
import type { ResolvedSettings } from '../settings/settings';

/** Steps before the last one that the cause is looked for in. */
const REMEMBERED = 50;
/** A number that has grown by more than this within them is what ran away. */
const RUNAWAY = 100;
/** Above it, Adam leaves most networks of this kind (Kingma & Ba 2015 suggest 0.001). */
const HIGH_RATE = 0.003;

/** The learning rate to try next when one was too high. */
export const slowerRate = (rate: number): number => Number(Math.min(rate / 3, 1e-3).toPrecision(2));

export class DivergenceWatch {
  readonly #settings: ResolvedSettings;
  readonly #recent: StepResult[] = [];

  constructor(settings: ResolvedSettings) {
    this.#settings = settings;
  }

  /**
   * @param result of step number `step`
   * @param saved step of the last checkpoint, 0 when there is none
   * @throws UserError `diverged` when something in `result` is not a finite number
   */
  check(result: StepResult, step: number, saved: number): void {
    const numbers = [result.loss, result.gradientNorm, ...Object.values(result.terms)];
    if (!numbers.every(Number.isFinite)) this.#refuse('diverged.loss', step, saved, result);
    this.#recent.push(result);
    if (this.#recent.length > REMEMBERED) this.#recent.shift();
  }

  /** @throws UserError `diverged` when the error on held-out images is not a finite number */
  checkMeasurement(validationMse: number, step: number, saved: number): void {
    if (Number.isFinite(validationMse)) return;
    this.#refuse('diverged.measurement', step, saved, this.#recent.at(-1)!);
  }

  #refuse(key: 'diverged.loss' | 'diverged.measurement', step: number, saved: number, result: StepResult): never {
    const how = this.#how();
    const advice = saved ? message('advice.continue', { step: saved, how }) : message('advice.restart', { how });
    throw new UserError(key, { step, cause: this.#cause(result), advice });
  }

  #cause(result: StepResult): Message {
    const settings = this.#settings;
    const rate = settings.learningRate;
    const { kl, sigma } = result.terms;
    const calm = (of: (r: StepResult) => number) => Math.min(...this.#recent.map(of).filter(Number.isFinite));
    if (
      kl !== undefined &&
      (!Number.isFinite(kl) ||
        kl >
          RUNAWAY *
            Math.max(
              1,
              calm((r) => r.terms.kl),
            ))
    ) {
      return message('cause.kl', { rate });
    }
    if (sigma !== undefined && !(sigma > 1e-6 && sigma < 1e6)) {
      return message('cause.sigma', { sigma: sigma.toPrecision(2), rate });
    }
    const norm = this.#recent.at(-1)?.gradientNorm ?? NaN;
    if (norm > RUNAWAY * calm((r) => r.gradientNorm)) {
      return message('cause.gradient', { norm: norm.toPrecision(2), rate });
    }
    return rate > HIGH_RATE ? message('cause.rate', { rate }) : message('cause.batch');
  }

  #how(): Message {
    const { learningRate, tuning } = this.#settings;
    const rate = slowerRate(learningRate);
    return tuning.clipNorm ? message('advice.rate', { rate }) : message('advice.rate-or-clip', { rate });
  }
}
