/**
 * Draws a face from its factors: layers from the back to the front, each a small function of a place in the picture.
 * The head is a relief on a ball, so that light falls on it and it turns; every edge is as soft as a pixel is wide.
 * Continuous in all factors: a small change of a face is a small change of its picture.
 */
import { eyes } from './eyes';
import type { Factors } from './factors';
import { glasses } from './glasses';
import { hair } from './hair';
import { Head } from './head';
import { paletteOf } from './palette';
import { Light, Pixel, toByte } from './shading';
import { skin } from './skin';
import { background, body, ears } from './surroundings';

/** @returns `[size, size, RGB]`, 0..255 */
export function drawFace(factors: Factors, size: number): Uint8Array {
  const head = new Head(factors);
  const palette = paletteOf(factors);
  const light = new Light(factors.light);
  const layBackground = background(factors, palette);
  const layBody = body(factors, head, palette, light);
  const layEars = ears(head, palette, light);
  const laySkin = skin(factors, head, palette, light);
  const layEyes = eyes(factors, head, palette, light);
  const { back, front } = hair(factors, head, palette, light);
  const layGlasses = glasses(factors, head, light);

  const p = new Pixel(size);
  const pixels = new Uint8Array(size * size * 3);
  for (let row = 0, at = 0; row < size; row++) {
    p.y = (row + 0.5) * p.width - 1;
    for (let column = 0; column < size; column++) {
      p.x = (column + 0.5) * p.width - 1;
      head.look(p.x, p.y);
      const there = p.inside(head.distance);
      if (there < 1) {
        layBackground(p);
        back(p);
        layBody(p);
        layEars(p);
      }
      if (there > 0) {
        const { r, g, b } = p;
        laySkin(p);
        layEyes(p);
        p.lay(r, g, b, 1 - there);
      }
      front(p);
      if (there > 0) layGlasses(p);
      pixels[at++] = toByte(p.r);
      pixels[at++] = toByte(p.g);
      pixels[at++] = toByte(p.b);
    }
  }
  return pixels;
}
