/** Folders of images that were opened before. */
import type { DataSet } from '../../../main/contract';
import { sentence } from '../../i18n/sentence';
import type { Engine } from '../window/engine-client';
import type { Notices } from '../window/notices.svelte';
import { Removals } from '../window/removals.svelte';

export class DataSetList {
  /** The latest first. */
  all = $state.raw<readonly DataSet[]>([]);
  /** `id`: of the removal. */
  readonly removals = new Removals<{ id: string; name: string }>();

  readonly #engine: Engine;
  readonly #notices: Notices;

  constructor(engine: Engine, notices: Notices) {
    this.#engine = engine;
    this.#notices = notices;
  }

  refresh = () => this.#try(async () => void (this.all = await this.#engine.dataSets()));

  forget = ({ id, name }: DataSet) =>
    this.#change(async () => this.removals.note({ id: await this.#engine.forgetDataSet(id), name }));

  takeBack = (removal: { id: string; name: string }) =>
    this.#change(() => this.removals.takeBack(removal, () => this.#engine.takeBackDataSet(removal.id)));

  /** The list is read again, whether it could be changed or not. */
  async #change(change: () => Promise<void>): Promise<void> {
    await this.#try(change);
    await this.refresh();
  }

  /** What cannot be done is said. */
  #try(doing: () => Promise<void>): Promise<void> {
    return doing().catch((error: unknown) => this.#notices.failure(sentence(error)));
  }
}
