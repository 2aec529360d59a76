/** What a window was doing last, kept in the app's data folder. */
import path from 'node:path';
import { makeFolder, readFailure, readText, save, underWay } from '../files';

export class KeptSession {
  readonly #file: string;
  #last: Promise<void> = Promise.resolve();

  /** @param home the app's data folder */
  constructor(home: string) {
    this.#file = path.join(home, 'session.json');
  }

  /** Null when nothing is kept. @throws UserError `no-access` when it is there and cannot be read */
  async read(): Promise<string | null> {
    try {
      return await readText(this.#file);
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
      throw readFailure(error, this.#file);
    }
  }

  /** In place of what was kept before; one after the other, so that the last one stays. @throws UserError as `save` */
  async keep(session: string): Promise<void> {
    const turn = underWay(this.#last.then(() => this.#keepNow(session)));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #keepNow(session: string): Promise<void> {
    await makeFolder(path.dirname(this.#file));
    await save(this.#file, new TextEncoder().encode(session));
  }
}
