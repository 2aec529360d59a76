/** From a framed photo to its code. */
import type { ImageBatch, PhotoFrame } from '../../../contract';
import type { StoredCode } from './stored';
import { toImageBatch, toUnitRange } from '../../images';
import type { OpenPhoto } from '../../images/photo';
import { croppedOf } from '../../images/read';
import { unreadable } from '../../images/formats';
import { type Model, rectangleOf } from '../../models';

/**
 * What is in the frame, as the model's images are: `[channels, height, width]`, 0..1. Images higher or lower than wide have
 * the frame's width and its middle, as those that the model was trained on. @throws UnreadableImage
 */
export async function imageOf(model: Model, { image }: OpenPhoto, frame: PhotoFrame): Promise<Float32Array> {
  const part = await unreadable(() => croppedOf(image, rectangleOf(model), model.card.layout.channels, frame));
  return toUnitRange(part.data);
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
