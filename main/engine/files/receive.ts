/** Files whose bytes come in pieces, into a folder that is put in its place when all are there. */
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../contract';
import { writeFailure } from './failures';
import { makeAll } from './folder';
import { syncFolder } from './save';

export class Receiving {
  /** Where the files are until then. */
  readonly folder: string;
  readonly #files: { place: string; size: number }[];
  #next = 0;
  #open: { handle: FileHandle; place: string; left: number } | null = null;

  /**
   * @param parent where the folder will be
   * @param files in the order in which their bytes come; names are relative, with `/`
   */
  constructor(parent: string, files: readonly { name: string; size: number }[]) {
    this.folder = path.join(parent, `.receiving-${randomUUID()}`);
    this.#files = files.map(({ name, size }) => ({ place: path.join(this.folder, ...safeParts(name)), size }));
  }

  /** Bytes of the files, one after the other. @throws UserError as `writeFailure`; `bad-settings` when there are too many */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < bytes.length || this.#nextIsEmpty();) {
        this.#open ??= await this.#begin();
        const { handle, left } = this.#open;
        const part = bytes.subarray(at, at + left);
        if (part.length > 0) {
          const { bytesWritten } = await handle.write(part);
          if (bytesWritten === 0) throw Object.assign(new Error('nothing more could be written'), { code: 'ENOSPC' });
          at += bytesWritten;
          this.#open.left -= bytesWritten;
        }
        if (this.#open.left === 0) await this.#end();
      }
    } catch (error) {
      throw writeFailure(error, this.#open?.place ?? this.folder);
    }
  }

  /** How many files there are to be. */
  get count(): number {
    return this.#files.length;
  }

  /** One more file, whole. @throws UserError as `write` */
  async add(name: string, bytes: Uint8Array): Promise<void> {
    this.#files.push({ place: path.join(this.folder, ...safeParts(name)), size: bytes.length });
    await this.write(bytes);
  }

  /** Puts the folder in its place. @throws UserError `bad-settings` when bytes are missing */
  async finish(place: string): Promise<void> {
    await this.write(new Uint8Array(0)); // empty files at the end
    if (this.#open || this.#next < this.#files.length) throw new UserError('bad-settings.drop-incomplete');
    try {
      await rename(this.folder, place);
      await syncFolder(path.dirname(place));
    } catch (error) {
      throw writeFailure(error, place);
    }
  }

  /** Removes what has come. */
  async discard(): Promise<void> {
    await this.#open?.handle.close();
    this.#open = null;
    // made by this object, under a name that nobody else has
    await rm(this.folder, { recursive: true, force: true });
  }

  #nextIsEmpty(): boolean {
    return !this.#open && this.#files[this.#next]?.size === 0;
  }

  async #begin() {
    const file = this.#files[this.#next];
    if (!file) throw new UserError('bad-settings.drop-incomplete');
    await makeAll(path.dirname(file.place));
    return { handle: await open(file.place, 'wx'), place: file.place, left: file.size };
  }

  async #end(): Promise<void> {
    await this.#open!.handle.close();
    this.#open = null;
    this.#next++;
  }
}

/** A relative name as parts of a path that leads nowhere else, without what some system refuses in names. @throws UserError `bad-settings` */
export function safeParts(name: string): string[] {
  const parts = name.split(/[/\\]/).filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.includes('..')) throw new UserError('bad-settings.drop-name', { name });
  // eslint-disable-next-line no-control-regex
  return parts.map((part) => part.replace(/[\u0000-\u001f<>:"|?*]/g, '_'));
}
