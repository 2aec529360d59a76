/** What can be taken back: each change brings what undoes it. */

export interface Change {
  undo(): void;
  redo(): void;
}

const MOST = 200;

export class Undo {
  #done = $state.raw<Change[]>([]);
  #undone = $state.raw<Change[]>([]);

  /** Whether there is anything to take back. */
  readonly possible = $derived(this.#done.length > 0);

  /** Makes a change, and remembers it. */
  make(change: Change): void {
    change.redo();
    this.#done = [...this.#done.slice(1 - MOST), change];
    this.#undone = [];
  }

  /** Takes back the last change; false when there is none. */
  undo(): boolean {
    const change = this.#done.at(-1);
    if (!change) return false;
    change.undo();
    this.#done = this.#done.slice(0, -1);
    this.#undone = [...this.#undone, change];
    return true;
  }

  /** Makes the change taken back last again; false when there is none. */
  redo(): boolean {
    const change = this.#undone.at(-1);
    if (!change) return false;
    change.redo();
    this.#undone = this.#undone.slice(0, -1);
    this.#done = [...this.#done, change];
    return true;
  }

  /** What was done to another model cannot be undone in this one. */
  clear(): void {
    this.#done = [];
    this.#undone = [];
  }
}
