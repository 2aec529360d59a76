/** Shares of the full resolution, best first. */
const STEPS = [1, 0.75, 0.55, 0.4];
/** Frames should come at least this often, seconds. */
const SLOW = 1 / 24;
/** Frames that come this often leave room for more pixels, seconds. */
const QUICK = 1 / 50;
/** Frames that must agree before anything changes: one late frame is no trend. */
const AGREEING_SLOW = 3;
const AGREEING_QUICK = 30;

/**
 * Trades sharpness for fluency while flying where drawing is slow: processors without a graphics card, huge screens.
 * At rest the picture is always sharp; where drawing is quick, nothing ever changes.
 */
export class Resolution {
  #step = 0;
  #slow = 0;
  #quick = 0;
  /** Quick frames asked for before trying more pixels; doubles whenever that turned out too much. */
  #patience = AGREEING_QUICK;
  #tried = false;

  /** Share of the full resolution to draw the next moving frame with, 0..1. */
  get share(): number {
    return STEPS[this.#step];
  }

  /** Takes note of the time between two frames in flight, seconds. */
  note(seconds: number): void {
    this.#slow = seconds > SLOW ? this.#slow + 1 : 0;
    this.#quick = seconds < QUICK ? this.#quick + 1 : 0;
    if (this.#slow >= AGREEING_SLOW && this.#step < STEPS.length - 1) {
      if (this.#tried) this.#patience *= 2;
      this.#change(1);
      this.#tried = false;
    } else if (this.#quick >= this.#patience && this.#step > 0) {
      this.#change(-1);
      this.#tried = true;
    }
  }

  #change(by: 1 | -1): void {
    this.#step += by;
    this.#slow = this.#quick = 0;
  }
}
