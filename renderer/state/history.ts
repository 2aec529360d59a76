/** Steps kept at most: far more than anyone takes back. */
const MOST = 100;

/** What people have changed, to be taken back and done again. `T` is the whole of it at one time, never altered. */
export class History<T> {
  #past: T[] = [];
  #future: T[] = [];

  /** Notes the state before a change. What was taken back before is gone. */
  note(before: T): void {
    this.#past.push(before);
    if (this.#past.length > MOST) this.#past.shift();
    this.#future = [];
  }

  /** The state before the last change, null when there is none. @param now the state to come back to */
  undo(now: T): T | null {
    const state = this.#past.pop();
    if (state === undefined) return null;
    this.#future.push(now);
    return state;
  }

  /** The state that was taken back last, null when there is none. */
  redo(now: T): T | null {
    const state = this.#future.pop();
    if (state === undefined) return null;
    this.#past.push(now);
    return state;
  }

  clear(): void {
    this.#past = [];
    this.#future = [];
  }
}
