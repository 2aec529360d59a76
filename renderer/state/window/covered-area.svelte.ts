/** What panels cover of the space, so that the view can be centred in the rest. */
import type { Attachment } from 'svelte/attachments';
import type { Area } from '../../scene/cloud/visibility';

type Side = 'left' | 'right';

/** Kept free between the panels however narrow the window is, CSS pixels: a view needs a middle. */
const LEAST_FREE = 160;

/** Inside of a panel's rounded corners, CSS pixels: those of 16 are off its sides by 16·(1 − 1/√2). */
const CORNER = 5;

export class CoveredArea {
  /** CSS pixels from each side of the window. */
  left = $state(0);
  right = $state(0);
  /** What no look goes through, CSS pixels of the window. */
  solid = $state.raw<Area[]>([]);
  #width = $state(document.documentElement.clientWidth);
  /** From the left of the window to the middle of what is free, CSS pixels. */
  readonly centre = $derived((this.left + this.#width - this.right) / 2);
  /** How wide what is free is, CSS pixels. */
  readonly free = $derived(this.#width - this.left - this.right);

  #panels: { panel: HTMLElement; side: Side; solid: boolean }[] = [];
  readonly #observer = new ResizeObserver(() => this.#measure());

  constructor() {
    this.#observer.observe(document.documentElement);
  }

  /**
   * For panels at a side of the window: `{@attach coveredArea.by('left')}`.
   * @param solid it never fades or moves: nothing behind it need be drawn
   */
  by(side: Side, { solid = false } = {}): Attachment<HTMLElement> {
    return (panel) => {
      this.#panels.push({ panel, side, solid });
      this.#observer.observe(panel);
      this.#measure();
      return () => {
        this.#panels = this.#panels.filter((other) => other.panel !== panel);
        this.#observer.unobserve(panel);
        this.#measure();
      };
    };
  }

  #measure(): void {
    const width = document.documentElement.clientWidth;
    let left = 0;
    let right = 0;
    for (const { panel, side } of this.#panels) {
      // where a panel comes to rest, not where its entrance has it now
      if (side === 'left') left = Math.max(left, panel.offsetLeft + panel.offsetWidth);
      else right = Math.max(right, width - panel.offsetLeft);
    }
    this.#width = width;
    const fits = left + right + LEAST_FREE <= width;
    this.left = fits ? left : 0;
    this.right = fits ? right : 0;
    this.solid = this.#panels
      .filter(({ solid }) => solid)
      .map(({ panel: { offsetLeft, offsetTop, offsetWidth, offsetHeight } }) => ({
        left: offsetLeft + CORNER,
        top: offsetTop + CORNER,
        right: offsetLeft + offsetWidth - CORNER,
        bottom: offsetTop + offsetHeight - CORNER,
      }));
  }
}
