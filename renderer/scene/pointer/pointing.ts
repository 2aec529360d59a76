import type { Point } from './lasso';

/** Follows which face the pointer is over: one search at a time, and again while the pointer has moved on. */
export class Pointing {
  readonly #find: (x: number, y: number) => Promise<number | null>;
  readonly #found: (face: number | null) => void;
  /** Where the pointer rests, CSS pixels of the canvas, null: nowhere. What lies under it may change all the same. */
  #at: Point | null = null;
  #searching = false;

  /**
   * @param find the face at a point
   * @param found told the outcome of each search, for where the pointer is by then
   */
  constructor(find: (x: number, y: number) => Promise<number | null>, found: (face: number | null) => void) {
    this.#find = find;
    this.#found = found;
  }

  /** The pointer is there now. */
  move(at: Point | null): void {
    this.#at = at;
    void this.#search();
  }

  /** The view has changed under the pointer. */
  look(): void {
    if (this.#at) void this.#search();
  }

  async #search(): Promise<void> {
    if (this.#searching) return;
    this.#searching = true;
    let at: Point | null;
    let face: number | null;
    try {
      do {
        at = this.#at;
        face = at && (await this.#find(at.x, at.y));
      } while (at !== this.#at);
    } finally {
      this.#searching = false;
    }
    this.#found(face);
  }
}
