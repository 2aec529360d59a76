/** JPEG and PNG files that end too early, as broken downloads do. Browsers show what there is of them. */
import sharp from '../../sharp';

/** Rows at the lower end of a picture that may be missing, as a share of its height. */
const MAY_BE_MISSING = 0.05;

/**
 * Whether a file lacks next to nothing of its picture.
 * @param error what decoding the bytes strictly has thrown
 */
export async function isNearlyWhole(bytes: Buffer, error: unknown): Promise<boolean> {
  const cut = error instanceof Error && /premature end|libpng read error/i.test(error.message);
  if (!cut) return false;
  const { data, info } = await sharp(bytes, { failOn: 'none' }).raw().toBuffer({ resolveWithObject: true });
  // What was not there is mid-grey in a JPEG and 0 in a PNG.
  const fill = bytes[0] === 0xff ? 128 : 0;
  const row = info.width * info.channels;
  let missing = 0;
  while (missing < info.height) {
    const start = (info.height - 1 - missing) * row;
    if (!data.subarray(start, start + row).every((value) => Math.abs(value - fill) <= 2)) break;
    missing++;
  }
  return missing <= MAY_BE_MISSING * info.height;
}
