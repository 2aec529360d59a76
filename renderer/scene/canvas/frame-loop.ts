/** What schedules frames: the browser's own pair, or a test's. */
export interface FrameClock {
  requestAnimationFrame(callback: (milliseconds: number) => void): number;
  cancelAnimationFrame(handle: number): void;
}

/** The step assumed for a first frame after rest, when there is no previous one to measure from. */
const FIRST_STEP = 1 / 60;
/** A long stall (a background tab, a debugger) must not turn into one giant leap. */
const LONGEST_STEP = 0.1;

/**
 * Frames on demand: something asks for one, and frames go on only while the callback says there is more to show.
 * An idle window costs nothing.
 */
export class FrameLoop {
  #handle: number | null = null;
  #previous: number | null = null;
  readonly #frame: (seconds: number) => boolean;
  readonly #clock: FrameClock;

  /** @param frame draws one frame, given the seconds since the last; true asks for another */
  constructor(frame: (seconds: number) => boolean, clock: FrameClock = globalThis) {
    this.#frame = frame;
    this.#clock = clock;
  }

  /** Asks for a frame; asking again before it comes changes nothing. */
  request(): void {
    this.#handle ??= this.#clock.requestAnimationFrame((now) => {
      const seconds = this.#previous === null ? FIRST_STEP : (now - this.#previous) / 1000;
      this.#handle = null;
      this.#previous = now;
      if (this.#frame(Math.min(LONGEST_STEP, Math.max(0, seconds)))) this.request();
      // asked for from within the frame counts as going on, everything else as coming to rest
      else if (this.#handle === null) this.#previous = null;
    });
  }

  stop(): void {
    if (this.#handle !== null) this.#clock.cancelAnimationFrame(this.#handle);
    this.#handle = null;
    this.#previous = null;
  }
}
