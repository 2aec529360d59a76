import sharp from '../../sharp';
import { openImage, unreadable } from '../formats';

/** Pixels of the longer side. */
const SIDE = 512;

/** One image for a screen, whatever its format. @throws UnreadableImage */
export async function pictureOf(file: string): Promise<{ jpeg: Uint8Array; width: number; height: number }> {
  const image = await openImage(file);
  return unreadable(async () => {
    const fit = { fit: 'inside', withoutEnlargement: true } as const;
    const { data, ...raw } = await image.draw((drawn) => drawn.resize(SIDE, SIDE, fit), 3);
    const jpeg = await sharp(data, { raw }).flatten({ background: '#ffffff' }).jpeg({ quality: 88 }).toBuffer();
    return { jpeg: new Uint8Array(jpeg), width: raw.width, height: raw.height };
  });
}
