/** How the app is set up on this machine, as the engine keeps it. */
import type { AppFacts, AppSettings } from '../../../main/contract';
import { sentence } from '../../i18n/sentence';
import type { Engine } from './engine-client';
import type { Notices } from './notices.svelte';

export class AppSetup {
  /** Null until the engine has told. */
  settings = $state.raw<AppSettings | null>(null);
  facts = $state.raw<AppFacts | null>(null);
  /** Licences of all that is shipped, once they were asked for; empty where the app runs from its source. */
  licences = $state<string | null>(null);

  readonly #engine: Engine;
  readonly #notices: Notices;

  constructor(engine: Engine, notices: Notices) {
    this.#engine = engine;
    this.#notices = notices;
  }

  async load(): Promise<void> {
    await this.#try(async () => {
      [this.settings, this.facts] = await Promise.all([this.#engine.settings(), this.#engine.about()]);
    });
  }

  change = (change: Partial<AppSettings>) =>
    this.#try(async () => (this.settings = await this.#engine.changeSettings(change)));

  readLicences = () => this.#try(async () => (this.licences = (await this.#engine.licences()) ?? ''));

  show = (which: 'home' | 'models') => this.#try(() => this.#engine.showAppFolder(which));

  async #try(doing: () => Promise<unknown>): Promise<void> {
    try {
      await doing();
    } catch (error) {
      this.#notices.failure(sentence(error));
    }
  }
}
