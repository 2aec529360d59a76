/** Files dropped on a page that is not told where they lie: their bytes go to the engine. */
import type { Dropped } from '../../../main/contract';
import type { Engine } from '../window/engine-client';
import type { DroppedThings, Entry } from './entries';

/** Bytes sent at a time: enough to be quick, and few enough to stay able to cancel. */
const BYTES_AT_A_TIME = 4 * 2 ** 20;

export interface Sending {
  name: string;
  /** Bytes. */
  done: number;
  total: number;
}

export class Drops {
  /** What is being sent; null when nothing is. */
  now = $state.raw<Sending | null>(null);
  #cancelled = false;
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Sends the files, one thing at a time. @returns what they are; null when it was cancelled */
  async send({ name, entries }: DroppedThings): Promise<Dropped | null> {
    if (this.now) return null;
    const total = entries.reduce((sum, { file }) => sum + file.size, 0);
    this.#cancelled = false;
    this.now = { name, done: 0, total };
    try {
      const files = entries.map((entry) => ({ name: entry.name, size: entry.file.size }));
      const id = await this.#engine.beginDrop(name.replace(/\.\w{1,5}$/, ''), files);
      for await (const bytes of bytesOf(entries)) {
        if (this.#cancelled) {
          await this.#engine.cancelDrop(id);
          return null;
        }
        await this.#engine.dropBytes(id, bytes);
        this.now = { name, done: this.now.done + bytes.length, total };
      }
      return await this.#engine.endDrop(id);
    } finally {
      this.now = null;
    }
  }

  cancel(): void {
    this.#cancelled = true;
  }
}

/** The bytes of all files, one after the other, in pieces of about the same size whatever the files' sizes. */
async function* bytesOf(entries: readonly Entry[]): AsyncGenerator<Uint8Array> {
  const piece = new Uint8Array(BYTES_AT_A_TIME);
  let filled = 0;
  for (const { file } of entries) {
    for (let at = 0; at < file.size;) {
      const part = new Uint8Array(await file.slice(at, at + BYTES_AT_A_TIME - filled).arrayBuffer());
      piece.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < BYTES_AT_A_TIME) continue;
      yield piece.slice();
      filled = 0;
    }
  }
  if (filled > 0) yield piece.slice(0, filled);
}
