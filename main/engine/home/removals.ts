/** What was removed since the engine was started, and can be taken back. */
import { randomUUID } from 'node:crypto';
import { UserError } from '../../contract';

/** What takes a removal back. */
export type TakeBack = () => Promise<void>;

export class Removals {
  readonly #takeBack = new Map<string, TakeBack>();

  /** @returns names the removal, for `takeBack` */
  note(takeBack: TakeBack): string {
    const removal = randomUUID();
    this.#takeBack.set(removal, takeBack);
    return removal;
  }

  /** One that fails may be tried again. @throws UserError `not-found`, or what the one who noted it throws */
  async takeBack(removal: string): Promise<void> {
    const takeBack = this.#takeBack.get(removal);
    if (!takeBack) throw new UserError('not-found.removed');
    await takeBack();
    this.#takeBack.delete(removal);
  }
}
