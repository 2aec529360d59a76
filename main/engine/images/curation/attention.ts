/** The part of an image in which there is most to see. */
import sharp from '../../sharp';
import { heightOf, type Rectangle } from '../../maths/rectangle';
import { type Crop, plainCrop } from '../alignment/align';
import type { Opened } from '../formats';

/** Longer side of the image that is looked at; more is only slower. */
const SIDE = 160;

/**
 * As large as fits in the image. By libvips: where there are edges, saturated colours and the colours of skin.
 * @param shape its proportions
 * @throws UnreadableImage
 */
export async function attentionCrop(image: Opened, shape: Rectangle): Promise<Crop> {
  const { data, ...raw } = await image.draw((drawn) => drawn.resize(SIDE, SIDE, { fit: 'inside' }), 3);
  const short = Math.min(raw.width, raw.height);
  const { side } = plainCrop(raw, shape);
  const width = Math.max(1, Math.round(side * short));
  const height = Math.max(1, Math.min(raw.height, Math.round((side * short * heightOf(shape)) / shape.size)));
  const part = sharp(data, { raw }).resize(width, height, { fit: 'cover', position: 'attention' });
  const { info } = await part.raw().toBuffer({ resolveWithObject: true });
  const { cropOffsetLeft = 0, cropOffsetTop = 0 } = info;
  // the square in the middle of a part that is no square
  return {
    left: Math.abs(cropOffsetLeft) / short,
    top: (Math.abs(cropOffsetTop) + (height - width) / 2) / short,
    side: width / short,
  };
}
