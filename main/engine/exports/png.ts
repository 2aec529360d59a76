/** Faces as PNG files. */
import sharp from 'sharp';
import { type ImageBatch, UserError } from '../../contract';
import { sheetPixels } from '../images/batch';

/** Pixels a side that an exported face may have. */
const SIZES = { smallest: 8, largest: 4096 };
/** Pixels a side of a sheet: beyond this, common programs refuse the file. */
const LARGEST_SHEET = 16384;

/**
 * Image `index` of a batch.
 * @param size pixels of the longer side, 8 to 4096; the default is the image's own
 * @throws UserError `bad-settings`
 */
export async function png(batch: ImageBatch, index = 0, size?: number): Promise<Uint8Array> {
  const { width, height, data } = batch;
  const bytes = width * height * 4;
  let image = sharp(data.subarray(index * bytes, (index + 1) * bytes), { raw: { width, height, channels: 4 } });
  if (size !== undefined) {
    if (!Number.isInteger(size) || size < SIZES.smallest || size > SIZES.largest) {
      throw new UserError(
        'bad-settings',
        `An image can be saved with ${SIZES.smallest} to ${SIZES.largest} pixels a side, not ${size}.`,
      );
    }
    image = image.resize(size, size, { fit: 'inside' });
  }
  return new Uint8Array(await image.removeAlpha().png().toBuffer());
}

/**
 * All images of a batch in one picture, row by row, each at its own size with nothing between them.
 * @param columns images a row; the default makes the sheet about square. A strip has as many columns as images.
 * @throws UserError `bad-settings` when the sheet would be larger than 16384 pixels a side
 */
export async function sheet(batch: ImageBatch, columns = Math.ceil(Math.sqrt(batch.count))): Promise<Uint8Array> {
  const { count, width, height } = batch;
  const [sheetWidth, sheetHeight] = [columns * width, Math.ceil(count / columns) * height];
  if (Math.max(sheetWidth, sheetHeight) > LARGEST_SHEET) {
    throw new UserError(
      'bad-settings',
      `${count} images of ${width}×${height} make a picture of ${sheetWidth}×${sheetHeight} pixels; at most ${LARGEST_SHEET} a side can be written. Ask for fewer.`,
    );
  }
  const { data, ...size } = sheetPixels(batch, columns);
  return new Uint8Array(
    await sharp(data, { raw: { ...size, channels: 3 } })
      .png()
      .toBuffer(),
  );
}
