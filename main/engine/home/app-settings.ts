/** Settings of the app on this machine, kept in its data folder. */
import path from 'node:path';
import * as v from 'valibot';
import { type AppSettings, UserError } from '../../contract';
import { hold, makeFolder, readFailure, readText, saveJson, underWay } from '../files';
import { setAside } from './set-aside';

const DEFAULTS: AppSettings = { threads: null, device: 'cpu' };

/** Another instance holds the settings for as long as it writes them. */
const PATIENCE_MS = 5000;

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

  /** What another instance has changed meanwhile stays. @throws UserError as `save`, `busy` */
  change(change: Partial<AppSettings>): Promise<AppSettings> {
    return underWay(this.#changeNow(change));
  }

  async #changeNow(change: Partial<AppSettings>): Promise<AppSettings> {
    const release = await hold('list', this.#file, PATIENCE_MS);
    if (!release) throw new UserError('busy.list', { path: this.#file });
    try {
      const { settings, damaged } = await this.#find();
      const next = { ...settings, ...change };
      await makeFolder(path.dirname(this.#file));
      if (damaged !== null) await setAside(this.#file, damaged);
      await saveJson(this.#file, next);
      this.#now = next;
    } finally {
      await release();
    }
    return this.read();
  }

  async #load(): Promise<AppSettings> {
    const { settings, damaged } = await this.#find();
    if (damaged !== null) console.warn(`"${this.#file}" cannot be understood: the usual settings are used.`);
    return settings;
  }

  /** `damaged`: what the file holds that is no settings. @throws UserError when it is there and cannot be read */
  async #find(): Promise<{ settings: AppSettings; damaged: string | null }> {
    let text: string;
    try {
      text = await readText(this.#file);
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''))
        return { settings: DEFAULTS, damaged: null };
      throw readFailure(error, this.#file);
    }
    try {
      return { settings: v.parse(schema, JSON.parse(text)), damaged: null };
    } catch {
      return { settings: DEFAULTS, damaged: text };
    }
  }
}
