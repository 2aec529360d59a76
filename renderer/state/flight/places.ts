/** Kept at most: far more than anyone steps back through. */
const MOST = 200;

/** The places one has been to, to step back and forward through like the pages of a browser. */
export class Places<T> {
  #places: T[] = [];
  #at = -1;
  readonly #same: (a: T, b: T) => boolean;

  /** @param same whether two places are one to people: then the later takes the other's turn */
  constructor(same: (a: T, b: T) => boolean) {
    this.#same = same;
  }

  /** Notes an arrival. A new place ends what lay ahead. */
  visit(place: T): void {
    if (this.#at >= 0 && this.#same(this.#places[this.#at], place)) {
      this.#places[this.#at] = place;
      return;
    }
    this.#places.splice(this.#at + 1, Infinity, place);
    if (this.#places.length > MOST) this.#places.shift();
    this.#at = this.#places.length - 1;
  }

  get canGoBack(): boolean {
    return this.#at > 0;
  }

  get canGoForward(): boolean {
    return this.#at < this.#places.length - 1;
  }

  /** The place before this one, null at the first. */
  back(): T | null {
    return this.canGoBack ? this.#places[--this.#at] : null;
  }

  /** The place one stepped back from, null at the last. */
  forward(): T | null {
    return this.canGoForward ? this.#places[++this.#at] : null;
  }

  /** Forgets all. */
  clear(): void {
    this.#places = [];
    this.#at = -1;
  }
}
