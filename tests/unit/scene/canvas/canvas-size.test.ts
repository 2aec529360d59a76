import { afterEach, expect, it, vi } from 'vitest';
import { CanvasSize } from '../../../../renderer/scene/canvas/canvas-size';

afterEach(() => void vi.unstubAllGlobals());

/** A canvas of 1000×500 CSS pixels, and a renderer that remembers. */
function sized(devicePixelRatio = 2, multisampled = true) {
  vi.stubGlobal('window', { devicePixelRatio });
  const canvas = { width: 0, height: 0, clientWidth: 1000, clientHeight: 500, style: { imageRendering: '' } };
  let ratio = 1;
  let changes = 0;
  const renderer = {
    getPixelRatio: () => ratio,
    setPixelRatio: (to: number) => {
      ratio = to;
      changes++;
    },
    setSize: (width: number, height: number) => Object.assign(canvas, { width: width * ratio, height: height * ratio }),
  };
  return { canvas, size: new CanvasSize(canvas, renderer, multisampled), changes: () => changes };
}

it('takes over the size on the page with all its pixels, at most two a CSS pixel', () => {
  const { canvas, size } = sized(2);
  expect(size.resize()).toBe(2);
  expect([canvas.width, canvas.height, canvas.style.imageRendering]).toEqual([2000, 1000, 'pixelated']);
  const huge = sized(3);
  huge.size.resize();
  expect([huge.canvas.width, huge.canvas.style.imageRendering]).toEqual([2000, 'auto']);
});

it('a picture drawn coarsely in flight is sharp at rest, and is not thrown away when it is', () => {
  const { canvas, size, changes } = sized(2, false);
  size.resize();
  size.coarsen();
  expect(size.pixelRatio).toBeLessThan(2);
  expect(canvas.style.imageRendering).toBe('auto');
  expect(size.sharpen()).toBe(true);
  expect([size.pixelRatio, canvas.style.imageRendering]).toEqual([2, 'pixelated']);
  const before = changes();
  expect(size.sharpen()).toBe(false);
  // as a scene that follows another one does with each frame
  size.setPixelRatio(2);
  expect(changes()).toBe(before);
});

it('gives sharpness up only when frames are late', () => {
  const { size } = sized(2, true);
  size.resize();
  size.coarsen();
  expect(size.pixelRatio).toBe(2);
  for (let n = 0; n < 8; n++) size.note(0.2);
  size.coarsen();
  expect(size.pixelRatio).toBeLessThan(2);
});

it('moves the view into the middle of what panels leave free', () => {
  const { size } = sized(2);
  size.resize();
  size.setInsets({ left: 400, right: 0, top: 0, bottom: 100 });
  expect(size.middle).toEqual({ x: 500, y: 250 });
  expect(size.makeWay(0.05, false)).toBe(true);
  expect(size.middle.x).toBeGreaterThan(500);
  expect(size.middle.x).toBeLessThan(700);
  size.makeWay(0, true);
  expect(size.middle).toEqual({ x: 700, y: 200 });
  expect(size.shift).toEqual([400, -100]);
  // 600 × 400 are free of 1000 × 500
  expect(size.freeShare).toBeCloseTo(0.8, 6);
});

it('knows what is covered in the pixels of the picture', () => {
  const { size } = sized(2);
  size.resize();
  size.setCovered([{ left: 10, top: 20, right: 30, bottom: 40 }]);
  expect(size.covered).toEqual([{ left: 20, top: 40, right: 60, bottom: 80 }]);
});
