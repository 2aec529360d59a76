/** Opening a model while the present flight goes on. */
import type { DecoderLayout, ModelId } from '../../../main/contract';
import { typicalSpacing } from '../../../main/engine/maths/nearest';
import { t } from '../../i18n/index.svelte';
import { nameOf } from '../../i18n/model-name';
import { sentence } from '../../i18n/sentence';
import { Turns } from '../../scheduling/newest';
import type { ModelList } from '../models/model-list.svelte';
import type { Engine } from '../window/engine-client';
import type { Notices } from '../window/notices.svelte';
import { type Flight, middleOf } from './flight';
import { Thumbnails } from './thumbnails';

/** What is being opened. `total` is 0 until faces are being drawn. */
export interface Opening {
  path: string;
  name: string;
  done: number;
  total: number;
}

export class ModelOpening {
  now = $state.raw<Opening | null>(null);
  #id: ModelId | null = null;
  readonly #turns = new Turns();
  readonly #engine: Engine;
  readonly #models: ModelList;
  readonly #notices: Notices;
  readonly #opened: (flight: Flight) => void;

  /** @param opened takes over a model that is ready, and closes it some day */
  constructor(engine: Engine, models: ModelList, notices: Notices, opened: (flight: Flight) => void) {
    this.#engine = engine;
    this.#models = models;
    this.#notices = notices;
    this.#opened = opened;
  }

  /**
   * Opens a model; when it cannot be opened a notice says why. A later call overtakes an earlier one.
   * @param layout corrects what was guessed for a foreign decoder
   * @returns whether it is open now
   */
  async open(path: string, layout?: Partial<DecoderLayout>): Promise<boolean> {
    const current = this.#turns.begin();
    const listed = this.#models.at(path);
    const name = listed ? nameOf(listed) : baseName(path);
    this.now = { path, name, done: 0, total: 0 };
    let id: ModelId | null = null;
    try {
      const opened = await this.#engine.openModel(path, layout);
      id = opened.id;
      if (!current()) return false;
      this.#id = id;
      this.now = { ...this.now, name: nameOf(opened.card) };
      const cloud = await this.#engine.cloud(id);
      if (!current()) return false;
      const spacing = typicalSpacing(cloud.codes, opened.card.latentSize);
      this.#opened({
        ...opened,
        corrected: layout,
        cloud,
        thumbnails: new Thumbnails(cloud.thumbnails),
        spacing,
        middle: middleOf(cloud),
      });
      id = null;
      return true;
    } catch (error) {
      if (current()) this.#notices.failure(t('models.failed', { reason: sentence(error) }));
      return false;
    } finally {
      if (id !== null) close(this.#engine, id);
      if (current()) this.now = null;
    }
  }

  /** Stays with the present flight, and ends the work on the other model. */
  cancel(): void {
    if (!this.now) return;
    this.#turns.end();
    this.now = null;
    this.#engine.cancelOpening().catch(() => {}); // without an engine there is nothing to end
  }

  /** Called with what the engine tells of faces being drawn. */
  progress(id: ModelId, done: number, total: number): void {
    if (this.now && id === this.#id) this.now = { ...this.now, done, total };
  }
}

/** Closes a model. Nothing is lost when that fails: the engine forgets its models with the connection. */
export function close(engine: Engine, id: ModelId): void {
  engine.closeModel(id).catch(() => {});
}

/** The last part of a path, of either kind of system. */
function baseName(path: string): string {
  return path.split(/[/\\]/).filter(Boolean).at(-1) ?? path;
}
