/** An image as numbers, from a format that sharp does not read or does not understand. */
import { inEnglish, type Message, message } from '../../../contract';

/** Thrown with a reason that fits behind a file's name: "portraits/x.jpg: it is cut short". */
export class UnreadableImage extends Error {
  constructor(readonly reason: Message) {
    super(inEnglish(reason));
  }
}

/** Pixels row by row from the top left, the channels of a pixel side by side: grey, grey and alpha, RGB, or RGBA. */
export interface Raster {
  width: number;
  height: number;
  channels: 1 | 2 | 3 | 4;
  /** `[height, width, channels]`, 0..255. */
  data: Uint8Array;
}

/** As many as sharp reads at most. */
const MOST_PIXELS = 0x3fff * 0x3fff;

/**
 * Refuses sizes before memory is taken for them.
 * @throws UnreadableImage
 */
export function checkSize(width: number, height: number): void {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) throw broken();
  if (width * height > MOST_PIXELS) throw new UnreadableImage(message('unreadable.too-large'));
}

export const broken = (): UnreadableImage => new UnreadableImage(message('unreadable.broken'));
