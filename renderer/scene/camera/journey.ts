import { between, shortestTurn, type Pose } from './pose';

/** Slow, fast, slow: t²·(3 − 2t) once more over itself, flat at both ends, 0..1 → 0..1. */
export function ease(t: number): number {
  const s = t * t * (3 - 2 * t);
  return s * s * (3 - 2 * s);
}

/** A flight from one pose to another that arrives exactly, in a time that grows gently with the distance. */
export class Journey {
  #elapsed = 0;
  readonly seconds: number;

  /** @param seconds how long it takes; absent: as long as suits the distance */
  constructor(
    readonly from: Pose,
    readonly to: Pose,
    seconds?: number,
  ) {
    const [dx, dy, dz] = [0, 1, 2].map((i) => to.focus[i] - from.focus[i]);
    // distances are felt relative to how closely one looks, and doubling one should not double the wait
    const steps = Math.hypot(dx, dy, dz) / Math.min(from.reach, to.reach);
    const zoom = Math.abs(Math.log2(to.reach / from.reach));
    const turn = Math.hypot(shortestTurn(from.yaw, to.yaw), to.pitch - from.pitch);
    this.seconds = seconds ?? Math.min(1.6, 0.35 + 0.16 * Math.log2(1 + steps) + 0.12 * zoom + 0.15 * turn);
  }

  /** Advances by `seconds` and returns the pose of that moment. */
  step(seconds: number): Pose {
    this.#elapsed += seconds;
    return between(this.from, this.to, this.done ? 1 : ease(this.#elapsed / this.seconds));
  }

  get done(): boolean {
    return this.#elapsed >= this.seconds;
  }
}
