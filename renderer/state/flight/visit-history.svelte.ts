/** Kept at most: far more than anyone steps back through. */
const MOST_VISITS = 200;

/** The places one has been to, to step back and forward through like the pages of a browser. */
export class VisitHistory<T> {
  #places = $state.raw<readonly T[]>([]);
  #at = $state(-1);
  readonly canGoBack = $derived(this.#at > 0);
  readonly canGoForward = $derived(this.#at < this.#places.length - 1);
  /** Where one came to rest last. */
  readonly now = $derived(this.#places[this.#at] ?? null);
  readonly #same: (a: T, b: T) => boolean;

  /** @param same whether two places are one to people: then the later takes the other's turn */
  constructor(same: (a: T, b: T) => boolean) {
    this.#same = same;
  }

  /** Notes an arrival. A new place ends what lay ahead. */
  visit(place: T): void {
    const again = this.#at >= 0 && this.#same(this.#places[this.#at], place);
    if (again) this.#places = this.#places.with(this.#at, place);
    else {
      this.#places = [...this.#places.slice(0, this.#at + 1), place].slice(-MOST_VISITS);
      this.#at = this.#places.length - 1;
    }
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
