/** Lists in the app's data folder: what people would miss, but the app can do without. */
import path from 'node:path';
import * as v from 'valibot';
import { UserError } from '../../contract';
import { hold, makeFolder, readFailure, readText, save, underWay } from '../files';
import { setAside } from './set-aside';

/** Another process holds a list for as long as it writes one. */
const PATIENCE_MS = 5000;

interface Found<Entry> {
  entries: Entry[];
  /** The file as it was; null where there is none. */
  text: string | null;
  /** Something in it could not be understood, and was left out. */
  damaged: boolean;
}

/**
 * A list in a file `{ <name>: [...] }`. It changes by changes, one after the other over all windows and all processes, so
 * none is lost. An entry that makes no sense is left out, alone; before the file is written anew, a copy with it is
 * put beside it.
 */
export class KeptList<Entry> {
  readonly #file: string;
  readonly #name: string | null;
  readonly #entry: v.GenericSchema<unknown, Entry>;
  readonly #about: Record<string, unknown>;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param file may not exist yet, nor its folder
   * @param name of the list in it; null: the file is the list
   * @param entry what one entry has to be
   * @param about what else the file says
   */
  constructor(
    file: string,
    name: string | null,
    entry: v.GenericSchema<unknown, Entry>,
    about: Record<string, unknown> = {},
  ) {
    this.#file = file;
    this.#name = name;
    this.#entry = entry;
    this.#about = about;
  }

  /** With every change that was asked for before. @throws UserError `no-access` | `not-found` when the file is there and cannot be read */
  async read(): Promise<Entry[]> {
    await this.#last;
    const { entries, damaged } = await this.#find();
    if (damaged) console.warn(`"${this.#file}" holds something that cannot be understood, which is left out.`);
    return entries;
  }

  /**
   * @param alter the list it gets, altered; throws to leave it as it is
   * @returns the list as it is then
   * @throws UserError as `read` and `save`, and what `alter` throws
   */
  async change(alter: (entries: Entry[]) => Entry[]): Promise<Entry[]> {
    const turn = underWay(this.#last.then(() => this.#changeNow(alter)));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #changeNow(alter: (entries: Entry[]) => Entry[]): Promise<Entry[]> {
    const release = await hold('list', this.#file, PATIENCE_MS);
    if (!release) throw new UserError('busy.list', { path: this.#file });
    try {
      const { entries, text, damaged } = await this.#find();
      const list = alter(entries);
      await makeFolder(path.dirname(this.#file));
      if (damaged) await setAside(this.#file, text!);
      const content = this.#name === null ? list : { ...this.#about, [this.#name]: list };
      await save(this.#file, new TextEncoder().encode(JSON.stringify(content) + '\n'));
      return list;
    } finally {
      await release();
    }
  }

  async #find(): Promise<Found<Entry>> {
    let text: string;
    try {
      text = await readText(this.#file);
    } catch (error) {
      const nothing = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
      if (nothing) return { entries: [], text: null, damaged: false };
      throw readFailure(error, this.#file); // there may be much in it: it is not written over
    }
    let list: unknown;
    try {
      const content: unknown = JSON.parse(text);
      list = this.#name === null ? content : (content as Record<string, unknown> | null)?.[this.#name];
    } catch {
      list = null;
    }
    if (!Array.isArray(list)) return { entries: [], text, damaged: true };
    const results = list.map((entry) => v.safeParse(this.#entry, entry));
    const entries = results.filter((result) => result.success).map(({ output }) => output);
    return { entries, text, damaged: entries.length < list.length };
  }
}
