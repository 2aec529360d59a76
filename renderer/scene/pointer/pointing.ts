import { Newest } from '../../scheduling/newest';
import type { Point } from './lasso';

/** Follows which face the pointer is over: one search at a time, and again while the pointer has moved on. */
export class Pointing {
  /** Where the pointer rests, CSS pixels of the canvas, null: nowhere. What lies under it may change all the same. */
  #at: Point | null = null;
  readonly #searches: Newest<Point | null, number | null>;

  /**
   * @param find the face at a point
   * @param found told the outcome of each search, for where the pointer is by then
   */
  constructor(find: (x: number, y: number) => Promise<number | null>, found: (face: number | null) => void) {
    this.#searches = new Newest({
      ask: async (at) => at && find(at.x, at.y),
      done: (face, _, newest) => {
        if (newest) found(face);
      },
      // the graphics context is gone, or a fault of ours: the next movement searches again
      failed: (error) => console.error(error),
    });
  }

  /** The pointer is there now. */
  move(at: Point | null): void {
    this.#at = at;
    this.#searches.want(at);
  }

  /** The view has changed under the pointer. */
  look(): void {
    if (this.#at) this.#searches.want(this.#at);
  }
}
