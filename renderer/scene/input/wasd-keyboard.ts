import type { Vec3 } from '../camera/pose';

/** What a key pushes along: to the right, up, forward, turn left, look up. */
type Axis = 0 | 1 | 2 | 3 | 4;

/** By place on the keyboard, not by letter: the same hand position on every layout. */
const PUSHES: Record<string, [Axis, 1 | -1]> = {
  KeyD: [0, 1],
  ArrowRight: [0, 1],
  KeyA: [0, -1],
  ArrowLeft: [0, -1],
  KeyE: [1, 1],
  Space: [1, 1],
  KeyQ: [1, -1],
  KeyC: [1, -1],
  KeyW: [2, 1],
  ArrowUp: [2, 1],
  KeyS: [2, -1],
  ArrowDown: [2, -1],
  KeyJ: [3, 1],
  KeyL: [3, -1],
  KeyI: [4, 1],
  KeyK: [4, -1],
};

/** Where keys have a meaning of their own: text everywhere, and whatever a dialog does. */
const TYPING = 'input, textarea, select, [contenteditable]:not([contenteditable="false"]), dialog, [role="dialog"]';
/** Controls that answer to the keys below and to no letters. */
const CONTROL = 'button, a[href], summary, [role="button"], [role="tab"], [role="option"], [role="slider"], [tabindex]';
const CONTROL_KEYS = /^(Space|Enter|Arrow\w+)$/;

/** The keys held down for flying. Keys pressed while typing, with Ctrl, Alt or Meta, or already handled are not ours. */
export class Keyboard {
  readonly #held = new Set<string>();
  #fast = false;
  readonly #listeners = new AbortController();

  /**
   * @param page receives the key events and the blur that releases all keys: the window
   * @param canvas keys are never a control's while this has the focus
   * @param change called when what is held changes
   * @param actions what single keys do when pressed, by code
   */
  constructor(page: EventTarget, canvas: EventTarget, change: () => void, actions: Record<string, () => void>) {
    const { signal } = this.#listeners;
    const down = (event: Event) => {
      const key = event as KeyboardEvent;
      this.#fast = key.shiftKey;
      if (key.defaultPrevented || key.ctrlKey || key.metaKey || key.altKey) return;
      if (key.target !== canvas && isTaken(key.target, key.code)) return;
      if (key.code in actions) {
        if (!key.repeat) actions[key.code]();
      } else if (key.code in PUSHES) {
        this.#held.add(key.code);
        change();
      } else return;
      // the page must not scroll under the flight
      key.preventDefault();
    };
    const up = (event: Event) => {
      const key = event as KeyboardEvent;
      this.#fast = key.shiftKey;
      if (this.#held.delete(key.code)) change();
    };
    const release = () => {
      this.#fast = false;
      if (this.#held.size === 0) return;
      this.#held.clear();
      change();
    };
    page.addEventListener('keydown', down, { signal });
    page.addEventListener('keyup', up, { signal });
    page.addEventListener('blur', release, { signal });
  }

  /** Right, up, forward, each −1, 0 or 1. */
  get move(): Vec3 {
    return [this.#push(0), this.#push(1), this.#push(2)];
  }

  /** Turn left and look up, each −1, 0 or 1. */
  get turn(): [number, number] {
    return [this.#push(3), this.#push(4)];
  }

  /** Shift is held. */
  get fast(): boolean {
    return this.#fast;
  }

  get active(): boolean {
    return this.#held.size > 0;
  }

  dispose(): void {
    this.#listeners.abort();
    this.#held.clear();
  }

  #push(axis: Axis): number {
    let sum = 0;
    for (const code of this.#held) if (PUSHES[code][0] === axis) sum += PUSHES[code][1];
    return Math.sign(sum);
  }
}

function isTaken(target: EventTarget | null, code: string): boolean {
  const element = target as Partial<Element> | null;
  if (!element?.closest) return false;
  return element.closest(TYPING) != null || (CONTROL_KEYS.test(code) && element.closest(CONTROL) != null);
}
