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

  refresh = () => this.#try(async () => {});

  forget = ({ id, name }: DataSet) =>
    this.#try(async () => this.removals.note({ id: await this.#engine.forgetDataSet(id), name }));

  takeBack = (removal: { id: string; name: string }) =>
    this.#try(() => this.removals.takeBack(removal, () => this.#engine.takeBackDataSet(removal.id)));

  /** What cannot be done is said; the list is as it is afterwards. */
  async #try(doing: () => Promise<void>): Promise<void> {
    for (const step of [doing, this.#read]) {
      await step().catch((error: unknown) => this.#notices.failure(sentence(error)));
    }
  }

  readonly #read = async () => void (this.all = await this.#engine.dataSets());
}
