/** The models that one window has open. */
import { randomUUID } from 'node:crypto';
import { type ModelId, UserError } from '../../contract';
import type { OpenModel } from '../open-model/open-model';

/** Open models hold their networks in memory. A window shows two, and another one while it changes between them. */
const MOST_OPEN = 16;

export class OpenModels {
  readonly #models = new Map<ModelId, OpenModel>();
  #opening = 0;
  #closed = false;

  /**
   * Opens one more.
   * @throws UserError `busy` when there are too many, `cancelled` when the window has gone, and what `opening` throws
   */
  async add(opening: () => Promise<OpenModel>): Promise<{ id: ModelId; opened: OpenModel }> {
    if (this.#models.size + this.#opening >= MOST_OPEN) throw new UserError('busy.models', { count: MOST_OPEN });
    this.#opening++;
    try {
      const opened = await opening();
      if (this.#closed) {
        await opened.close();
        throw new UserError('cancelled.model-closed');
      }
      const id = randomUUID();
      this.#models.set(id, opened);
      return { id, opened };
    } finally {
      this.#opening--;
    }
  }

  /** @throws UserError `not-found` */
  find(id: ModelId): OpenModel {
    const found = this.#models.get(id);
    if (!found) throw new UserError('not-found.model-closed');
    return found;
  }

  /**
   * An open model, whose codes `codes` may be: so many, each of its length.
   * @throws UserError `not-found`, `bad-settings`
   */
  findFor(id: ModelId, codes: Float32Array, least = 1, most = 1): OpenModel {
    const found = this.find(id);
    const { name, latentSize } = found.model.card;
    const count = codes.length / latentSize;
    if (Number.isInteger(count) && count >= least && count <= most) return found;
    throw new UserError('bad-settings.codes', { name, least, most, latentSize, numbers: codes.length });
  }

  /** @throws UserError `not-found` */
  async close(id: ModelId): Promise<void> {
    const model = this.find(id);
    this.#models.delete(id);
    await model.close();
  }

  /** The window has gone. */
  closeAll(): void {
    this.#closed = true;
    for (const model of this.#models.values()) void model.close();
    this.#models.clear();
  }
}
