/** Shares of the full resolution, best first. */
const STEPS = [1, 0.75, 0.55, 0.4, 0.3];
/**
 * What is expected of who draws: a frame that takes longer than so many seconds is late, and so many of the last few may
 * be; the step that flights begin at; and the quick frames in a row before more pixels are tried. Graphics hardware gives
 * sharpness up last. A processor has none to spare: it begins coarsely, and aims at a display's usual pace.
 */
const EXPECTED = {
  hardware: { late: 1 / 24, most: 2, first: 0, patience: 30 },
  processor: { late: 1 / 48, most: 1, first: 2, patience: 90 },
};
/** Frames that come this often leave room for more pixels, seconds. */
const QUICK = 1 / 50;
/** Frames that are looked back at. */
const RECENT_FRAMES = 8;

/**
 * Trades sharpness for fluency while flying where drawing is slow: processors without a graphics card, huge screens.
 * At rest the picture is always sharp; where drawing is quick, nothing ever changes.
 */
export class Resolution {
  readonly #drawnBy: keyof typeof EXPECTED;
  readonly #late: number;
  readonly #mostLate: number;
  #step: number;
  /** Whether each of the last frames was late. */
  #recent: boolean[] = [];
  #quick = 0;
  /** Quick frames asked for before trying more pixels; doubles whenever that turned out too much. */
  #patience: number;
  #tried = false;

  constructor(drawnBy: keyof typeof EXPECTED) {
    const { late, most, first, patience } = EXPECTED[drawnBy];
    this.#drawnBy = drawnBy;
    this.#late = late;
    this.#mostLate = most;
    this.#step = first;
    this.#patience = patience;
  }

  /** Share of the full resolution to draw the next moving frame with, 0..1. */
  get share(): number {
    return STEPS[this.#step];
  }

  /**
   * The same for the first frame out of rest. Where a processor draws, that frame is as cheap as can be: it also has to
   * show the new face in time, and the difference cannot be seen in a single frame.
   */
  get firstShare(): number {
    return this.#drawnBy === 'hardware' || this.#step === 0 ? this.share : STEPS[STEPS.length - 1];
  }

  /** Takes note of the time between two frames in flight, seconds. */
  note(seconds: number): void {
    this.#recent = [...this.#recent, seconds > this.#late].slice(-RECENT_FRAMES);
    this.#quick = seconds < QUICK ? this.#quick + 1 : 0;
    if (this.#recent.filter(Boolean).length > this.#mostLate && this.#step < STEPS.length - 1) {
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
    this.#recent = [];
    this.#quick = 0;
  }
}
