/** Scores and mixtures of the models that are open: computed in processes of their own, and remembered while the engine runs. */
import { type CodeSamples, type MixtureFacts, type ScoreReport, type ScoreStage, UserError } from '../../../contract';
import type { Model } from '../../models';
import { throwIfCancelled, type Watch } from '../../scheduling/watch';
import { startProcess } from '../../scheduling/start';
import { mixtureCodes } from '../codes/codes';
import type { Mixture } from '../../maths/gaussian-mixture';
import type { ScoreAnswer, ScoreMessage, ScoreRequest } from './messages';

/** Samples decoded by one request. */
const MOST_SAMPLES = 256;

/** Models measured at the same time: each takes a processor and some hundred megabytes. */
const MOST_AT_ONCE = 2;

export class Scoring {
  /** By model, the last ones measured. */
  readonly #measured = new Map<string, ScoreReport>();
  readonly #mixtures = new Map<string, Mixture>();
  readonly #underWay = new Map<string, AbortController>();
  readonly #compute: typeof scoreInProcess;

  /** @param compute how a request is answered; in a process of its own unless a test says otherwise */
  constructor(compute: typeof scoreInProcess = scoreInProcess) {
    this.#compute = compute;
  }

  /** What was measured since the engine started, or is kept with the model. */
  known(model: Model): ScoreReport | null {
    return this.#measured.get(keyOf(model)) ?? model.source?.manifest.scores.report ?? null;
  }

  /** Measures a model; a later call for the same one ends this one. @throws UserError as `scoreModel`; `process-died`; `busy` */
  async score(model: Model, folder: string | null, watch: Watch<[ScoreStage]>): Promise<ScoreReport> {
    const { report } = await this.#answer(model, { measure: 'all', folder }, watch);
    this.#measured.set(keyOf(model), report!);
    return report!;
  }

  /**
   * Fits a mixture to the model's codes, to draw from. What was measured of the model stays as it is: a score on images
   * says more than one on codes. A later call, or `score`, ends this one.
   * @throws UserError as `fitMixture`; `process-died`
   */
  async fitMixture(model: Model, watch: Watch<[ScoreStage]>): Promise<MixtureFacts> {
    const { fitted } = await this.#answer(model, { measure: 'mixture' }, watch);
    return fitted!.facts;
  }

  async #answer(model: Model, task: ScoreRequest['task'], watch: Watch<[ScoreStage]>): Promise<ScoreAnswer> {
    const key = keyOf(model);
    this.cancel(model);
    if (this.#underWay.size >= MOST_AT_ONCE && !this.#underWay.has(key)) {
      throw new UserError('busy.scoring', { count: MOST_AT_ONCE });
    }
    const own = new AbortController();
    this.#underWay.set(key, own);
    try {
      const { path, kind, layout } = model.card;
      const request = { model: path, layout: kind === 'decoder' ? layout : undefined, task };
      const signal = AbortSignal.any([own.signal, ...(watch.signal ? [watch.signal] : [])]);
      const answer = await this.#compute(request, { ...watch, signal });
      if (answer.fitted) this.#mixtures.set(key, answer.fitted.mixture);
      return answer;
    } finally {
      if (this.#underWay.get(key) === own) this.#underWay.delete(key);
    }
  }

  cancel(model: Model): void {
    this.#underWay.get(keyOf(model))?.abort();
  }

  /** The mixture fitted to the model's codes since the engine started; null where none was. */
  mixtureOf(model: Model): Mixture | null {
    return this.#mixtures.get(keyOf(model)) ?? null;
  }

  /**
   * Codes drawn from the prior, or from the mixture fitted to the codes, and what they decode to.
   * @throws UserError `not-found` when no mixture was fitted, `bad-settings`
   */
  async samples(model: Model, from: 'prior' | 'mixture', count: number, seed: number): Promise<CodeSamples> {
    if (!Number.isInteger(count) || count < 1 || count > MOST_SAMPLES) {
      throw new UserError('bad-settings.samples', { most: MOST_SAMPLES, count });
    }
    const mixture = this.#mixtures.get(keyOf(model));
    if (from === 'mixture' && !mixture) {
      throw new UserError('not-found.mixture');
    }
    const codes = from === 'prior' ? await model.draw(count, seed) : mixtureCodes(mixture!, count, seed);
    return { codes, images: await model.decodePixels(codes) };
  }
}

/** A model that was trained anew in the same place is another one. */
const keyOf = ({ card, source }: Model): string => `${card.path}\n${source?.manifest.files['decoder.onnx'] ?? ''}`;

/** Cancelling ends the process: it writes nothing that could be left half. */
function scoreInProcess(request: ScoreRequest, { onProgress, signal }: Watch<[ScoreStage]>): Promise<ScoreAnswer> {
  throwIfCancelled(signal);
  const child = startProcess(import.meta.url, 'process');
  return new Promise<ScoreAnswer>((resolve, reject) => {
    const died = (how: string) =>
      reject(signal?.aborted ? new UserError('cancelled.request') : new UserError('process-died.scoring', { how }));
    const kill = () => child.kill('SIGKILL');
    signal?.addEventListener('abort', kill);
    child.on('message', (message: ScoreMessage) => {
      if (message.event === 'progress') onProgress?.(message.done, message.total, message.what);
      else if (message.event === 'done') resolve({ report: message.report, fitted: message.fitted });
      else reject(UserError.of(message));
    });
    child.on('error', (error) => died(error.message));
    child.on('exit', (code, how) => {
      signal?.removeEventListener('abort', kill);
      died(how ? `signal ${how}` : `exit code ${code}`);
    });
    child.send(request, (error) => error && died(error.message));
  });
}
