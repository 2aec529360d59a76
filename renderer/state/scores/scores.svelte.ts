/** What was measured of the open model, and codes drawn at random from its prior and from a mixture fitted to its codes. */
import type { CodeSamples, MixtureFacts, ModelId, ScoreReport, ScoreStage } from '../../../main/contract';
import type { Notices } from '../window/notices.svelte';
import { sentence } from '../../i18n/sentence';
import type { Explorer } from '../flight/explorer.svelte';
import { Turns } from '../../scheduling/newest';
import type { Engine } from '../window/engine-client';

/** Samples of each kind that are shown. */
const SHOWN = 24;

/** How far measuring has come. `total` is 0 until the first word. */
export interface Measuring {
  id: ModelId;
  stage: ScoreStage | null;
  done: number;
  total: number;
}

export class Scores {
  /** Null: nothing has been measured of the open model. */
  report = $state.raw<ScoreReport | null>(null);
  measuring = $state.raw<Measuring | null>(null);
  failure = $state<string | null>(null);
  /** The mixture fitted last: with a report, or by itself. */
  mixture = $state.raw<MixtureFacts | null>(null);
  /** Before and after the repair; `mixture` is null until one has been fitted since the window was opened. */
  samples = $state.raw<{ prior: CodeSamples; mixture: CodeSamples | null } | null>(null);

  #shown: ModelId | null = null;
  #seed = 1;
  readonly #turns = new Turns();
  readonly #engine: Engine;
  readonly #explorer: Explorer;
  readonly #notices: Notices;

  constructor(engine: Engine, explorer: Explorer, notices: Notices) {
    this.#engine = engine;
    this.#explorer = explorer;
    this.#notices = notices;
    engine.onConnected(() => (this.#shown = this.measuring = null));
  }

  /** Called when a panel shows the open model: asks what is known of it, once. */
  async look(): Promise<void> {
    const { flight } = this.#explorer;
    if (!flight || flight.id === this.#shown) return;
    this.#shown = flight.id;
    this.#turns.end();
    this.report = this.mixture = null;
    this.failure = null;
    this.samples = null;
    if (this.measuring?.id !== flight.id) this.measuring = null;
    try {
      const report = await this.#engine.scores(flight.id);
      if (flight.id === this.#shown) this.#know(report);
    } catch (error) {
      this.failure = sentence(error);
    }
    await this.#draw(flight.id);
  }

  /**
   * Measures the open model, and fits a mixture to its codes.
   * @param folder of images; null: from its codes alone
   */
  async measure(folder: string | null): Promise<void> {
    await this.#work(async (id, current) => {
      const report = await this.#engine.score(id, folder);
      if (current()) this.#know(report);
    });
  }

  /**
   * Fits a mixture to the open model's codes. Scores that are known stay as they are; where there are none, what codes
   * alone tell is measured with it.
   */
  async fit(): Promise<void> {
    if (!this.report) return this.measure(null);
    await this.#work(async (id, current) => {
      const mixture = await this.#engine.fitMixture(id);
      if (current()) this.mixture = mixture;
    });
  }

  #know(report: ScoreReport | null): void {
    this.report = report;
    this.mixture = report?.mixture ?? null;
  }

  async #work(work: (id: ModelId, current: () => boolean) => Promise<void>): Promise<void> {
    const { flight } = this.#explorer;
    if (!flight) return;
    const { id } = flight;
    const current = this.#turns.begin();
    this.failure = null;
    this.measuring = { id, stage: null, done: 0, total: 0 };
    try {
      await work(id, current);
      if (current()) await this.#draw(id);
    } catch (error) {
      if (current() && !isCancelled(error)) this.failure = sentence(error);
    } finally {
      if (current()) this.measuring = null;
    }
  }

  async cancel(): Promise<void> {
    if (!this.measuring) return;
    try {
      await this.#engine.cancelScore(this.measuring.id);
    } catch (error) {
      this.#notices.failure(sentence(error));
    }
  }

  progressed(id: ModelId, stage: ScoreStage, done: number, total: number): void {
    if (this.measuring?.id === id) this.measuring = { id, stage, done, total };
  }

  /** Other draws from both. */
  async redraw(): Promise<void> {
    this.#seed++;
    if (this.#shown) await this.#draw(this.#shown);
  }

  async #draw(id: ModelId): Promise<void> {
    const engine = this.#engine;
    const seed = this.#seed;
    try {
      const prior = await engine.samples(id, 'prior', SHOWN, seed);
      const mixture = await engine.samples(id, 'mixture', SHOWN, seed).catch((error: unknown) => {
        if (codeOf(error) === 'not-found') return null; // none has been fitted yet
        throw error;
      });
      if (id === this.#shown && seed === this.#seed) this.samples = { prior, mixture };
    } catch (error) {
      if (id === this.#shown) this.failure = sentence(error);
    }
  }
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;
const isCancelled = (error: unknown): boolean => codeOf(error) === 'cancelled';
