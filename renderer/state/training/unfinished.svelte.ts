/** Training runs that were interrupted, by whatever it was, and can be continued. */
import type { ContinueChanges, RunId, UnfinishedRun } from '../../../main/contract';
import { t } from '../../i18n/index.svelte';
import type { Notices } from '../window/notices.svelte';
import { sentence } from '../../i18n/sentence';
import type { Engine } from '../window/engine-client';

/** A process that lost its engine takes a moment to end; only then can its run be resumed. */
const LOOK_AGAIN_MS = 1500;

export class Unfinished {
  list = $state.raw<UnfinishedRun[]>([]);
  /** Folder of the run that is being resumed or discarded. */
  busy = $state<string | null>(null);

  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #engine: Engine;
  readonly #notices: Notices;
  readonly #show: (id: RunId) => Promise<void>;
  readonly #trainsHere: (out: string) => boolean;

  /**
   * @param show makes a run that has just been continued the one that is looked at
   * @param trainsHere whether a run of this window's engine is training the model at a folder
   */
  constructor(
    engine: Engine,
    notices: Notices,
    show: (id: RunId) => Promise<void>,
    trainsHere: (out: string) => boolean,
  ) {
    this.#engine = engine;
    this.#notices = notices;
    this.#show = show;
    this.#trainsHere = trainsHere;
  }

  /** Asks again which runs there are; call when a run has ended. */
  async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const all = await this.#engine.unfinishedRuns();
      this.list = all.filter(({ out }) => !this.#trainsHere(out));
      if (this.list.some(({ running }) => running)) this.#timer = setTimeout(() => void this.refresh(), LOOK_AGAIN_MS);
    } catch (error) {
      this.#notices.failure(sentence(error));
    }
  }

  /** The unfinished run of the model at `out`. */
  of(out: string | undefined): UnfinishedRun | null {
    return this.list.find((run) => run.out === out) ?? null;
  }

  resume = (out: string, changes?: ContinueChanges) =>
    this.#act(out, async () => this.#show(await this.#engine.continueTraining(out, changes)));

  discard = (out: string) => this.#act(out, () => this.#engine.discardTraining(out));

  async #act(out: string, action: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = out;
    try {
      await action();
    } catch (error) {
      this.#notices.failure(t('run.actionFailed', { reason: sentence(error) }));
    } finally {
      this.busy = null;
    }
    await this.refresh();
  }
}
