/** Gestures on the canvas. Distances in CSS pixels. */
export interface GestureHandler {
  /** Dragged: the view is to follow the hand. */
  look(dx: number, dy: number): void;
  /** Dragged with the right button or Alt: the space is to turn around the reticle. */
  orbit(dx: number, dy: number): void;
  /** Dragged with the middle button or two fingers: pans. */
  pan(dx: number, dy: number): void;
  /** Wheel or two fingers on a trackpad; positive is to the right and away from oneself. */
  scroll(dx: number, dy: number): void;
  /** Pinched: the logarithm of the factor by which things are to grow. */
  pinch(growth: number): void;
  /** Moved while the pointer is captured (free look): like a head that turns. */
  steer(dx: number, dy: number): void;
  tap(at: { x: number; y: number }): void;
  /** Tapped while the pointer is captured: it has no place of its own. */
  tapReticle(): void;
  /** The pointer rests over a point of the canvas, or nowhere. */
  hover(at: { x: number; y: number } | null): void;
  /** Something is being dragged, or no longer. */
  dragging(on: boolean): void;
}

type Drag = 'look' | 'orbit' | 'pan';

/** Movement below this is a tap by an unsteady hand. */
const TAP_SLACK = 5;
const LINE_PIXELS = 16;
/** A trackpad pinch arrives as wheel turns with Ctrl; this share of a turn's pixels is growth. */
const PINCH_GROWTH = 0.012;

/** Turns pointer and wheel events of a canvas into gestures, for mouse, pen, trackpad and fingers alike. */
export class Gestures {
  readonly #canvas: HTMLCanvasElement;
  readonly #on: GestureHandler;
  readonly #listeners = new AbortController();
  readonly #pointers = new Map<number, { x: number; y: number }>();
  #drag: Drag = 'look';
  /** Pixels moved since the first pointer went down; null after a second one joined: no longer a tap. */
  #moved: number | null = null;
  #dragging = false;

  constructor(canvas: HTMLCanvasElement, on: GestureHandler) {
    this.#canvas = canvas;
    this.#on = on;
    const { signal } = this.#listeners;
    canvas.addEventListener('pointerdown', (event) => this.#down(event), { signal });
    canvas.addEventListener('pointermove', (event) => this.#move(event), { signal });
    canvas.addEventListener('pointerup', (event) => this.#up(event, true), { signal });
    canvas.addEventListener('pointercancel', (event) => this.#up(event, false), { signal });
    canvas.addEventListener('pointerleave', () => on.hover(null), { signal });
    canvas.addEventListener('wheel', (event) => this.#wheel(event), { signal, passive: false });
    canvas.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
  }

  dispose(): void {
    this.#listeners.abort();
  }

  #down(event: PointerEvent): void {
    // no text selection, no auto-scroll; the keyboard comes along
    event.preventDefault();
    this.#canvas.focus({ preventScroll: true });
    if (this.#captured()) return this.#on.tapReticle();
    this.#canvas.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    this.#moved = this.#pointers.size === 1 ? 0 : null;
    this.#drag = event.button === 1 ? 'pan' : event.button === 2 || event.altKey ? 'orbit' : 'look';
  }

  #move(event: PointerEvent): void {
    if (this.#captured()) return this.#on.steer(event.movementX, event.movementY);
    const pointer = this.#pointers.get(event.pointerId);
    if (!pointer) {
      if (event.pointerType !== 'touch') this.#on.hover({ x: event.offsetX, y: event.offsetY });
      return;
    }
    const before = this.#spread();
    const [dx, dy] = [event.offsetX - pointer.x, event.offsetY - pointer.y];
    if (dx === 0 && dy === 0) return;
    pointer.x = event.offsetX;
    pointer.y = event.offsetY;
    if (this.#pointers.size > 1) {
      const after = this.#spread();
      this.#on.pan(after.x - before.x, after.y - before.y);
      if (before.size > 0 && after.size > 0) this.#on.pinch(Math.log(after.size / before.size));
      return;
    }
    if (this.#moved !== null) {
      this.#moved += Math.hypot(dx, dy);
      if (this.#moved < TAP_SLACK) return;
      this.#moved = null;
      this.#dragging = true;
      this.#on.hover(null);
      this.#on.dragging(true);
    }
    this.#on[this.#drag](dx, dy);
  }

  #up(event: PointerEvent, lifted: boolean): void {
    if (!this.#pointers.delete(event.pointerId)) return;
    if (lifted && this.#moved !== null && event.button === 0) this.#on.tap({ x: event.offsetX, y: event.offsetY });
    this.#moved = null;
    if (!this.#dragging || this.#pointers.size > 0) return;
    this.#dragging = false;
    this.#on.dragging(false);
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? LINE_PIXELS : event.deltaMode === 2 ? this.#canvas.clientHeight : 1;
    if (event.ctrlKey) this.#on.pinch(-event.deltaY * unit * PINCH_GROWTH);
    else this.#on.scroll(event.deltaX * unit, -event.deltaY * unit);
  }

  /** Middle of the first two fingers and the distance between them. */
  #spread(): { x: number; y: number; size: number } {
    const [a, b = a] = [...this.#pointers.values()];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, size: Math.hypot(a.x - b.x, a.y - b.y) };
  }

  #captured(): boolean {
    return this.#canvas.ownerDocument.pointerLockElement === this.#canvas;
  }
}
