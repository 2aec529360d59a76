import type { WebGLRenderer } from 'three';
import type { Area } from '../cloud/visibility';
import type { Point } from '../pointer/lasso';
import { FreePart, type Insets } from './free-part';
import { Resolution } from './resolution';

const MOST_PIXELS_PER_CSS_PIXEL = 2;

type Canvas = Pick<HTMLCanvasElement, 'width' | 'height' | 'clientWidth' | 'clientHeight'> & {
  readonly style: { imageRendering: string };
};
type Renderer = Pick<WebGLRenderer, 'getPixelRatio' | 'setPixelRatio' | 'setSize'>;

/** How large the picture is, in which pixels, and what of it panels leave to be seen. */
export class CanvasSize {
  readonly #canvas: Canvas;
  readonly #renderer: Renderer;
  readonly #resolution: Resolution;
  readonly #free = new FreePart();
  #covered: readonly Area[] = [];

  /** @param multisampled graphics hardware draws, not the processor */
  constructor(canvas: Canvas, renderer: Renderer, multisampled: boolean) {
    this.#canvas = canvas;
    this.#renderer = renderer;
    this.#resolution = new Resolution(multisampled ? 'hardware' : 'processor');
  }

  /** Takes over the canvas's size on the page, at full resolution; returns width over height. */
  resize(): number {
    const [width, height] = [Math.max(1, this.#canvas.clientWidth), Math.max(1, this.#canvas.clientHeight)];
    this.setPixelRatio(this.#sharpest);
    this.#renderer.setSize(width, height, false);
    return width / height;
  }

  // ---------------------------------------------------------------- pixels

  /** Pixels of the picture to one of CSS. */
  get pixelRatio(): number {
    return this.#renderer.getPixelRatio();
  }

  setPixelRatio(pixelRatio: number): void {
    // setting it to what it is would still throw the picture away
    if (pixelRatio !== this.pixelRatio) this.#renderer.setPixelRatio(pixelRatio);
    // a picture with all its pixels need not be smoothed: without a graphics card that is more than half the work of it
    this.#canvas.style.imageRendering = pixelRatio === window.devicePixelRatio ? 'pixelated' : 'auto';
  }

  /** Takes note of the time between two frames in flight, seconds. */
  note(seconds: number): void {
    this.#resolution.note(seconds);
  }

  /** For a frame in motion: as sharp as is fluent. */
  coarsen(): void {
    const { share, firstShare } = this.#resolution;
    this.setPixelRatio((this.pixelRatio === this.#sharpest ? firstShare : share) * this.#sharpest);
  }

  /** For a view at rest: all pixels. True when that changed the picture. */
  sharpen(): boolean {
    if (this.pixelRatio === this.#sharpest) return false;
    this.setPixelRatio(this.#sharpest);
    return true;
  }

  get #sharpest(): number {
    return Math.min(MOST_PIXELS_PER_CSS_PIXEL, window.devicePixelRatio);
  }

  /** Has `draw` draw the whole picture, behind panels too, so many pixels wide; afterwards all is as before. */
  inOtherPixels<T>(width: number, draw: () => T): T {
    const [pixelRatio, covered] = [this.pixelRatio, this.#covered];
    this.#covered = [];
    this.setPixelRatio(width / Math.max(1, this.#canvas.clientWidth));
    try {
      return draw();
    } finally {
      this.#covered = covered;
      this.setPixelRatio(pixelRatio);
    }
  }

  // ---------------------------------------------------------------- what panels leave free

  /** What panels cover from each side, CSS pixels: the view moves into the middle of the rest. */
  setInsets(insets: Insets): void {
    this.#free.insets = insets;
  }

  /** Solid parts of what lies over the canvas, CSS pixels: nothing need be drawn behind them. */
  setCovered(areas: readonly Area[]): void {
    this.#covered = areas;
  }

  /** Moves the view on into the free part by `seconds`, or all the way; true while it is not there yet. */
  makeWay(seconds: number, instant: boolean): boolean {
    if (instant) this.#free.jump();
    return this.#free.step(seconds);
  }

  /** The shorter side of the free part, as a share of the canvas's height. */
  get freeShare(): number {
    const { left, right, top, bottom } = this.#free.insets;
    const { clientWidth, clientHeight } = this.#canvas;
    return Math.min(clientWidth - left - right, clientHeight - top - bottom) / Math.max(1, clientHeight);
  }

  /** Where the reticle is, CSS pixels. */
  get middle(): Point {
    const { clientWidth, clientHeight } = this.#canvas;
    const { x, y } = this.#free.offset;
    return { x: clientWidth / 2 + x, y: clientHeight / 2 + y };
  }

  /** Of the picture's middle from that of the drawing buffer, in its whole pixels. */
  get shift(): [number, number] {
    const { x, y } = this.#free.offset;
    return [Math.round(x * this.pixelRatio), Math.round(y * this.pixelRatio)];
  }

  /** The covered parts in the pixels of the picture. */
  get covered(): Area[] {
    const { pixelRatio } = this;
    return this.#covered.map(({ left, top, right, bottom }) => ({
      left: left * pixelRatio,
      top: top * pixelRatio,
      right: right * pixelRatio,
      bottom: bottom * pixelRatio,
    }));
  }
}
