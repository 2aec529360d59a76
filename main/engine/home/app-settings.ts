/** Settings of the app on this machine, kept in its data folder. */
import path from 'node:path';
import * as v from 'valibot';
import type { AppSettings } from '../../contract';
import { makeFolder, readText, saveJson } from '../files';

const DEFAULTS: AppSettings = { threads: null, device: 'cpu' };

const schema = v.object({
  threads: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1024))), DEFAULTS.threads),
  device: v.optional(v.picklist(['cpu', 'gpu']), DEFAULTS.device),
});

export class KeptSettings {
  readonly #file: string;
  #now: AppSettings | null = null;

  /** @param home the app's data folder */
  constructor(home: string) {
    this.#file = path.join(home, 'settings.json');
  }

  async read(): Promise<AppSettings> {
    this.#now ??= await this.#load();
    // processes started from now on inherit it, see `threads`
    process.env.LATENTSCAPE_THREADS = this.#now.threads === null ? '' : String(this.#now.threads);
    return this.#now;
  }

  /** @throws UserError as `save` */
  async change(change: Partial<AppSettings>): Promise<AppSettings> {
    const next = { ...(await this.read()), ...change };
    await makeFolder(path.dirname(this.#file));
    await saveJson(this.#file, next);
    this.#now = next;
    return this.read();
  }

  async #load(): Promise<AppSettings> {
    const text = await readText(this.#file).catch(() => '{}');
    try {
      return v.parse(schema, JSON.parse(text));
    } catch {
      console.warn(`"${this.#file}" cannot be understood: the usual settings are used.`);
      return DEFAULTS;
    }
  }
}
