/** The models that one window has open. */
import { randomUUID } from 'node:crypto';
import { type ModelId, UserError } from '../../contract';
import type { OpenModel } from '../open-model/open-model';

export class OpenModels {
  readonly #models = new Map<ModelId, OpenModel>();

  add(model: OpenModel): ModelId {
    const id = randomUUID();
    this.#models.set(id, model);
    return id;
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

  closeAll(): void {
    for (const model of this.#models.values()) void model.close();
    this.#models.clear();
  }
}
