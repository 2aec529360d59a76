import type { ModelListing } from '../../../main/contract';
import { t } from '../../i18n/index.svelte';
import { sentence } from '../../i18n/sentence';
import { counterparts } from './counterparts';
import type { Engine } from '../window/engine-client';

/** The models that can be opened: those that come with the app, were trained here, or were opened before. */
export class ModelList {
  /** Null until the engine has told for the first time. */
  all = $state.raw<ModelListing[] | null>(null);
  /** Why the list could not be read, a sentence; what it was before stays. */
  failure = $state<string | null>(null);

  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async refresh(): Promise<void> {
    try {
      this.all = await this.#engine.listModels();
      this.failure = null;
    } catch (error) {
      this.failure = t('models.listFailed', { reason: sentence(error) });
    }
  }

  at(path: string): ModelListing | undefined {
    return this.all?.find((model) => model.path === path);
  }

  /** The path of the one to begin with: flown last and still there, else the VAE that comes with the app. */
  first(last?: string): string | undefined {
    const bundled = (this.all ?? []).filter(({ origin }) => origin === 'bundled');
    const first = (last && this.at(last)) || bundled.find(({ kind }) => kind === 'vae') || bundled[0];
    return first?.path;
  }

  /** See `counterparts`. */
  counterpartsOf(path: string): ModelListing[] {
    return counterparts(this.all ?? [], path);
  }
}
