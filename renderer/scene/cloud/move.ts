import type { CloudScale } from './cloud-scale';
import { ease } from '../camera/journey';

/** Seconds in which the faces of a cloud move to other places. */
export const MOVE_SECONDS = 0.9;

/** The faces of a cloud on their way from one set of places to another, along straight lines, all at once. */
export class Move {
  #elapsed = 0;

  /**
   * @param from `[count, 3]`
   * @param to as large
   */
  constructor(
    readonly from: Float32Array,
    readonly to: Float32Array,
    readonly fromScale: CloudScale,
    readonly toScale: CloudScale,
  ) {}

  /** Advances by `seconds`, writes where the faces are then to `positions`, and returns how large they are. */
  step(seconds: number, positions: Float32Array): CloudScale {
    this.#elapsed += seconds;
    if (this.done) {
      positions.set(this.to);
      return this.toScale;
    }
    const share = ease(this.#elapsed / MOVE_SECONDS);
    const { from, to, fromScale, toScale } = this;
    for (let i = 0; i < positions.length; i++) positions[i] = from[i] + (to[i] - from[i]) * share;
    const between = (key: keyof CloudScale) => fromScale[key] + (toScale[key] - fromScale[key]) * share;
    return {
      radius: between('radius'),
      spacing: between('spacing'),
      faceSize: between('faceSize'),
      closeUp: between('closeUp'),
    };
  }

  get done(): boolean {
    return this.#elapsed >= MOVE_SECONDS;
  }
}
