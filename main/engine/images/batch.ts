/** Between the planar numbers of networks and the RGBA bytes of screens and files. */
import type { ImageBatch } from '../../contract';
import type { Rectangle } from '../maths/rectangle';

/** The shape `[count, channels, height, width]` of a batch of images. */
export interface BatchShape {
  count: number;
  channels: 1 | 3;
  height: number;
  width: number;
}

/** Images as networks read them. */
export interface Images extends Rectangle {
  count: number;
  channels: 1 | 3;
  /** `[count, channels, height, width]`, 0..255. */
  pixels: Uint8Array;
}

/**
 * Planar images as RGBA, opaque; grey ones get three equal channels.
 * @param values `[count, channels, height, width]`: bytes 0..255 or numbers 0..1, which are clamped and rounded
 */
export function toImageBatch(
  values: Uint8Array | Float32Array,
  { count, channels, height, width }: BatchShape,
): ImageBatch {
  const area = height * width;
  const scale = values instanceof Uint8Array ? 1 : 255;
  const data = new Uint8ClampedArray(count * area * 4); // clamps, and rounds to nearest
  for (let n = 0; n < count; n++) {
    const image = n * channels * area;
    const [green, blue] = channels === 3 ? [area, 2 * area] : [0, 0];
    for (let i = 0, at = n * area * 4; i < area; i++, at += 4) {
      const red = image + i;
      data[at] = values[red] * scale;
      data[at + 1] = values[red + green] * scale;
      data[at + 2] = values[red + blue] * scale;
      data[at + 3] = 255;
    }
  }
  return { count, width, height, data };
}

/** `[size, size, RGB]` bytes to `[channels, size, size]`, 0..1; grey as sRGB's luma weighs colours (ITU-R BT.709). */
export function planar(rgb: Uint8Array, channels: 1 | 3): Float32Array {
  const area = rgb.length / 3;
  const image = new Float32Array(channels * area);
  for (let i = 0; i < area; i++) {
    const [r, g, b] = [rgb[3 * i] / 255, rgb[3 * i + 1] / 255, rgb[3 * i + 2] / 255];
    if (channels === 1) image[i] = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    else [image[i], image[area + i], image[2 * area + i]] = [r, g, b];
  }
  return image;
}

/** All images of a batch as one of RGB bytes, row by row, with nothing between them; what is left of the last row is black. */
export function sheetPixels(
  { count, width, height, data }: ImageBatch,
  columns: number,
): { data: Uint8Array; width: number; height: number } {
  const sheet = { width: columns * width, height: Math.ceil(count / columns) * height };
  const pixels = new Uint8Array(sheet.width * sheet.height * 3);
  for (let i = 0; i < count; i++) {
    const left = (i % columns) * width;
    const top = Math.floor(i / columns) * height;
    for (let y = 0; y < height; y++) {
      let to = ((top + y) * sheet.width + left) * 3;
      let from = (i * height + y) * width * 4;
      for (let x = 0; x < width; x++, from += 4, to += 3) {
        pixels[to] = data[from];
        pixels[to + 1] = data[from + 1];
        pixels[to + 2] = data[from + 2];
      }
    }
  }
  return { data: pixels, ...sheet };
}
