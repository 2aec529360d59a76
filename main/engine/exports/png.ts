/** Faces as PNG files. */
import sharp from 'sharp';
import { type ImageBatch, UserError } from '../../contract';

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
export async function sheet(
  { count, width, height, data }: ImageBatch,
  columns = Math.ceil(Math.sqrt(count)),
): Promise<Uint8Array> {
  const rows = Math.ceil(count / columns);
  const [sheetWidth, sheetHeight] = [columns * width, rows * height];
  if (Math.max(sheetWidth, sheetHeight) > LARGEST_SHEET) {
    throw new UserError(
      'bad-settings',
      `${count} images of ${width}×${height} make a picture of ${sheetWidth}×${sheetHeight} pixels; at most ${LARGEST_SHEET} a side can be written. Ask for fewer.`,
    );
  }
  const pixels = Buffer.alloc(sheetWidth * sheetHeight * 3);
  for (let i = 0; i < count; i++) {
    const left = (i % columns) * width;
    const top = Math.floor(i / columns) * height;
    for (let y = 0; y < height; y++) {
      let to = ((top + y) * sheetWidth + left) * 3;
      let from = (i * height + y) * width * 4;
      for (let x = 0; x < width; x++, from += 4, to += 3) {
        pixels[to] = data[from];
        pixels[to + 1] = data[from + 1];
        pixels[to + 2] = data[from + 2];
      }
    }
  }
  const image = sharp(pixels, { raw: { width: sheetWidth, height: sheetHeight, channels: 3 } });
  return new Uint8Array(await image.png().toBuffer());
}
