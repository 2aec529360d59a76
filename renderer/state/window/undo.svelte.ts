/** What can be taken back, wherever it was changed: each change brings what undoes it. */

/** What was changed, as the catalogue names it under `undo.changes`. */
export type Changed = 'selection' | 'groups' | 'stops' | 'places' | 'flights' | 'traits' | 'hidden';

export interface Change {
  what: Changed;
  undo(): void;
  redo(): void;
}

/** Changes kept at most: far more than anyone takes back. */
const MOST_CHANGES = 200;

export class Undo {
  #done = $state.raw<readonly Change[]>([]);
  #undone = $state.raw<readonly Change[]>([]);

  /** What would be taken back, and made again; null: nothing. */
  readonly last = $derived(this.#done.at(-1)?.what ?? null);
  readonly next = $derived(this.#undone.at(-1)?.what ?? null);

  /** Makes a change, and remembers it. What was taken back before is gone. */
  make(change: Change): void {
    change.redo();
    this.#done = [...this.#done.slice(1 - MOST_CHANGES), change];
    this.#undone = [];
  }

  /** Takes back the last change; null when there is none. */
  undo(): Changed | null {
    const change = this.#done.at(-1);
    if (!change) return null;
    change.undo();
    this.#done = this.#done.slice(0, -1);
    this.#undone = [...this.#undone, change];
    return change.what;
  }

  /** Makes the change taken back last again; null when there is none. */
  redo(): Changed | null {
    const change = this.#undone.at(-1);
    if (!change) return null;
    change.redo();
    this.#undone = this.#undone.slice(0, -1);
    this.#done = [...this.#done, change];
    return change.what;
  }

  /** What was done to another model cannot be undone in this one. */
  clear(): void {
    this.#done = [];
    this.#undone = [];
  }
}
