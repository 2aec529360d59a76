/** What panels cover of the canvas, CSS pixels from each side. */
export interface Insets {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Time constant of the view's making way for a panel, seconds. */
const MAKING_WAY = 0.09;

/** The part of the canvas that panels leave free. The view moves into its middle, smoothly. All lengths in CSS pixels. */
export class FreePart {
  insets: Insets = { left: 0, right: 0, top: 0, bottom: 0 };
  #offset = { x: 0, y: 0 };

  /** From the middle of the canvas to that of the view, as it is now. */
  get offset(): { x: number; y: number } {
    return this.#offset;
  }

  /** Moves the view on by `seconds`; true while it is not there yet. */
  step(seconds: number): boolean {
    const to = this.#wanted;
    const kept = Math.exp(-seconds / MAKING_WAY);
    const x = to.x + (this.#offset.x - to.x) * kept;
    const y = to.y + (this.#offset.y - to.y) * kept;
    const there = Math.hypot(x - to.x, y - to.y) < 0.5;
    this.#offset = there ? to : { x, y };
    return !there;
  }

  /** Moves the view to where it belongs, at once. */
  jump(): void {
    this.#offset = this.#wanted;
  }

  get #wanted(): { x: number; y: number } {
    const { left, right, top, bottom } = this.insets;
    return { x: (left - right) / 2, y: (top - bottom) / 2 };
  }
}
