import type { ImageBatch } from '../../../main/contract';

/** Shows a face at its own size on a canvas, whose `data-code` says what it was decoded from: both change together. */
export function paintFace(canvas: HTMLCanvasElement, { image, code }: { image: ImageBatch; code: Float32Array }): void {
  const { width, height, data } = image;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  canvas.getContext('2d')!.putImageData(new ImageData(new Uint8ClampedArray(data), width, height), 0, 0);
  canvas.dataset.code = code.join(',');
}
