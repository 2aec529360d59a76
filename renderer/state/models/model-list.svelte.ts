import type { ModelListing } from '../../../main/contract';
import { t } from '../../i18n/index.svelte';
import { sentence } from '../../i18n/sentence';
import { counterparts } from './counterparts';
import { nameOf } from '../../i18n/model-name';
import type { Notices } from '../window/notices.svelte';
import type { Engine } from '../window/engine-client';
import { Removals } from '../window/removals.svelte';

/** The models that can be opened: those that come with the app, were trained here, or were opened before. */
export class ModelList {
  /** Null until the engine has told for the first time. */
  all = $state.raw<ModelListing[] | null>(null);
  /** Why the list could not be read, a sentence; what it was before stays. */
  failure = $state<string | null>(null);

  readonly #engine: Engine;
  readonly #notices: Notices;

  constructor(engine: Engine, notices: Notices) {
    this.#engine = engine;
    this.#notices = notices;
  }

  async refresh(): Promise<void> {
    try {
      this.all = await this.#engine.listModels();
      this.failure = null;
    } catch (error) {
      this.failure = t('models.listFailed', { reason: sentence(error) });
    }
  }

  /** `id`: of the removal. */
  readonly removals = new Removals<{ id: string; name: string }>();
  readonly #mosaics: Record<string, Promise<string | null>> = {};

  /** The address of a picture of a model's faces; null where there is none. */
  async mosaic(path: string): Promise<string | null> {
    const model = this.at(path);
    if (!model) return null;
    // one that is trained anew in its place has other faces
    return (this.#mosaics[`${model.validationMse} ${path}`] ??= this.#loadMosaic(path));
  }

  async #loadMosaic(path: string): Promise<string | null> {
    // a model without a picture is opened all the same, and says then what is wrong
    const bytes = await this.#engine.mosaic(path).catch(() => null);
    return bytes && URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/webp' }));
  }

  /** @returns whether it has that name now */
  rename = (model: ModelListing, name: string) => this.#try(() => this.#engine.renameModel(model.path, name));
  duplicate = (model: ModelListing, name: string) => this.#try(() => this.#engine.duplicateModel(model.path, name));
  show = (model: ModelListing) => this.#try(() => this.#engine.showModel(model.path));

  /** @returns whether it is off the list */
  remove = (model: ModelListing) =>
    this.#try(async () => {
      const id = await this.#engine.removeModel(model.path);
      this.removals.note({ id, name: nameOf(model) });
    });

  takeBack = (removal: { id: string; name: string }) =>
    this.#try(() => this.removals.takeBack(removal, () => this.#engine.takeBackModel(removal.id)));

  /** What cannot be done is said. @returns whether it was done */
  async #try(doing: () => Promise<unknown>): Promise<boolean> {
    try {
      await doing();
      return true;
    } catch (error) {
      this.#notices.failure(sentence(error));
      return false;
    } finally {
      await this.refresh();
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
