/**
 * Smooth motion that does not depend on the frame rate: every step is the exact solution over `seconds`, so the same
 * input held for the same time ends at the same place at 20 or at 144 frames per second.
 */

/** Below this share of a unit nothing visible moves any more: settle, so that rendering can stop. */
const STILL = 1e-4;

/** A velocity that eases towards a target: a key held down, a stick pushed. Units per second, scaled by the caller. */
export class Velocity {
  #velocity = 0;

  /** @param ease time constant in seconds: after it 63 % of a change of target has happened; 0 follows at once */
  constructor(public ease: number) {}

  /** Advances by `seconds` and returns the distance covered. `target`: the speed to approach. */
  step(target: number, seconds: number): number {
    const gap = this.#velocity - target;
    if (this.ease === 0 || Math.abs(gap) < STILL) {
      this.#velocity = target;
      return target * seconds;
    }
    // v' = (target − v) / ease, integrated
    const kept = Math.exp(-seconds / this.ease);
    this.#velocity = target + gap * kept;
    return target * seconds + gap * this.ease * (1 - kept);
  }

  get moving(): boolean {
    return this.#velocity !== 0;
  }

  halt(): void {
    this.#velocity = 0;
  }
}

/** A distance still to be covered, paid out smoothly: a drag, a turn of the wheel. All of what is added arrives. */
export class Glide {
  #left = 0;

  /** @param ease time constant in seconds; 0 pays out at once */
  constructor(public ease: number) {}

  add(distance: number): void {
    this.#left += distance;
  }

  /** Advances by `seconds` and returns the part of the distance due now. */
  step(seconds: number): number {
    if (this.#left === 0) return 0;
    const due =
      this.ease === 0 || Math.abs(this.#left) < STILL ? this.#left : this.#left * (1 - Math.exp(-seconds / this.ease));
    this.#left -= due;
    return due;
  }

  get moving(): boolean {
    return this.#left !== 0;
  }

  halt(): void {
    this.#left = 0;
  }
}
