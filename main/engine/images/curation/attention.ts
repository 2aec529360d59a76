/** The square part of an image in which there is most to see. */
import sharp from '../../sharp';
import type { Crop } from '../alignment/align';
import type { Opened } from '../formats';

/** Longer side of the image that is looked at; more is only slower. */
const SIDE = 160;

/** By libvips: where there are edges, saturated colours and the colours of skin. @throws UnreadableImage */
export async function attentionCrop(image: Opened): Promise<Crop> {
  const { data, ...raw } = await image.draw((drawn) => drawn.resize(SIDE, SIDE, { fit: 'inside' }), 3);
  const { width, height } = raw;
  const short = Math.min(width, height);
  const square = sharp(data, { raw }).resize(short, short, { fit: 'cover', position: 'attention' });
  const { info } = await square.raw().toBuffer({ resolveWithObject: true });
  const { cropOffsetLeft = 0, cropOffsetTop = 0 } = info;
  return { left: Math.abs(cropOffsetLeft) / short, top: Math.abs(cropOffsetTop) / short, side: 1 };
}
