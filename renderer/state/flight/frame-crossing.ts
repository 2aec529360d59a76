import type { Vec3 } from '../../scene/camera/pose';

/** Milliseconds after which a journey between two frames is over even on a slow computer, or was interrupted. */
const LONGEST = 4000;

/**
 * On the way from a place in one frame to where its code lies in another. Places in between mean nothing: until one has
 * arrived, the destination counts.
 */
export class FrameCrossing {
  #destination: Vec3 | null = null;
  /** How far that still is. */
  #left = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #arrived: () => void;

  /** @param arrived the journey took too long: wherever one is counts from now on */
  constructor(arrived: () => void) {
    this.#arrived = arrived;
  }

  /** Null when places mean what they are. */
  get destination(): Vec3 | null {
    return this.#destination;
  }

  begin(destination: Vec3): void {
    this.end();
    this.#destination = destination;
    this.#left = Infinity;
    this.#timer = setTimeout(() => {
      this.end();
      this.#arrived();
    }, LONGEST);
  }

  /** Takes note of a place; true while it is one on the way. Whoever flies elsewhere has taken over. */
  passes(position: Vec3): boolean {
    const to = this.#destination;
    if (!to) return false;
    const left = Math.hypot(...position.map((x, k) => x - to[k]));
    const onTheWay = left > 0 && left <= this.#left;
    this.#left = left;
    if (!onTheWay) this.end();
    return onTheWay;
  }

  end(): void {
    this.#destination = null;
    clearTimeout(this.#timer);
  }
}
