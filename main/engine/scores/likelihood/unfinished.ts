/**
 * Measurements that were not done: one file each in a folder of the app's data, named by everything that they depend on. The
 * next one of the same thing goes on with it.
 */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { appData, makeFolder, save, sha256 } from '../../files';

/** Days after which nobody goes on. */
const FORGOTTEN = 30;
const DAY_MS = 86_400_000;

/** Rows of numbers, in the order in which they are measured. */
export class UnfinishedRows {
  readonly #folder: string;
  readonly #file: string;
  readonly #width: number;

  /**
   * @param identity all that the numbers depend on
   * @param width numbers a row
   */
  constructor(identity: readonly (string | number | boolean)[], width: number, home = appData()) {
    this.#folder = path.join(home, 'scoring');
    this.#file = path.join(this.#folder, `${sha256(new TextEncoder().encode(JSON.stringify(identity)))}.rows`);
    this.#width = width;
  }

  /** The rows that are there, `[n, width]`. */
  async read(): Promise<Float64Array> {
    const bytes = await readFile(this.#file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
      throw error;
    });
    const rowBytes = this.#width * Float64Array.BYTES_PER_ELEMENT;
    if (!bytes || bytes.length % rowBytes !== 0) return new Float64Array();
    return new Float64Array(new Uint8Array(bytes).buffer);
  }

  /** @throws UserError as `save` */
  async write(rows: Float64Array): Promise<void> {
    await makeFolder(this.#folder);
    await this.#forget();
    await save(this.#file, new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength));
  }

  remove(): Promise<void> {
    return rm(this.#file, { force: true });
  }

  /** Removes what was left long ago. */
  async #forget(): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      const file = path.join(this.#folder, name);
      if (Date.now() - (await stat(file)).mtimeMs > FORGOTTEN * DAY_MS) await rm(file, { force: true });
    }
  }
}
