/** From a framed photo to its code. */
import type { ImageBatch, PhotoFrame } from '../../../contract';
import type { StoredCode } from './stored';
import { toImageBatch, toUnitRange } from '../../images';
import type { OpenPhoto } from '../../images/photo';
import { squareOf } from '../../images/read';
import { unreadable } from '../../images/formats';
import type { Model } from '../../models';

/** What is in the frame, as the model's images are: `[channels, height, width]`, 0..1. @throws UnreadableImage */
export async function imageOf(model: Model, { image }: OpenPhoto, frame: PhotoFrame): Promise<Float32Array> {
  const { width, height, channels } = model.card.layout;
  const side = Math.max(width, height);
  const square = await unreadable(() => squareOf(image, side, channels, frame));
  const pixels = toUnitRange(square.data);
  if (width === height) return pixels;
  // a decoder of pictures that are not square shows the middle of one
  const [left, top] = [Math.floor((side - width) / 2), Math.floor((side - height) / 2)];
  const cut = new Float32Array(channels * height * width);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      const from = (c * side + top + y) * side + left;
      cut.set(pixels.subarray(from, from + width), (c * height + y) * width);
    }
  }
  return cut;
}

/** @throws UnreadableImage, UserError `bad-model` when the model cannot encode */
export async function encodePhoto(model: Model, photo: OpenPhoto, frame: PhotoFrame): Promise<StoredCode> {
  const { mu, logVar } = await model.encode(await imageOf(model, photo, frame));
  return { mu: Array.from(mu), logVar: logVar && Array.from(logVar) };
}

/** Images of a model's size, as pixels. */
export function batchOf(model: Model, images: Float32Array): ImageBatch {
  const { width, height, channels } = model.card.layout;
  return toImageBatch(images, { count: images.length / (channels * width * height), channels, height, width });
}
