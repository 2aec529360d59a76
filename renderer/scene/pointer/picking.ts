import { Color, NearestFilter, Scene, WebGLRenderTarget } from 'three';
import type { Object3D, PerspectiveCamera, WebGLRenderer } from 'three';

/** Pixels per side of the neighbourhood that is looked at: small faces need not be hit exactly. */
const SIDE = 7;

/**
 * The face number nearest to the middle of a square of pixels, or null when there is none.
 * @param pixels `[side, side, 4]` bytes; a face `i` is written as `i + 1`, lowest byte first, 0 is empty space
 */
export function nearestFace(pixels: Uint8Array, side: number): number | null {
  const middle = (side - 1) / 2;
  let found: number | null = null;
  let nearest = Infinity;
  for (let i = 0; i < side * side; i++) {
    const id = pixels[4 * i] | (pixels[4 * i + 1] << 8) | (pixels[4 * i + 2] << 16) | (pixels[4 * i + 3] << 24);
    const distance = Math.hypot((i % side) - middle, Math.floor(i / side) - middle);
    if (id === 0 || distance >= nearest) continue;
    nearest = distance;
    found = id - 1;
  }
  return found;
}

/** Finds the face under a point of the screen by drawing face numbers around it into a few pixels off screen. */
export class Picker {
  readonly #target = new WebGLRenderTarget(SIDE, SIDE, { minFilter: NearestFilter, magFilter: NearestFilter });
  readonly #scene = new Scene();
  readonly #renderer: WebGLRenderer;

  constructor(renderer: WebGLRenderer) {
    this.#renderer = renderer;
  }

  /**
   * @param subjects draw face numbers
   * @param camera as it drew the frame on screen; left as it was
   * @param x, y in drawing-buffer pixels from the left and the top
   * @param shift of the picture's middle from that of the drawing buffer, in pixels
   * @returns the face nearest to the point within a few pixels, null where there is none
   */
  async pick(
    subjects: Object3D[],
    camera: PerspectiveCamera,
    x: number,
    y: number,
    shift: [number, number],
  ): Promise<number | null> {
    const renderer = this.#renderer;
    const { width, height } = renderer.domElement;
    const half = (SIDE - 1) / 2;
    const [left, top] = [Math.floor(x) - half - shift[0], Math.floor(y) - half - shift[1]];
    camera.setViewOffset(width, height, left, top, SIDE, SIDE);
    this.#scene.add(...subjects);
    renderer.setRenderTarget(this.#target);
    const background = renderer.getClearColor(new Color());
    renderer.setClearColor(0x000000, 0);
    renderer.render(this.#scene, camera);
    renderer.setClearColor(background, 1);
    renderer.setRenderTarget(null);
    this.#scene.clear();
    camera.setViewOffset(width, height, -shift[0], -shift[1], width, height);
    // the copy is ordered here and now, so a second pick may draw before this one is read
    const pixels = new Uint8Array(SIDE * SIDE * 4);
    await renderer.readRenderTargetPixelsAsync(this.#target, 0, 0, SIDE, SIDE, pixels);
    return nearestFace(pixels, SIDE);
  }

  dispose(): void {
    this.#target.dispose();
  }
}
