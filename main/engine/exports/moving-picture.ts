/** Images one after the other as one file that moves: GIF and animated WebP. */
import WebP from 'node-webpmux';
import sharp from '../sharp';
import { type MovingFormat, UserError } from '../../contract';
import { type Timing } from './timing';

/** Bytes of pixels that a GIF is made from: all of its frames lie in memory at once. */
const MOST_GIF_BYTES = 2 ** 31;

export interface Frames {
  width: number;
  height: number;
  timing: Timing;
  /** RGB bytes of one frame, by its number in `timing.frames`. */
  rgb(frame: number): Promise<Buffer>;
}

/**
 * @param repeat endlessly, or stop on the last frame
 * @param xmp where it was made, see `provenance.ts`
 * @throws UserError `bad-settings` for a GIF that would not fit in memory, and whatever `rgb` throws
 */
export function movingPicture(
  frames: Frames,
  format: MovingFormat,
  repeat: boolean,
  xmp: string | null,
): Promise<Uint8Array> {
  return format === 'gif' ? gif(frames, repeat, xmp) : webp(frames, repeat, xmp);
}

/** Frame by frame: an encoder of whole animations would merge equal frames. */
async function webp({ width, height, timing, rgb }: Frames, repeat: boolean, xmp: string | null): Promise<Uint8Array> {
  const frames = [];
  for (const [i, frame] of timing.frames.entries()) {
    const still = sharp(await rgb(frame), { raw: { width, height, channels: 3 } }).webp({ quality: 90, effort: 3 });
    frames.push(await WebP.Image.generateFrame({ buffer: await still.toBuffer(), delay: timing.delays[i] }));
  }
  const image = await WebP.Image.getEmptyImage(true);
  if (xmp !== null) image.xmp = Buffer.from(xmp);
  const bytes = await image.save(null, { width, height, frames, loops: repeat ? 0 : 1, xmp: xmp !== null });
  return new Uint8Array(bytes);
}

async function gif({ width, height, timing, rgb }: Frames, repeat: boolean, xmp: string | null): Promise<Uint8Array> {
  const { frames, delays } = timing;
  const bytes = width * height * 3;
  if (frames.length * bytes > MOST_GIF_BYTES) {
    throw new UserError('bad-settings.gif-size', { count: frames.length, size: `${width}×${height}` });
  }
  // pages of a moving picture lie below one another
  const pages = Buffer.allocUnsafe(frames.length * bytes);
  for (const [i, frame] of frames.entries()) (await rgb(frame)).copy(pages, i * bytes);
  const raw = { width, height: height * frames.length, channels: 3 as const, pageHeight: height };
  const encoded = sharp(pages, { raw, limitInputPixels: false }).gif({
    delay: delays,
    loop: repeat ? 0 : 1,
    keepDuplicateFrames: true,
    effort: 4,
  });
  return withXmp(new Uint8Array(await encoded.toBuffer()), xmp);
}

/**
 * sharp writes no XMP into a GIF: an application extension before its trailer, with the packet as it is, not in blocks
 * (XMP specification, part 3, section 1.1.2). Programs that do not know it take its letters for lengths of blocks, and the
 * 257 falling numbers behind it lead them out from wherever they then are.
 */
function withXmp(file: Uint8Array, packet: string | null): Uint8Array {
  if (packet === null) return file;
  const wayOut = Uint8Array.from({ length: 257 }, (_, i) => (i === 0 ? 1 : 256 - i));
  const extension = [Uint8Array.of(0x21, 0xff, 11), Buffer.from('XMP DataXMP'), Buffer.from(packet), wayOut];
  return new Uint8Array(Buffer.concat([file.subarray(0, -1), ...extension, Uint8Array.of(0, 0x3b)]));
}
