import type { Vec3 } from '../camera/pose';

/** What a gamepad pushes, each −1..1: right, up, forward; turn left, look up. */
export interface PadPush {
  move: Vec3;
  turn: [number, number];
  fast: boolean;
}

/** Sticks at rest are never quite at 0. */
const DEAD_ZONE = 0.15;
/** How often a connected pad is looked at while nothing moves, milliseconds. It sends no events of its own. */
const LOOK_EVERY = 50;

const UNTOUCHED: PadPush = { move: [0, 0, 0], turn: [0, 0], fast: false };

/**
 * The push of one pad in the standard layout: left stick flies, right stick turns, triggers sink and rise, a shoulder
 * button is fast. Pads without a standard layout are left alone: their buttons could mean anything.
 */
export function pushOf(pad: Pick<Gamepad, 'mapping' | 'axes' | 'buttons'>): PadPush {
  if (pad.mapping !== 'standard') return UNTOUCHED;
  const button = (i: number) => pad.buttons[i]?.value ?? 0;
  const [x, y, turn, tilt] = [0, 1, 2, 3].map((i) => stick(pad.axes[i] ?? 0));
  return {
    move: [x, button(7) - button(6), 0 - y],
    turn: [0 - turn, 0 - tilt],
    fast: button(4) > 0 || button(5) > 0,
  };
}

/** Nothing in the dead zone, then from 0 on, finer for small pushes. */
function stick(value: number): number {
  const beyond = Math.max(0, Math.abs(value) - DEAD_ZONE) / (1 - DEAD_ZONE);
  return Math.sign(value) * Math.min(1, beyond) ** 2;
}

/** The first connected gamepad that pushes anything. */
export class Gamepads {
  #push = UNTOUCHED;
  #pressed = false;
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #listeners = new AbortController();
  readonly #pads: () => readonly (Gamepad | null)[];
  readonly #press: () => void;

  /**
   * @param page tells when pads come and go: the window
   * @param pads the pads as they are now
   * @param wake a pad began to push
   * @param press its main button was pressed
   */
  constructor(page: EventTarget, pads: () => readonly (Gamepad | null)[], wake: () => void, press: () => void) {
    this.#pads = pads;
    this.#press = press;
    const watch = () => {
      clearInterval(this.#timer);
      this.#timer = undefined;
      this.#push = UNTOUCHED;
      if (!pads().some((pad) => pad?.connected)) return;
      this.#timer = setInterval(() => {
        if (!this.active && this.look()) wake();
      }, LOOK_EVERY);
    };
    page.addEventListener('gamepadconnected', watch, { signal: this.#listeners.signal });
    page.addEventListener('gamepaddisconnected', watch, { signal: this.#listeners.signal });
    watch();
  }

  /** What is pushed, as of the last look. */
  get push(): PadPush {
    return this.#push;
  }

  get active(): boolean {
    return this.#push !== UNTOUCHED;
  }

  /** Reads the pads; true when one pushes. */
  look(): boolean {
    if (this.#timer === undefined) return false;
    const pads = this.#pads().filter((pad) => pad !== null);
    const pressed = pads.some((pad) => pad.mapping === 'standard' && pad.buttons[0]?.pressed);
    if (pressed && !this.#pressed) this.#press();
    this.#pressed = pressed;
    this.#push = pads.map(pushOf).find(({ move, turn }) => [...move, ...turn].some((push) => push !== 0)) ?? UNTOUCHED;
    return this.active;
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#push = UNTOUCHED;
    this.#listeners.abort();
  }
}
