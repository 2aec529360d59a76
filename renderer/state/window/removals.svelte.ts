/** What was removed in this window, and not taken back. */
import { UserError } from '../../../main/contract';

export class Removals<Removal extends { id: string }> {
  /** The newest first. */
  all = $state.raw<readonly Removal[]>([]);

  note(removal: Removal): void {
    this.all = [removal, ...this.all];
  }

  /** What could not be taken back is offered again, but where it never can be. @throws what `takeBack` throws */
  async takeBack({ id }: Removal, takeBack: () => Promise<void>): Promise<void> {
    try {
      await takeBack();
      this.#drop(id);
    } catch (error) {
      if (error instanceof UserError && error.code === 'not-found') this.#drop(id);
      throw error;
    }
  }

  #drop(id: string): void {
    this.all = this.all.filter((removal) => removal.id !== id);
  }
}
